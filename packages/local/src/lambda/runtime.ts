/**
 * What runs inside a function's thread: Lambda's runtime, in a few lines. It loads the bundle with only the
 * function's own environment, then answers invocations with JSON or an error, as Lambda reports it.
 */
import { parentPort, workerData } from "node:worker_threads"
import { installClock } from "../clock.ts"

export interface RuntimeData {
  readonly bundle: string
  readonly clock: SharedArrayBuffer
}

export type ToRuntime = { readonly id: number; readonly event: string }

export type FromRuntime =
  | { readonly kind: "ready" }
  | { readonly kind: "crashed"; readonly errorType: string; readonly errorMessage: string }
  | { readonly kind: "answer"; readonly id: number; readonly payload: string }
  | { readonly kind: "error"; readonly id: number; readonly errorType: string; readonly errorMessage: string }

type Handler = (event: unknown, context: object) => unknown

/** Runs until the thread is ended. */
async function runFunction(): Promise<void> {
  // The thread is started by thread.ts with exactly this data.
  const { bundle, clock } = workerData as RuntimeData
  installClock(clock)
  const send = (message: FromRuntime) => parentPort?.postMessage(message)
  try {
    const { handler }: { handler?: Handler } = await import(bundle)
    if (typeof handler !== "function") throw new Error("expected the module to export `handler`")
    parentPort?.on("message", (message: ToRuntime) => void answer(handler, message).then(send))
    send({ kind: "ready" })
  } catch (fault) {
    send({ kind: "crashed", ...describe(fault) })
  }
}

async function answer(handler: Handler, { id, event }: ToRuntime): Promise<FromRuntime> {
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
