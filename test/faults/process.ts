/**
 * A deployed function in a process of its own, bundled as the local stack bundles it: a process that can be frozen,
 * run out of memory, lose its output and crash. Like Lambda, the next call starts a new one.
 */
import { type ChildProcess, fork } from "node:child_process"
import { mkdtempSync } from "node:fs"
import { rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { afterAll } from "vitest"
import type { Invocation, LambdaFunction } from "../../packages/local/src/function.ts"
import { bundleFunction } from "../../packages/local/src/lambda/bundle.ts"
import { noteWritten } from "../written/capture.ts"
import type { FromProcess, ToProcess } from "./process-runtime.ts"

export interface ProcessConfig {
  readonly name: string
  /** Entry file that exports `handler`, from the repository's root. */
  readonly entry: string
  readonly environment: Readonly<Record<string, string>>
  /** Milliseconds that one call may take; 8 s, as infra/ gives an authorizer. */
  readonly timeout?: number
  /** Flags of Node.js, such as how much memory there is. */
  readonly flags?: readonly string[]
  /** What becomes of its output: read line by line; left lying until the pipe is full; or the other end is closed. */
  readonly output?: "read" | "unread" | "closed"
}

export interface FunctionProcess extends LambdaFunction {
  /** Every event so far. */
  readonly events: readonly unknown[]
  /** What it wrote, where that is read. */
  readonly lines: readonly string[]
  /** Bytes of its output that it could not write, as far as it told: above 0 its pipe is full. */
  unwritten(): number
  /** Every end of a process: its exit code or the signal. */
  readonly ends: readonly (number | string | null)[]
  /** Has a process running that can be called at once; rejects where it crashes at load. */
  start(): Promise<void>
  /**
   * Moves the clock of the process that runs. Its steady clock does not notice, as where the process was frozen or the
   * time was set. Throws where none runs: the next one's clock would be right.
   */
  shift(milliseconds: number): void
  freeze(): void
  thaw(): void
  /** Ends the process; the next call starts a cold one, whose clock is right. */
  kill(): Promise<void>
}

/** Milliseconds for a `beforeAll` that bundles functions and starts processes, on a machine that is busy. */
export const starting = 60_000

const root = fileURLToPath(new URL("../../", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "claimgate-faults-"))
const bundles = new Map<string, Promise<string>>()
const all: FunctionProcess[] = []

afterAll(async () => {
  await Promise.all(all.splice(0).map((one) => one.kill()))
  await rm(folder, { recursive: true, force: true })
})

/** A process outlives a test run that is interrupted, and a frozen one heeds no other signal. */
const children = new Set<ChildProcess>()
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL")
})

/** Describes a function; its first process starts with the first call. */
export function functionProcess(config: ProcessConfig): FunctionProcess {
  const { name, timeout = 8000 } = config
  const events: unknown[] = []
  const lines: string[] = []
  const ends: (number | string | null)[] = []
  let starting: Promise<Running> | undefined
  let unwritten = 0
  let current: Running | undefined
  const running = () => {
    starting ??= spawn(config, lines).then(
      (one) => {
        current = one
        one.child.on("message", (message: FromProcess) => {
          if (message.kind === "unwritten") unwritten = message.bytes
        })
        one.child.once("exit", (code, signal) => {
          ends.push(signal ?? code)
          starting = current = undefined
        })
        return one
      },
      (fault) => {
        starting = undefined
        throw fault
      },
    )
    return starting
  }
  const one: FunctionProcess = {
    ...{ name, events, lines, ends },
    unwritten: () => unwritten,
    async invoke(event) {
      events.push(JSON.parse(JSON.stringify(event)))
      try {
        return await (await running()).call(event, timeout)
      } catch (fault) {
        const errorMessage = fault instanceof Error ? fault.message : String(fault)
        return { ok: false, errorType: "Runtime.ExitError", errorMessage }
      }
    },
    start: async () => void (await running()),
    shift(milliseconds) {
      if (current === undefined) throw new Error(`function \`${name}\`: expected a process that runs`)
      current.send({ kind: "shift", milliseconds })
    },
    freeze: () => void current?.child.kill("SIGSTOP"),
    thaw: () => void current?.child.kill("SIGCONT"),
    async kill() {
      const { child: now } = (await starting?.catch(() => undefined)) ?? {}
      if (now === undefined || now.exitCode !== null || now.signalCode !== null) return
      now.kill("SIGKILL")
      await new Promise((done) => now.once("exit", done))
    },
  }
  all.push(one)
  return one
}

interface Running {
  readonly child: ChildProcess
  send(message: ToProcess): void
  call(event: unknown, timeout: number): Promise<Invocation>
}

function bundled(entry: string): Promise<string> {
  const known = bundles.get(entry)
  if (known !== undefined) return known
  const file = join(folder, `${bundles.size}.mjs`)
  const bundling = bundleFunction(join(root, entry), file).then(() => file)
  bundles.set(entry, bundling)
  return bundling
}

/** Starts a process and waits until the function is loaded. */
async function spawn(
  { name, entry, environment, flags = [], output = "read" }: ProcessConfig,
  lines: string[],
): Promise<Running> {
  const [runtime, file] = await Promise.all([bundled("test/faults/process-runtime.ts"), bundled(entry)])
  const child = fork(runtime, [pathToFileURL(file).href], {
    env: { ...environment },
    execArgv: [...flags],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  })
  children.add(child)
  child.once("exit", () => children.delete(child))
  if (output === "closed") child.stdout?.destroy()
  if (output === "read") readLines(child, lines)
  const said = errorsOf(child)
  const waiting = new Map<number, (invocation: Invocation) => void>()
  child.on("message", (message: FromProcess) => settle(waiting, message))
  child.once("exit", () => {
    for (const resolve of waiting.values()) resolve(exited(name))
  })
  await new Promise<void>((resolve, reject) => {
    child.once("message", () => resolve())
    child.once("close", () => reject(new Error(`function \`${name}\` crashed at load: ${said()}`)))
  })
  let next = 0
  // A process that has just ended takes no more messages; its end is told by the exit.
  const send = (message: ToProcess) => void (child.connected && child.send(message, () => undefined))
  return {
    child,
    send,
    call: (event, timeout) =>
      new Promise((resolve) => {
        const id = next++
        const answer = (invocation: Invocation) => {
          clearTimeout(timer)
          waiting.delete(id)
          resolve(invocation)
        }
        const timer = setTimeout(() => answer(timedOut(timeout)), timeout)
        waiting.set(id, answer)
        send({ kind: "invoke", id, event: JSON.stringify(event) })
      }),
  }
}

function settle(waiting: ReadonlyMap<number, (invocation: Invocation) => void>, message: FromProcess): void {
  if (message.kind === "ready" || message.kind === "unwritten") return
  const { kind, id } = message
  if (kind === "answer") waiting.get(id)?.({ ok: true, payload: JSON.parse(message.payload) })
  else waiting.get(id)?.({ ok: false, errorType: message.errorType, errorMessage: message.errorMessage })
}

function readLines(child: ChildProcess, lines: string[]): void {
  let rest = ""
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    const complete = (rest + text).split("\n")
    rest = complete.pop() ?? ""
    for (const line of complete) noteWritten(line)
    lines.push(...complete)
  })
}

/** The line of Node.js' last words that says why. */
function errorsOf(child: ChildProcess): () => string {
  let text = ""
  child.stderr?.setEncoding("utf8").on("data", (more: string) => {
    text += more
  })
  return () => /^\w*Error.*$/m.exec(text)?.[0] ?? text.slice(0, 200)
}

function exited(name: string): Invocation {
  return {
    ok: false,
    errorType: "Runtime.ExitError",
    errorMessage: `function \`${name}\`: its process ended`,
  }
}

function timedOut(timeout: number): Invocation {
  const errorMessage = `Task timed out after ${timeout / 1000} seconds`
  return { ok: false, errorType: "Sandbox.Timedout", errorMessage }
}
