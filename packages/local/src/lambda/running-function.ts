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
import { startThread } from "./thread.ts"

export interface FunctionConfig {
  readonly name: string
  /** Entry file that exports `handler`, from the repository's root. */
  readonly entry: string
  /** All that the function sees in `process.env`; its code is bundled while a promise of it is kept. */
  readonly environment: Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>
  /** Milliseconds, real time. */
  readonly timeout: number
}

export interface FunctionDeps {
  readonly clock: Clock
  /** Gets each line that the function writes. */
  readonly log: (line: string) => void
}

/** A function whose code can be exchanged while it is being called. */
export interface RunningFunction extends LambdaFunction {
  /** Absolute paths of the source files in its code. */
  sources(): readonly string[]
  /** Bundles and loads the code again. Rejects, and keeps the old code, where the new one does not load. */
  reload(): Promise<void>
  close(): Promise<void>
}

const root = fileURLToPath(new URL("../../../../", import.meta.url))

/** Bundles a function and loads it. Rejects with `malformed_configuration` when the code crashes at load. */
export async function startFunction(config: FunctionConfig, deps: FunctionDeps): Promise<RunningFunction> {
  const { name, timeout } = config
  const environment = Promise.resolve(config.environment)
  // It may fail while the code is being bundled: then it is too early to look, and not too late to know.
  environment.catch(() => undefined)
  const folder = await mkdtemp(join(tmpdir(), "claimgate-"))
  const removeFolder = () => rm(folder, { recursive: true, force: true })
  let version = 0
  const start = async () => {
    const file = join(folder, `${name}-${++version}.mjs`)
    const [{ sources }, runtime] = await Promise.all([
      bundleFunction(join(root, config.entry), file),
      bundleRuntime(),
    ])
    const settings = { name, timeout, runtime, bundle: file, environment: await environment }
    return { sources, thread: await startThread({ ...deps, ...settings }) }
  }
  let current = await start().catch(async (fault) => {
    await removeFolder()
    throw fault
  })
  return {
    name,
    sources: () => current.sources,
    invoke: (event) => current.thread.invoke(event),
    async reload() {
      const next = await start()
      const old = current.thread
      current = next
      await old.close()
    },
    async close() {
      await current.thread.close()
      await removeFolder()
    },
  }
}
