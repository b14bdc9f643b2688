/**
 * A deployed function on this machine: bundled as SST bundles it, loaded in a thread of its own that sees only the
 * function's environment, called with JSON. New code takes over without losing a request.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Clock } from "../clock.ts"
import type { LambdaFunction } from "../function.ts"
import { bundleFunction, bundleRuntime } from "./bundle.ts"
import { startThread, type ThreadConfig } from "./thread.ts"

export type Environment = Readonly<Record<string, string>>

export interface FunctionConfig {
  readonly name: string
  /** Entry file that exports `handler`, from the repository's root. */
  readonly entry: string
  /** All that the function sees in `process.env`; asked for when its code has been bundled. */
  readonly environment: Environment | (() => Promise<Environment>)
  /** Milliseconds, real time. */
  readonly timeout: number
}

export interface FunctionDeps {
  readonly clock: Clock
  /** Gets each line that the function writes. */
  readonly log: (line: string) => void
  /** Gets each operation that it asks DynamoDB for while no caller is waiting for it. */
  readonly askedLater?: (operation: string) => void
}

/** A function whose code can be exchanged while it is being called. */
export interface RunningFunction extends LambdaFunction {
  /** Absolute paths of the source files in its code. */
  sources(): readonly string[]
  /**
   * Bundles and loads the code again. Rejects, and keeps the old code, where the new one does not load; does nothing
   * once the function was closed.
   */
  reload(): Promise<void>
  close(): Promise<void>
}

const root = fileURLToPath(new URL("../../../../", import.meta.url))

/** Bundles a function and loads it. Rejects with `malformed_configuration` when the code crashes at load. */
export async function startFunction(config: FunctionConfig, deps: FunctionDeps): Promise<RunningFunction> {
  const { name, timeout, environment } = config
  const folder = await mkdtemp(join(tmpdir(), "claimgate-"))
  const removeFolder = () => rm(folder, { recursive: true, force: true })
  let version = 0
  const start = async () => {
    const file = join(folder, `${name}-${++version}.mjs`)
    const [{ sources }, runtime] = await Promise.all([
      bundleFunction(join(root, config.entry), file),
      bundleRuntime(),
    ])
    const settings: ThreadConfig = {
      ...deps,
      ...{
        name,
        timeout,
        runtime,
        bundle: file,
        environment: typeof environment === "function" ? await environment() : environment,
      },
    }
    return { sources, settings, thread: await startThread(settings) }
  }
  let current = await start().catch(async (fault) => {
    await removeFolder()
    throw fault
  })
  let isClosed = false
  const inTurn = oneByOne()
  // Lambda starts a new process after a crash. Those that wait for it find it running when their turn comes.
  const revive = async () => {
    if (isClosed || !current.thread.hasEnded()) return
    const thread = await startThread(current.settings)
    current = { ...current, thread }
  }
  return {
    name,
    sources: () => current.sources,
    async invoke(event) {
      // Where it does not start again the ended one says why.
      if (current.thread.hasEnded()) await inTurn(revive).catch((fault) => deps.log(fault.message))
      return current.thread.invoke(event)
    },
    reload: () =>
      inTurn(async () => {
        if (isClosed) return
        const next = await start()
        const old = current.thread
        current = next
        await old.close()
      }),
    async close() {
      isClosed = true
      await inTurn(() => current.thread.close())
      await removeFolder()
    },
  }
}

/** Runs one job after another; one that failed stops no later one. */
function oneByOne(): (job: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve()
  return (job) => {
    const done = last.then(job)
    last = done.catch(() => undefined)
    return done
  }
}
