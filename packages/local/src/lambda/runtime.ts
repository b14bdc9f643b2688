/**
 * What runs inside a function's thread: Lambda's runtime, in a few lines. It loads the bundle with only the
 * function's own environment, then answers invocations with JSON or an error, as Lambda reports it.
 */
import { parentPort, workerData } from "node:worker_threads"
import { installClock } from "../clock.ts"
import { watchDynamoRequests } from "./dynamo-requests.ts"

export interface RuntimeData {
  readonly bundle: string
  readonly clock: SharedArrayBuffer
}

export type ToRuntime = { readonly id: number; readonly event: string }

/** An invocation's end. */
export type Answered = { readonly id: number } & (
  | { readonly kind: "answer"; readonly payload: string }
  | { readonly kind: "error"; readonly errorType: string; readonly errorMessage: string }
)

export type FromRuntime =
  | { readonly kind: "ready" }
  | { readonly kind: "crashed"; readonly errorType: string; readonly errorMessage: string }
  | (Answered & { readonly dynamoRequests: readonly string[] })
  /** DynamoDB was asked for something while no invocation was waiting for it. */
  | { readonly kind: "asked-later"; readonly operation: string }
  | { readonly kind: "written"; readonly text: string }

type Handler = (event: unknown, context: object) => unknown

/** Runs until the thread is ended. */
async function runFunction(): Promise<void> {
  // The thread is started by thread.ts with exactly this data.
  const { bundle, clock } = workerData as RuntimeData
  installClock(clock)
  const send = (message: FromRuntime) => parentPort?.postMessage(message)
  for (const stream of [process.stdout, process.stderr]) writeThrough(stream, send)
  const requests = watchDynamoRequests((operation) => send({ kind: "asked-later", operation }))
  try {
    const { handler }: { handler?: Handler } = await import(bundle)
    if (typeof handler !== "function") throw new Error("expected the module to export `handler`")
    parentPort?.on(
      "message",
      (message: ToRuntime) => void requests.during(() => answer(handler, message)).then(send),
    )
    send({ kind: "ready" })
  } catch (fault) {
    send({ kind: "crashed", ...describe(fault) })
  }
}

/**
 * Hands text over with everything else that this thread says, in order. A thread's own streams cost two messages and
 * more for each line, which is more than most invocations take.
 */
function writeThrough(stream: NodeJS.WriteStream, send: (message: FromRuntime) => void): void {
  const write = (text: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    send({ kind: "written", text: typeof text === "string" ? text : Buffer.from(text).toString("utf8") })
    const done = rest.at(-1)
    if (typeof done === "function") process.nextTick(done)
    return true
  }
  // Every way to call it is covered above; the overloads cannot be written as one function.
  stream.write = write as typeof stream.write
}

async function answer(handler: Handler, { id, event }: ToRuntime): Promise<Answered> {
  try {
    const payload = await handler(JSON.parse(event), { awsRequestId: crypto.randomUUID() })
    return { kind: "answer", id, payload: JSON.stringify(payload) ?? "null" }
  } catch (fault) {
    return { kind: "error", id, ...describe(fault) }
  }
}

function describe(fault: unknown): { errorType: string; errorMessage: string } {
  if (fault instanceof Error) return { errorType: fault.name, errorMessage: fault.message }
  return { errorType: "Error", errorMessage: String(fault) }
}

void runFunction()
