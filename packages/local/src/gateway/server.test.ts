import { connect } from "node:net"
import { afterEach, describe, expect, it } from "vitest"
import { createResponse, type HttpRequest, type HttpResponse, textOf } from "./http-message.ts"
import { type Listening, listen } from "./server.ts"

const open: Listening[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

async function serve(answer: (request: HttpRequest) => Promise<HttpResponse> | HttpResponse) {
  const server = await listen(async (request) => answer(request), 0, 100)
  open.push(server)
  return server
}

/** Sends bytes as they are and reads until the server closes: no client library that would tidy them up. */
function send(port: number, raw: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ""
    const socket = connect(port, "127.0.0.1", () => socket.write(raw, "latin1"))
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1")
    })
    socket.on("close", () => resolve(received))
    socket.on("error", reject)
  })
}

const get = (target: string, headers = "") =>
  `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`

describe("the server", () => {
  it.each([
    "/public/../admin",
    "/%2e%2e/admin",
    "//double//slash/",
    "/public\\..\\admin",
    "/users#fragment",
    "/users?a?b#c",
    "http://evil.example/admin",
  ])("hands on the target %s as it came", async (target) => {
    const server = await serve(({ target }) => createResponse(200, [], target))
    expect((await send(server.port, get(target))).endsWith(target)).toBe(true)
  })

  it("hands on headers in their case, order and number", async () => {
    const server = await serve(({ headers }) => createResponse(200, [], JSON.stringify(headers)))
    const answer = await send(
      server.port,
      get("/", "X-A: 1\r\nx-a: 2\r\nAuthorization: a\r\nAuthorization: b\r\n"),
    )
    expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")))).toEqual([
      ["Host", "x"],
      ["Connection", "close"],
      ["X-A", "1"],
      ["x-a", "2"],
      ["Authorization", "a"],
      ["Authorization", "b"],
    ])
  })

  it("sends repeated headers, a status of AWS's own, and the length of the body", async () => {
    const server = await serve(() =>
      createResponse(
        494,
        [
          ["set-cookie", "a=1"],
          ["set-cookie", "b=2"],
        ],
        "é",
      ),
    )
    const answer = await send(server.port, get("/"))
    expect(answer).toMatch(/^HTTP\/1\.1 494 /)
    expect(answer).toContain("set-cookie: a=1\r\nset-cookie: b=2\r\ncontent-length: 2\r\n")
  })

  it("sends no body with 204, and none for HEAD", async () => {
    const empty = await serve(() => createResponse(204, [], ""))
    expect(await send(empty.port, get("/"))).not.toContain("content-length")
    const full = await serve(() => createResponse(200, [], "hello"))
    const head = await send(full.port, get("/").replace("GET", "HEAD"))
    expect(head).toContain("content-length: 5")
    expect(head.endsWith("\r\n\r\n")).toBe(true)
  })

  it("reads a body to its end, and of one that is too long just enough to tell", async () => {
    const server = await serve((request) => createResponse(200, [], String(request.body.length)))
    const post = (body: string) =>
      `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    expect((await send(server.port, post("x".repeat(100)))).endsWith("\r\n\r\n100")).toBe(true)
    const seen = Number((await send(server.port, post("x".repeat(500_000)))).split("\r\n\r\n")[1])
    expect(seen).toBeGreaterThan(100)
    expect(seen).toBeLessThan(500_000)
  })

  it("answers what is no HTTP with 400, and goes on", async () => {
    const server = await serve((request) => createResponse(200, [], textOf(request)))
    expect(await send(server.port, "GET /a b HTTP/1.1\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /)
    expect(await send(server.port, get("/"))).toMatch(/^HTTP\/1\.1 200 /)
  })

  it("says which port is taken", async () => {
    const { port } = await serve(() => createResponse(200, [], ""))
    await expect(listen(async () => createResponse(200, [], ""), port, 100)).rejects.toThrow(
      `port \`${port}\`: expected a free one, it is taken`,
    )
  })

  it("is gone when it is closed, also with a request under way and a connection kept open", async () => {
    let arrived = () => {}
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const server = await listen(
      () => {
        arrived()
        return new Promise(() => {})
      },
      0,
      100,
    )
    const hanging = send(server.port, get("/")).catch(() => "cut")
    await arrival
    await server.close()
    expect(await hanging).not.toContain("200")
    const again = await listen(async () => createResponse(200, [], ""), server.port, 100)
    await again.close()
  })
})
