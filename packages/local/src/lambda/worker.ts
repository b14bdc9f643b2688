/**
 * A deployed function on this machine: bundled as SST bundles it, loaded in a thread of its own that sees only the
 * function's environment, called with JSON. New code takes over without losing a request.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { Worker } from "node:worker_threads"
import { ClaimgateError } from "@claimgate/core"
import type { Clock } from "../clock.ts"
import type { Invocation, LambdaFunction } from "../function.ts"
import { bundleFunction } from "./bundle.ts"
import type { FromRuntime, RuntimeData } from "./runtime.ts"

export interface FunctionConfig {
  readonly name: string
  /** Entry file that exports `handler`, from the repository's root. */
  readonly entry: string
  /** All that the function sees in `process.env`. */
  readonly environment: Readonly<Record<string, string>>
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
  const folder = await mkdtemp(join(tmpdir(), "claimgate-"))
  let version = 0
  const start = async () => {
    version++
    const bundle = await bundleFunction(
      join(root, config.entry),
      join(folder, `${config.name}-${version}.mjs`),
    )
    return { sources: bundle.sources, thread: await startThread(config, deps, folder, bundle.file) }
  }
  let current = await start()
  return {
    name: config.name,
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
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface Thread {
  invoke(event: unknown): Promise<Invocation>
  /** Waits for the calls that are under way. */
  close(): Promise<void>
}

async function startThread(
  config: FunctionConfig,
  deps: FunctionDeps,
  folder: string,
  bundle: string,
): Promise<Thread> {
  const runtime = await runtimeBundle(folder)
  const data: RuntimeData = { bundle: pathToFileURL(bundle).href, clock: deps.clock.shared }
  const worker = new Worker(runtime, {
    env: { ...config.environment },
    workerData: data,
    stdout: true,
    stderr: true,
  })
  forwardLines(worker.stdout, deps.log)
  forwardLines(worker.stderr, deps.log)
  await firstMessage(worker, config.name)
  const waiting = new Map<number, (invocation: Invocation) => void>()
  worker.on("message", (message: FromRuntime) => settle(waiting, message))
  worker.on("error", (fault) => failAll(waiting, "Runtime.ExitError", fault.message))
  worker.on("exit", () => failAll(waiting, "Runtime.ExitError", "the function's process ended"))
  let next = 0
  return {
    invoke: (event) =>
      new Promise((resolve) => {
        const id = next++
        const timer = setTimeout(() => {
          waiting.delete(id)
          resolve({
            ok: false,
            errorType: "Sandbox.Timedout",
            errorMessage: `Task timed out after ${config.timeout / 1000} seconds`,
          })
        }, config.timeout)
        waiting.set(id, (invocation) => {
          clearTimeout(timer)
          waiting.delete(id)
          resolve(invocation)
        })
        worker.postMessage({ id, event: JSON.stringify(event) })
      }),
    async close() {
      while (waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, 5))
      await worker.terminate()
    },
  }
}

const runtimes = new Map<string, Promise<string>>()

/** The runtime itself, bundled once per folder. */
async function runtimeBundle(folder: string): Promise<string> {
  const known = runtimes.get(folder)
  const bundled =
    known ??
    bundleFunction(fileURLToPath(new URL("./runtime.ts", import.meta.url)), join(folder, "runtime.mjs")).then(
      (b) => b.file,
    )
  runtimes.set(folder, bundled)
  return bundled
}

function firstMessage(worker: Worker, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject)
    worker.once("message", (message: FromRuntime) => {
      worker.off("error", reject)
      if (message.kind === "ready") return resolve()
      const reason = message.kind === "crashed" ? message.errorMessage : "no answer"
      void worker.terminate()
      reject(new ClaimgateError("malformed_configuration", `function \`${name}\` crashed at load: ${reason}`))
    })
  })
}

function settle(waiting: Map<number, (invocation: Invocation) => void>, message: FromRuntime): void {
  if (message.kind === "answer") waiting.get(message.id)?.({ ok: true, payload: JSON.parse(message.payload) })
  if (message.kind === "error") {
    const { errorType, errorMessage } = message
    waiting.get(message.id)?.({ ok: false, errorType, errorMessage })
  }
}

function failAll(
  waiting: Map<number, (invocation: Invocation) => void>,
  errorType: string,
  errorMessage: string,
): void {
  for (const resolve of [...waiting.values()]) resolve({ ok: false, errorType, errorMessage })
}

function forwardLines(stream: NodeJS.ReadableStream, log: (line: string) => void): void {
  let rest = ""
  stream.setEncoding("utf8")
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) log(line)
  })
}
