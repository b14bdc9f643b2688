/** A redis-server of the tests' own, on a free port, that can be hung, killed and started again. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { type AddressInfo, connect, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { Redis } from "ioredis"
import { describe, it } from "vitest"
import type { RedisAddress } from "../src/cache/redis-address.ts"

export interface RedisServer {
  readonly address: RedisAddress
  /** Sends one command on a connection of its own, as an operator would. */
  command(name: string, ...args: readonly (string | number)[]): Promise<unknown>
  /** Stops the process where it is: connections stay open, and nothing answers. */
  hang(): void
  thaw(): void
  /** Ends the process at once, with all that it kept. */
  kill(): Promise<void>
  /** Starts a new one on the same port, with further arguments. */
  restart(...args: readonly string[]): Promise<void>
  stop(): Promise<void>
}

const found = spawnSync("redis-server", ["--version"]).status === 0
const missing = "redis-server: not found on this machine, install it to run the tests of the Redis cache"

/** `describe` for tests that need a redis-server. Without one they are skipped, aloud; with `CI` set they fail. */
export function describeWithRedis(name: string, tests: () => void): void {
  if (!found) process.stderr.write(`\n${missing}: ${name}\n`)
  const isRequired = process.env.CI !== undefined && process.env.CI !== ""
  describe.skipIf(!found && !isRequired)(name, () => {
    if (found) tests()
    else
      it("needs a redis-server", () => {
        throw new Error(missing)
      })
  })
}

/** None is left behind where a test run ends before its tests do; a stopped process heeds no other signal. */
const running = new Set<ChildProcess>()
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL")
})

/** Starts a server with nothing in it. */
export async function startRedis(...args: readonly string[]): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "claimgate-redis-"))
  const port = await freePort()
  let child = await spawnRedis(folder, port, args)
  // One connection for all commands, made anew after each loss.
  let operator: Redis | undefined
  const kill = async () => {
    operator?.disconnect()
    operator = undefined
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill("SIGKILL")
    await once(child, "exit")
  }
  return {
    address: { host: "127.0.0.1", port, tls: false, username: undefined, password: undefined, database: 0 },
    async command(name, ...rest) {
      operator ??= quietClient(port)
      return operator.call(name, ...rest)
    },
    hang: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    kill,
    async restart(...more) {
      await kill()
      child = await spawnRedis(folder, port, more)
    },
    async stop() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  // Sound: a server that listens on a host and port has such an address.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, "close")
  return port
}

async function spawnRedis(folder: string, port: number, args: readonly string[]): Promise<ChildProcess> {
  const own = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
  const child = spawn("redis-server", ["--port", String(port), ...own, ...args], { stdio: "ignore" })
  running.add(child)
  child.once("exit", () => running.delete(child))
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) break
    if (await answers(port)) return child
    await pause(10)
  }
  child.kill("SIGKILL")
  throw new Error(`redis-server: expected it to answer on port ${port}`)
}

/** Whether anything is said in return: also `NOAUTH` is an answer. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1")
  socket.write("PING\r\n")
  const said = await Promise.race([
    once(socket, "data").then(
      () => true,
      () => false,
    ),
    pause(200, false),
  ])
  socket.destroy()
  return said
}

function quietClient(port: number): Redis {
  const client = new Redis({
    host: "127.0.0.1",
    port,
    retryStrategy: null,
    protocol: 2,
    enableReadyCheck: false,
  })
  client.on("error", () => {})
  return client
}
