/** An endpoint that publishes signing keys, or lies; behind a proxy that can do anything to its connections. */
import { once } from "node:events"
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { startProxy, type TcpProxy } from "./proxy.ts"

export interface KeyServer {
  /** Before it; functions are given the proxy's address. */
  readonly proxy: TcpProxy
  /** From now on answers with this text, status 200, or as the function does. */
  publish(answer: string | ((response: ServerResponse) => void)): void
  /** Requests so far. */
  fetches(): number
  stop(): Promise<void>
}

/** Starts one that publishes this document at any path. */
export async function startKeyServer(document: string): Promise<KeyServer> {
  let answer: string | ((response: ServerResponse) => void) = document
  let fetches = 0
  const server = createServer((_, response) => {
    fetches++
    if (typeof answer === "string") response.end(answer)
    else answer(response)
  })
  await once(server.listen(0, "127.0.0.1"), "listening")
  // Sound: a server that listens on a host and port has such an address.
  const proxy = await startProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return {
    proxy,
    publish(next) {
      answer = next
    },
    fetches: () => fetches,
    async stop() {
      await proxy.stop()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
