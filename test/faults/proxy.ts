/** A TCP proxy in a test's hands: what a network can do to a connection, done to connections of either side's choice. */
import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"

/**
 * What becomes of connections: those that are open and those to come. `hang` keeps them open, takes what is sent and
 * says nothing; `reset` breaks them; `refuse` also stops listening; `cut` hands requests on and breaks the connection
 * instead of answering; `corrupt` damages what is answered; `delay` answers late, in milliseconds.
 */
export type Trouble = "none" | "hang" | "reset" | "refuse" | "cut" | "corrupt" | { readonly delay: number }

export interface TcpProxy {
  /** `http://127.0.0.1:<port>` */
  readonly address: string
  readonly port: number
  /** From now on. Connections that hung until then are broken: what was sent to them is lost. */
  suffer(trouble: Trouble): Promise<void>
  /** Leads new connections to another port. */
  leadTo(target: string): void
  stop(): Promise<void>
}

/** Starts a proxy before `target`, an `http:` address on loopback; it begins without trouble. */
export async function startProxy(target: string): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  let trouble: Trouble = "none"
  let port = Number(new URL(target).port)
  const server = createServer((socket) => {
    const pair = join(socket, port, () => trouble)
    pairs.add(pair)
    socket.once("close", () => pairs.delete(pair))
  })
  const listen = async (at: number) => {
    await once(server.listen(at, "127.0.0.1"), "listening")
    // Sound: a server that listens on a host and port has such an address.
    return (server.address() as AddressInfo).port
  }
  const own = await listen(0)
  const breakAll = () => {
    for (const { break: end } of pairs) end()
  }
  const close = async () => {
    breakAll()
    if (server.listening) await new Promise((done) => server.close(done))
  }
  return {
    address: `http://127.0.0.1:${own}`,
    port: own,
    leadTo(next) {
      port = Number(new URL(next).port)
      breakAll()
    },
    async suffer(next) {
      if (trouble === "hang" && next !== "hang") breakAll()
      trouble = next
      // Whoever keeps connections would not notice that nobody listens any more.
      if (next === "reset") breakAll()
      if (next === "refuse") await close()
      else if (!server.listening) await listen(own)
    },
    stop: close,
  }
}

interface Pair {
  break(): void
}

/** One connection and the one behind it; each piece of data meets the trouble that there is when it comes. */
function join(client: Socket, port: number, trouble: () => Trouble): Pair {
  const server = connect(port, "127.0.0.1")
  const end = () => {
    client.resetAndDestroy()
    server.destroy()
  }
  for (const socket of [client, server]) socket.on("error", end)
  client.on("close", () => server.destroy())
  server.on("close", () => {
    if (trouble() !== "hang") client.end()
  })
  client.on("data", (data) => {
    const now = trouble()
    if (now === "reset") end()
    else if (now !== "hang") server.write(data)
  })
  server.on("data", (data) => {
    const now = trouble()
    if (now === "cut" || now === "reset") end()
    else if (now === "corrupt") client.write(damaged(data))
    else if (typeof now === "object") setTimeout(() => pass(client, data), now.delay)
    else if (now !== "hang") client.write(data)
  })
  return { break: end }
}

function pass(socket: Socket, data: Buffer): void {
  if (!socket.destroyed) socket.write(data)
}

/** The body's text with every other letter exchanged; a head stays as it is, so that it is read at all. */
function damaged(data: Buffer): Buffer {
  const text = data.toString("latin1")
  const body = text.indexOf("\r\n\r\n") + 4
  const start = body < 4 ? 0 : body
  const wrong = text
    .slice(start)
    .replace(/./g, (letter, at: number) =>
      at % 2 === 0 ? letter : String.fromCharCode(letter.charCodeAt(0) ^ 1),
    )
  return Buffer.from(text.slice(0, start) + wrong, "latin1")
}
