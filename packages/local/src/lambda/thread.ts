/** A function's thread: loads a bundle with the function's environment, takes JSON, gives JSON or an error. */
import { channel } from "node:diagnostics_channel"
import { pathToFileURL } from "node:url"
import { Worker } from "node:worker_threads"
import { ClaimgateError } from "@claimgate/core"
import type { Clock } from "../clock.ts"
import type { Invocation } from "../function.ts"
import { lineChannel } from "./line-channel.ts"
import type { Answered, FromRuntime, RuntimeData } from "./runtime.ts"

export interface ThreadConfig {
  readonly name: string
  /** The runtime's code, and the file with the function's. */
  readonly runtime: string
  readonly bundle: string
  readonly environment: Readonly<Record<string, string>>
  /** Milliseconds that one call may take, real time. */
  readonly timeout: number
  readonly clock: Clock
  /** Gets each line that the function writes. */
  readonly log: (line: string) => void
  /** Gets each operation that it asks DynamoDB for while no caller is waiting for it. */
  readonly askedLater?: (operation: string) => void
}

export interface Thread {
  /** Never rejects. */
  invoke(event: unknown): Promise<Invocation>
  /** Whether it crashed or ended itself: it answers nothing but errors then. */
  hasEnded(): boolean
  /** Waits for the calls that are under way. */
  close(): Promise<void>
}

const everyLine = channel(lineChannel)

type Waiting = Map<number, (invocation: Invocation) => void>

/** Starts a thread. Rejects with `malformed_configuration` when the code crashes at load. */
export async function startThread(config: ThreadConfig): Promise<Thread> {
  const { name, timeout, askedLater = () => undefined } = config
  const log = (line: string) => {
    everyLine.publish(line)
    config.log(line)
  }
  const data: RuntimeData = { bundle: pathToFileURL(config.bundle).href, clock: config.clock.shared }
  const worker = new Worker(config.runtime, {
    eval: true,
    env: { ...config.environment },
    workerData: data,
    stdout: true,
    stderr: true,
  })
  const lines = createLines(log)
  worker.on("message", (message: FromRuntime) => {
    if (message.kind === "written") lines.take(message.text)
  })
  // What Node.js itself has to say comes this way.
  forward(worker.stdout, lines)
  forward(worker.stderr, lines)
  await loaded(worker, name)
  const waiting: Waiting = new Map()
  let ended: string | undefined
  let isClosing = false
  const end = (reason: string) => {
    if (ended === undefined && !isClosing) log(`crashed: ${reason.split("\n")[0]}`)
    ended ??= reason
    for (const resolve of [...waiting.values()]) resolve(exited(ended))
  }
  worker.on("message", (message: FromRuntime) => {
    if (message.kind === "error" && message.errorMessage !== refusal)
      log(`failed: ${message.errorType}: ${message.errorMessage}`)
    settle(waiting, message, askedLater)
  })
  worker.on("error", (fault: unknown) => end(fault instanceof Error ? fault.message : String(fault)))
  worker.on("exit", () => end(processEnded))
  let next = 0
  return {
    async invoke(event) {
      if (ended !== undefined) return exited(ended)
      const id = next++
      const answer = wait(waiting, id, timeout)
      worker.postMessage({ id, event: JSON.stringify(event) })
      return answer
    },
    hasEnded: () => ended !== undefined,
    async close() {
      while (waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, 5))
      isClosing = true
      await worker.terminate()
    },
  }
}

/** The one error that is an answer: an authorizer's 401. */
const refusal = "Unauthorized"

const processEnded = "the function's process ended"

function wait(waiting: Waiting, id: number, timeout: number): Promise<Invocation> {
  return new Promise((resolve) => {
    const answer = (invocation: Invocation) => {
      clearTimeout(timer)
      waiting.delete(id)
      resolve(invocation)
    }
    const timer = setTimeout(() => answer(timedOut(timeout)), timeout)
    waiting.set(id, answer)
  })
}

function timedOut(timeout: number): Invocation {
  const errorMessage = `Task timed out after ${timeout / 1000} seconds`
  return { ok: false, errorType: "Sandbox.Timedout", errorMessage }
}

function exited(errorMessage: string): Invocation {
  return { ok: false, errorType: "Runtime.ExitError", errorMessage }
}

/** Whether the code loaded. What it writes meanwhile has to do with that only for people. */
function loaded(worker: Worker, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const crash = (reason: string) =>
      reject(new ClaimgateError("malformed_configuration", `function \`${name}\` crashed at load: ${reason}`))
    const exit = () => crash(processEnded)
    const hear = (message: FromRuntime) => {
      if (message.kind !== "ready" && message.kind !== "crashed") return
      worker.off("error", reject)
      worker.off("exit", exit)
      worker.off("message", hear)
      if (message.kind === "ready") return resolve()
      void worker.terminate()
      crash(message.errorMessage)
    }
    worker.once("error", reject)
    worker.once("exit", exit)
    worker.on("message", hear)
  })
}

function settle(waiting: Waiting, message: FromRuntime, askedLater: (operation: string) => void): void {
  if (message.kind === "asked-later") askedLater(message.operation)
  if (message.kind !== "answer" && message.kind !== "error") return
  const { id, dynamoRequests } = message
  const resolve = waiting.get(id)
  // Undefined where who waited had its time-out by then.
  if (resolve === undefined) for (const operation of dynamoRequests) askedLater(operation)
  else resolve({ ...outcomeOf(message), dynamoRequests })
}

function outcomeOf(message: Answered): Invocation {
  if (message.kind === "answer") return { ok: true, payload: JSON.parse(message.payload) }
  const { errorType, errorMessage } = message
  return { ok: false, errorType, errorMessage }
}

interface Lines {
  take(text: string): void
}

/** Cuts text into lines; the last one waits for its end. */
function createLines(log: (line: string) => void): Lines {
  let rest = ""
  return {
    take(text) {
      const lines = (rest + text).split("\n")
      rest = lines.pop() ?? ""
      for (const line of lines) log(line)
    },
  }
}

function forward(stream: NodeJS.ReadableStream, lines: Lines): void {
  stream.setEncoding("utf8")
  stream.on("data", lines.take)
}
