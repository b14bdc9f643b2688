/** The socket side of a gateway: plain HTTP/1.1 on 127.0.0.1, requests and answers handed over untouched. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { ClaimgateError } from "@claimgate/core"
import type { Header, HttpRequest, HttpResponse } from "./http-message.ts"

/** A server that runs. */
export interface Listening {
  readonly port: number
  /** Resolves when the port is free again; connections that are still open are cut. */
  close(): Promise<void>
}

/** Answers one request. */
export type Handler = (request: HttpRequest) => Promise<HttpResponse>

// Far above what a gateway takes, so that it answers oversized headers itself and not the parser.
const parserHeaderBytes = 65_536

/**
 * Serves a handler on that port, or on a free one for 0. A body is read up to one byte more than `payloadBytes`,
 * enough for the handler to refuse it. Rejects with a `ClaimgateError` where the port is taken.
 *
 * What is no HTTP at all (a space in the target, a header without name) is answered 400 by the parser itself.
 */
export async function listen(handle: Handler, port: number, payloadBytes: number): Promise<Listening> {
  const server = createServer({ maxHeaderSize: parserHeaderBytes }, (incoming, outgoing) => {
    serve(handle, incoming, outgoing, payloadBytes).catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(cannotListen(port, cause)))
    server.listen(port, "127.0.0.1", resolve)
  })
  return {
    // An address of a listening TCP server is never text or null.
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
      }),
  }
}

async function serve(
  handle: Handler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  payloadBytes: number,
): Promise<void> {
  const body = await readBody(incoming, payloadBytes)
  const response = await handle({
    method: incoming.method ?? "GET",
    target: incoming.url ?? "/",
    headers: pairs(incoming.rawHeaders),
    body,
    sourceIp: incoming.socket.remoteAddress ?? "127.0.0.1",
  })
  const headers = response.headers.flat()
  const length = hasNoBody(response.status) ? [] : ["content-length", String(response.body.length)]
  outgoing.writeHead(response.status, [...headers, ...length])
  outgoing.end(hasNoBody(response.status) ? undefined : response.body)
}

async function readBody(incoming: IncomingMessage, payloadBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    // What lies beyond the limit is read, so that the client gets to hear the answer, and forgotten.
    if (size <= payloadBytes) chunks.push(chunk)
    size += chunk.length
  }
  return Buffer.concat(chunks)
}

function pairs(raw: readonly string[]): Header[] {
  return Array.from(
    { length: raw.length / 2 },
    (_, at) => [raw[2 * at] ?? "", raw[2 * at + 1] ?? ""] as const,
  )
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304
}

function cannotListen(port: number, cause: Error): ClaimgateError {
  const taken = "code" in cause && cause.code === "EADDRINUSE"
  return new ClaimgateError(
    "malformed_configuration",
    taken ? `port \`${port}\`: expected a free one, it is taken` : `port \`${port}\`: ${cause.message}`,
    { cause },
  )
}
