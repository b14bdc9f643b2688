/**
 * Requests byte by byte, over TCP or TLS: `fetch` would resolve dot segments, encode tabs, join headers and refuse large
 * ones before a gateway saw any of it.
 */
import { connect as connectTcp, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"
import { type RawAnswer, readAnswer } from "./raw-answer.ts"

export interface RawRequest {
  /** `GET` where it is left out. */
  readonly method?: string
  /** The target of the request line, character for character. */
  readonly target: string
  /** In this order, repeated where they are; `host` and `connection` come on top. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** Comes with its length; none where it is left out. */
  readonly body?: string
}

/** Longer than any gateway takes. */
const patience = 35_000

/**
 * Sends one request to the address's host on a connection of its own. Rejects where there is no connection; a connection
 * that the other side ends, or leaves silent, is an answer with status 0.
 */
export async function sendRaw(address: string, request: RawRequest): Promise<RawAnswer> {
  const url = new URL(address)
  const socket = await open(url)
  try {
    // What cannot be written any more was refused before it was read.
    socket.on("error", () => undefined)
    socket.write(format(url, request), "utf8")
    return readAnswer(await readAll(socket))
  } finally {
    socket.destroy()
  }
}

function open({ protocol, hostname, port }: URL): Promise<Socket> {
  const isSecure = protocol === "https:"
  const host = hostname.replace(/^\[|\]$/g, "")
  const to = { host, port: Number(port || (isSecure ? 443 : 80)) }
  return new Promise((resolve, reject) => {
    const socket: Socket = isSecure
      ? connectTls({ ...to, servername: host, ALPNProtocols: ["http/1.1"] }, () => resolve(socket))
      : connectTcp(to, () => resolve(socket))
    socket.once("error", reject)
  })
}

function format({ host }: URL, { method = "GET", target, headers = [], body }: RawRequest): string {
  const length = body === undefined ? [] : [["content-length", String(Buffer.byteLength(body))]]
  const lines = [["host", host], ["connection", "close"], ...length, ...headers].map(
    ([name, value]) => `${name}: ${value}`,
  )
  return [`${method} ${target} HTTP/1.1`, ...lines, "", body ?? ""].join("\r\n")
}

function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  return new Promise((resolve) => {
    const finish = () => resolve(Buffer.concat(chunks))
    socket.on("data", (chunk: Buffer) => chunks.push(chunk))
    socket.once("close", finish)
    socket.setTimeout(patience, finish)
  })
}
