/** Requests as the very bytes that are sent: no HTTP client, for each of them tidies something up. */
import { connect } from "node:net"

/** Where a door listens, and what its stage puts in front of every path. */
export interface Address {
  readonly port: number
  /** Empty, or `/local`. */
  readonly prefix: string
}

/** The bytes for a door. */
export type Wire = (address: Address) => Buffer

export type Header = readonly [name: string, value: string]

export interface RequestParts {
  readonly method?: string
  /** Below the stage. */
  readonly path?: string
  readonly headers?: readonly Header[]
  readonly body?: string
}

/** What everybody asks for who is not said to ask for anything else. */
export const target = "/api/reports"

/** A request with these headers and no others but `host`, `connection` and a body's length; each character is a byte. */
export function request({ method = "GET", path = target, headers = [], body = "" }: RequestParts): Wire {
  const length: readonly Header[] = body === "" ? [] : [["content-length", String(body.length)]]
  const lines = [...headers, ...length].map(([name, value]) => `${name}: ${value}`)
  return typed(({ prefix }) => [`${method} ${prefix}${path} HTTP/1.1`, ...common, ...lines, "", body])
}

/** A request that is written line by line. */
export function typed(lines: (address: Address) => readonly string[]): Wire {
  return (address) => Buffer.from(lines(address).join("\r\n"), "latin1")
}

const common = ["host: api.example.com", "connection: close"]

/** A text whose characters are the bytes of its UTF-8. */
export function utf8(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1")
}

/** The status of a connection that was cut without any answer. */
export const cut = 0

/** Sends bytes over a connection of their own; resolves to the status of each answer that came, or to `cut` alone. */
export function send(wire: Wire, address: Address): Promise<readonly number[]> {
  return new Promise((resolve) => {
    const socket = connect(address.port, "127.0.0.1")
    let answer = ""
    const done = () => resolve(statusesIn(answer))
    socket.setEncoding("latin1").setTimeout(60_000, () => socket.destroy())
    socket.on("data", (text) => {
      answer += text
    })
    // An answer can come before all was sent; what happens to the rest does not matter then.
    socket.on("error", done).on("close", done)
    socket.write(wire(address))
  })
}

function statusesIn(answer: string): readonly number[] {
  const found = [...answer.matchAll(/^HTTP\/1\.[01] (\d{3}) /gm)].map(([, status]) => Number(status))
  return found.length === 0 ? [cut] : found
}
