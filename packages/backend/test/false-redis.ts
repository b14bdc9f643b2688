/** Something on a port that speaks as much of Redis' protocol as it takes to say the wrong thing. */
import { once } from "node:events"
import { type AddressInfo, createServer, type Socket } from "node:net"
import type { RedisAddress } from "../src/cache/redis-address.ts"

/** What it says instead of what Redis would: bytes of an answer, or what it does; whatever comes behind waits for it. */
export type Saying = string | ((socket: Socket) => void | Promise<void>)

export interface FalseRedis {
  readonly address: RedisAddress
  /** Connections that were opened so far. */
  opened(): number
  /** From now on says this to commands of these names, in capitals; all others are answered as by an empty Redis. */
  say(sayings: Readonly<Record<string, Saying>>): void
  stop(): Promise<void>
}

/** Starts one that behaves. */
export async function startFalseRedis(): Promise<FalseRedis> {
  const sockets = new Set<Socket>()
  let opened = 0
  let sayings: Readonly<Record<string, Saying>> = {}
  const server = createServer((socket) => {
    opened += 1
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
    socket.on("error", () => {})
    let rest = ""
    let answered: void | Promise<void>
    const answer = (name: string) => {
      const saying = sayings[name] ?? usual(name)
      return typeof saying === "string" ? void socket.write(saying) : saying(socket)
    }
    socket.on("data", async (data) => {
      const { commands, left } = parseCommands(rest + data.toString("latin1"))
      rest = left
      for (const name of commands) {
        const before = answered
        answered = (async () => {
          await before
          await answer(name)
        })()
      }
    })
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  // Sound: a server that listens on a host and port has such an address.
  const { port } = server.address() as AddressInfo
  return {
    address: { host: "127.0.0.1", port, tls: false, username: undefined, password: undefined, database: 0 },
    opened: () => opened,
    say(next) {
      sayings = next
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, "close")
    },
  }
}

/** What Redis answers that keeps nothing. */
function usual(name: string): string {
  const [seconds, microseconds] = [String(Math.floor(Date.now() / 1000)), String((Date.now() % 1000) * 1000)]
  if (name === "TIME") return `*2\r\n${bulk(seconds)}${bulk(microseconds)}`
  if (name === "GETRANGE") return bulk("")
  return name === "EVALSHA" ? ":1\r\n" : "+OK\r\n"
}

/** A text as an answer. */
export function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`
}

/** Names of the commands that are complete, and what is left over: arrays of texts, as clients send them. */
function parseCommands(data: string): { readonly commands: readonly string[]; readonly left: string } {
  const commands: string[] = []
  let left = data
  for (;;) {
    const command = takeCommand(left)
    if (command === undefined) return { commands, left }
    commands.push(command.name)
    left = left.slice(command.length)
  }
}

function takeCommand(data: string): { readonly name: string; readonly length: number } | undefined {
  const head = /^\*(\d+)\r\n/.exec(data)
  if (head === null) return undefined
  const words: string[] = []
  let at = head[0].length
  for (let word = 0; word < Number(head[1]); word++) {
    const size = /^\$(\d+)\r\n/.exec(data.slice(at, at + 32))
    if (size === null) return undefined
    const start = at + size[0].length
    at = start + Number(size[1]) + 2
    if (at > data.length) return undefined
    words.push(data.slice(start, at - 2))
  }
  return { name: (words[0] ?? "").toUpperCase(), length: at }
}
