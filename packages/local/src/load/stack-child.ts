/** Starts the process with the stack, and asks it. */
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import type { Ask, Memory, Ready, Times } from "./messages.ts"

export interface StackChild extends Ready {
  change(ask: Extract<Ask, { kind: "change" | "other-change" }>): Promise<void>
  memory(): Promise<Memory>
  profileStart(): Promise<void>
  profileStop(): Promise<Times>
  close(): Promise<void>
}

/** Starts it, with a probe in each of its threads. Rejects when it ends before it is up. */
export async function startStackChild(): Promise<StackChild> {
  const folder = await mkdtemp(join(tmpdir(), "claimgate-load-"))
  const probe = join(folder, "thread-probe.cjs")
  await bundleProbe(probe)
  const child = fork(fileURLToPath(new URL("./stack-process.ts", import.meta.url)), {
    execArgv: [...process.execArgv, "--require", probe],
  })
  const close = async () => {
    child.kill("SIGKILL")
    await rm(folder, { recursive: true, force: true })
  }
  const ready = await heard<Ready>(child).catch(async (fault) => {
    await close()
    throw fault
  })
  const ask = createAsk(child)
  return {
    ...ready,
    change: async (change) => void (await ask(change)),
    // Answered by stack-process.ts with exactly this.
    memory: async () => (await ask({ kind: "memory" })) as Memory,
    profileStart: async () => void (await ask({ kind: "profile-start" })),
    profileStop: async () => (await ask({ kind: "profile-stop" })) as Times,
    close,
  }
}

/** Threads have no loader for TypeScript, and take over only what is required: a file of plain CommonJS. */
async function bundleProbe(outfile: string): Promise<void> {
  const entry = fileURLToPath(new URL("./thread-probe.ts", import.meta.url))
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "silent",
  })
}

/** One at a time, in order: an answer belongs to the question before it. */
function createAsk(child: ChildProcess): (ask: Ask) => Promise<unknown> {
  let last: Promise<unknown> = Promise.resolve()
  return (ask) => {
    last = last.then(async () => {
      child.send(ask)
      return (await heard<{ readonly answer?: unknown }>(child)).answer
    })
    return last
  }
}

/** The next message; rejects when the process ends instead. */
async function heard<Message>(child: ChildProcess): Promise<Message> {
  const controller = new AbortController()
  const { signal } = controller
  const ended = once(child, "exit", { signal }).then(([code]) => {
    throw new Error(`the process with the stack ended with ${code}`)
  })
  try {
    // What the other process sends is what messages.ts says.
    const [message] = (await Promise.race([once(child, "message", { signal }), ended])) as [Message]
    return message
  } finally {
    controller.abort()
    ended.catch(() => undefined)
  }
}
