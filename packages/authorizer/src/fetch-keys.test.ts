import { once } from "node:events"
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { fetchKeys } from "./fetch-keys.ts"

const limit = 65_536
const document = '{"keys":[]}'

const answers: Readonly<Record<string, (response: ServerResponse) => void>> = {
  "/keys": (response) => response.end(document),
  "/umlaut": (response) => response.end(`{"kid":"ü"}`),
  "/limit": (response) => response.end("x".repeat(limit)),
  "/empty": (response) => response.end(),
  "/moved": (response) => response.writeHead(302, { location: "/keys" }).end(),
  "/moved-for-good": (response) => response.writeHead(308, { location: "/keys" }).end(),
  "/missing": (response) => response.writeHead(404).end(document),
  "/broken": (response) => response.writeHead(500).end(document),
  "/created": (response) => response.writeHead(201).end(document),
  "/nothing": (response) => response.writeHead(204).end(),
  "/declared": (response) =>
    response.writeHead(200, { "content-length": limit + 1 }).end("x".repeat(limit + 1)),
  "/streamed": (response) => {
    for (let part = 0; part < 5; part++) response.write("x".repeat(limit / 4))
    response.end()
  },
  "/endless": (response) => {
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(limit / 4))) {}
    }
    response.on("drain", more)
    more()
  },
  "/latin1": (response) => response.end(Buffer.from(`{"kid":"ü"}`, "latin1")),
  "/cut": (response) => {
    response.writeHead(200, { "content-length": document.length }).write(document.slice(0, 4), () => {
      response.destroy()
    })
  },
  "/silent": () => {},
  "/stalled": (response) => void response.write(document),
}

const server = createServer((request, response) => answers[request.url ?? ""]?.(response))
let origin = ""

beforeAll(async () => {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  // A server that listens on a port has an address, and it is no string.
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

describe("a key document", () => {
  const rows: readonly [what: string, path: string, text: string][] = [
    ["as it is", "/keys", document],
    ["in UTF-8", "/umlaut", `{"kid":"ü"}`],
    ["of exactly 64 KB", "/limit", "x".repeat(limit)],
    ["that is empty, for its reader to refuse", "/empty", ""],
  ]
  it.each(rows)("is handed on %s", async (_, path, text) => {
    expect(await fetchKeys(origin + path)).toBe(text)
  })
})

describe("what is no key document", () => {
  const rows: readonly [what: string, path: string, message: RegExp][] = [
    ["a redirect, even to the keys", "/moved", /^fetch failed$/],
    ["a permanent redirect", "/moved-for-good", /^fetch failed$/],
    ["status 404", "/missing", /^expected status 200, got 404$/],
    ["status 500", "/broken", /^expected status 200, got 500$/],
    ["status 201", "/created", /^expected status 200, got 201$/],
    ["status 204", "/nothing", /^expected status 200, got 204$/],
    ["a byte over 64 KB, declared", "/declared", /^expected at most 65536 bytes$/],
    ["more than 64 KB, streamed", "/streamed", /^expected at most 65536 bytes$/],
    ["a stream without end", "/endless", /^expected at most 65536 bytes$/],
    ["bytes that are not UTF-8", "/latin1", /utf-8/],
    ["a connection that breaks off within the document", "/cut", /^terminated$/],
  ]
  it.each(rows)("is refused: %s", async (_, path, message) => {
    await expect(fetchKeys(origin + path)).rejects.toThrow(message)
  })

  it("is refused: a port where nobody listens", async () => {
    const closed = createServer().listen(0, "127.0.0.1")
    await once(closed, "listening")
    const { port } = closed.address() as AddressInfo // as above: a port's address is no string
    closed.close()
    await once(closed, "close")
    await expect(fetchKeys(`http://127.0.0.1:${port}/keys`)).rejects.toThrow(/^fetch failed$/)
  })

  // At the same time: each waits for three seconds.
  it.concurrent.each(["/silent", "/stalled"])("is given up after three seconds: %s", async (path) => {
    const start = performance.now()
    await expect(fetchKeys(origin + path)).rejects.toMatchObject({ name: "TimeoutError" })
    expect(performance.now() - start).toBeGreaterThan(2900)
    expect(performance.now() - start).toBeLessThan(3900)
  })
})
