import { createServer, type Server, type Socket } from "node:net"
import { afterEach, describe, expect, it } from "vitest"
import { sendRaw } from "./raw.ts"
import { headerOf, noAnswer, readAnswer, valuesOf } from "./raw-answer.ts"

let server: Server | undefined
afterEach(() => void server?.close())

/** A server that does what a test says with each connection's first bytes. */
async function listen(on: (socket: Socket, text: string) => void): Promise<string> {
  server = createServer((socket) => socket.once("data", (bytes) => on(socket, bytes.toString("utf8"))))
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/stage`
}

describe("a request", () => {
  it("arrives byte by byte as it was written", async () => {
    let sent = ""
    const address = await listen((socket, text) => {
      sent = text
      socket.end("HTTP/1.1 204 No Content\r\n\r\n")
    })
    const headers = [
      ["authorization", "one"],
      ["Authorization", "two"],
    ] as const
    await sendRaw(address, { method: "PUT", target: "/a/../b\\c#d\t%zz", headers, body: "é" })
    const { host } = new URL(address)
    expect(sent).toBe(
      `PUT /a/../b\\c#d\t%zz HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\ncontent-length: 2\r\nauthorization: one\r\nAuthorization: two\r\n\r\né`,
    )
  })

  it.each([
    ["ends", (socket: Socket) => socket.end()],
    ["breaks", (socket: Socket) => socket.resetAndDestroy()],
    ["is no HTTP", (socket: Socket) => socket.end("SSH-2.0-none\r\n\r\n")],
  ])("whose connection %s has no answer", async (_, on) => {
    expect(await sendRaw(await listen(on), { target: "/" })).toEqual(noAnswer)
  })

  it("that reaches nobody rejects", async () => {
    const address = await listen(() => undefined)
    await new Promise((resolve) => server?.close(resolve))
    await expect(sendRaw(address, { target: "/" })).rejects.toThrow("ECONNREFUSED")
  })
})

describe("an answer", () => {
  const read = (text: string) => readAnswer(Buffer.from(text))

  it("has its headers one by one, and its body as text", () => {
    const answer = read("HTTP/1.1 401 Unauthorized\r\nX-A: 1\r\nx-a:2\r\nOdd\r\n\r\nné")
    expect(answer).toMatchObject({ status: 401, body: "né" })
    expect([valuesOf(answer, "x-a"), headerOf(answer, "x-a"), headerOf(answer, "x-b")]).toEqual([
      ["1", "2"],
      "1, 2",
      undefined,
    ])
  })

  const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
  const rows: readonly (readonly [string, string, number, string])[] = [
    ["in chunks", `${chunked}3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n`, 200, "abcde"],
    ["that broke off within a chunk", `${chunked}9\r\nabc`, 200, "abc"],
    ["whose chunk has no size", `${chunked}zz\r\nabc`, 200, ""],
    ["behind an interim one", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nabc", 200, "abc"],
    ["with a status alone", "HTTP/1.1 431\r\n\r\n", 431, ""],
    ["of HTTP/1.0", "HTTP/1.0 400 Bad\r\n\r\nbad", 400, "bad"],
    ["without an end of its headers", "HTTP/1.1 200 OK\r\nx: 1\r\n", 0, ""],
    ["of HTTP/2", "HTTP/2 200\r\n\r\n", 0, ""],
    ["of nothing", "", 0, ""],
  ]
  it.each(rows)("%s is read", (_, text, status, body) => {
    expect(read(text)).toMatchObject({ status, body })
  })
})
