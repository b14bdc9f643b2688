import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { createRequire } from "node:module"
import { createServer } from "node:net"
import { dirname, join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import { startDynamo } from "../server.ts"

/** Something that speaks DynamoDB's protocol, with empty tables. */
export interface Engine {
  readonly name: string
  /** Why it cannot run here, if it cannot. */
  readonly absent?: string
  start(): Promise<{ readonly endpoint: string; readonly stop: () => Promise<unknown> }>
}

const local: Engine = {
  name: "local",
  async start() {
    const server = await startDynamo()
    return { endpoint: server.endpoint, stop: () => server.close() }
  },
}

/** Another engine of other origin, so that what is added here does not judge itself. */
const dynoxide: Engine = {
  name: "dynoxide",
  ...(binary() ? {} : { absent: "@dynoxide/linux-x64 is not installed: it exists for Linux x64 only" }),
  async start() {
    const port = await freePort()
    // Not called where `absent` says so.
    const child = spawn(binary()!, ["--port", String(port)], { stdio: "ignore" })
    await answering(port, child)
    return { endpoint: `http://127.0.0.1:${port}`, stop: () => stop(child) }
  },
}

/** The engines that have to agree. */
export const engines: readonly Engine[] = [local, dynoxide]

function binary(): string | undefined {
  try {
    const path = join(
      dirname(createRequire(import.meta.url).resolve("@dynoxide/linux-x64/package.json")),
      "dynoxide",
    )
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (typeof address !== "object" || address === null) throw new Error("expected a TCP address")
  return address.port
}

async function answering(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`dynoxide: exited with \`${child.exitCode}\``)
    if (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)) return
    await wait(25)
  }
  await stop(child)
  throw new Error("dynoxide: expected an answer within 5 seconds")
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exited = once(child, "exit")
  child.kill()
  await exited
}
