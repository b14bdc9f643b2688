import { createServer, type RequestListener } from "node:http"
import { describe, expect, it } from "vitest"
import { inTurn, scripted } from "../test/api.ts"
import { mint } from "../test/token.ts"
import { createClient } from "./client.ts"
import { parseBase, resolveTarget } from "./target.ts"

describe("a base URL", () => {
  it.each([
    ["https://api.example.com", "https://api.example.com", ""],
    ["https://api.example.com/", "https://api.example.com", ""],
    ["HTTPS://API.example.com:443/prod/", "https://api.example.com", "/prod"],
    ["http://127.0.0.1:4700", "http://127.0.0.1:4700", ""],
  ])("%s", (text, origin, path) => expect(parseBase(text)).toEqual({ origin, path }))

  it.each([
    "",
    "/api",
    "api.example.com",
    "ftp://api.example.com",
    "blob:https://api.example.com/1",
    "https://api.example.com?key=s3cr3t",
    "https://api.example.com/#s3cr3t",
    "https://ben:s3cr3t@api.example.com",
  ])("%j is refused, and not repeated", (text) => {
    const fault = (() => {
      try {
        return parseBase(text)
      } catch (fault) {
        return fault
      }
    })()
    expect(fault).toMatchObject({ code: "malformed_configuration", message: /^client: baseUrl: expected/ })
    expect(String(fault)).not.toContain("s3cr3t")
  })
})

describe("a target", () => {
  const base = parseBase("https://api.example.com/prod")

  it.each([
    ["/api/users", "https://api.example.com/prod/api/users"],
    ["api/users?page=2#x", "https://api.example.com/prod/api/users?page=2#x"],
    ["", "https://api.example.com/prod/"],
    ["https://api.example.com/dev/api/users", "https://api.example.com/dev/api/users"],
    ["https://API.EXAMPLE.COM:443/x", "https://api.example.com/x"],
    // What a browser would take for another host, were it resolved against a page.
    ["//evil.example/x", "https://api.example.com/prod//evil.example/x"],
    ["\\\\evil.example/x", "https://api.example.com/prod///evil.example/x"],
    ["@evil.example/x", "https://api.example.com/prod/@evil.example/x"],
    [".evil.example/x", "https://api.example.com/prod/.evil.example/x"],
    [":8443/x", "https://api.example.com/prod/:8443/x"],
    [" https://evil.example/x", "https://api.example.com/prod/%20https://evil.example/x"],
    ["\nhttps://evil.example/x", "https://api.example.com/prod/https://evil.example/x"],
  ])("%j is %s", (target, url) => expect(resolveTarget(base, target)).toBe(url))

  it.each([
    "https://evil.example/x",
    "https:evil.example/x",
    "https:\\\\evil.example\\x",
    "http://api.example.com/x",
    "https://api.example.com:8443/x",
    "https://api.example.com.evil.example/x",
    "https://api.example.com@evil.example/x",
    "blob:https://api.example.com/0b5f",
    "data:text/plain,x",
    "javascript:1",
    "https://",
  ])("%s is refused", (target) => {
    expect(() => resolveTarget(base, target)).toThrow(
      /^url: expected the origin `https:\/\/api\.example\.com`/,
    )
  })

  it("that is foreign is named by its origin alone, and nothing is sent or asked", async () => {
    const { client, requests } = scripted(inTurn(200), {
      getToken: () => {
        throw new Error("asked")
      },
    })
    for (const target of [
      new URL("https://evil.example/x?s3cr3t"),
      new Request("https://evil.example/x?s3cr3t"),
    ])
      await expect(client.fetch(target)).rejects.toMatchObject({
        code: "malformed_input",
        message: "url: expected the origin `https://api.example.com`, got `https://evil.example`",
      })
    expect(requests).toEqual([])
  })

  it("brings its own Authorization header in vain", async () => {
    const { client, app, requests } = scripted(inTurn(200))
    const headers = { authorization: "Basic YmVuOnB3" }
    await client.fetch("/", { headers })
    app.token = undefined
    await client.fetch(new Request("https://api.example.com/", { headers }))
    expect(requests.map(({ token }) => token)).toEqual([expect.stringMatching(/^eyJ/), undefined])
  })
})

describe("a redirect to another origin", () => {
  const listening = async (answer: RequestListener, work: (origin: string) => Promise<void>) => {
    const server = createServer(answer)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    await work(`http://127.0.0.1:${port}`).finally(() => server.close())
  }

  it("takes no token along (Node.js; browser.test.ts has Chromium)", async () => {
    const seen: unknown[] = []
    const landing: RequestListener = (request, response) => {
      seen.push(request.headers.authorization)
      response.end()
    }
    await listening(landing, (elsewhere) =>
      listening(
        (_, response) => response.writeHead(302, { location: `${elsewhere}/file` }).end(),
        async (baseUrl) => {
          const client = createClient({ baseUrl, getToken: () => mint(1), refresh: async () => mint(2) })
          expect((await client.fetch("/download")).status).toBe(200)
        },
      ),
    )
    expect(seen).toEqual([undefined])
  })
})
