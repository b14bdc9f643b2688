/** What runs inside a function's process: it loads the bundle that it was told, and answers invocations by IPC. */
import { installClock } from "../../packages/local/src/clock.ts"

/** An event for the function; or the clock is moved, in milliseconds, back where that is negative. */
export type ToProcess =
  | { readonly kind: "invoke"; readonly id: number; readonly event: string }
  | { readonly kind: "shift"; readonly milliseconds: number }

export type FromProcess =
  | { readonly kind: "ready" }
  /** Bytes of its output that nobody has taken yet. */
  | { readonly kind: "unwritten"; readonly bytes: number }
  | { readonly kind: "answer"; readonly id: number; readonly payload: string }
  | {
      readonly kind: "error"
      readonly id: number
      readonly errorType: string
      readonly errorMessage: string
    }

const shared = new SharedArrayBuffer(8)
installClock(shared)
const offset = new BigInt64Array(shared)

const send = (message: FromProcess) => void process.send?.(message)
const { handler } = await import(process.argv[2] ?? "")

process.on("message", (message: ToProcess) => {
  if (message.kind === "shift") Atomics.add(offset, 0, BigInt(message.milliseconds))
  else void answer(message.id, message.event).then(tellUnwritten)
})
send({ kind: "ready" })

async function answer(id: number, event: string): Promise<void> {
  try {
    const payload = await handler(JSON.parse(event), { awsRequestId: crypto.randomUUID() })
    send({ kind: "answer", id, payload: JSON.stringify(payload) ?? "null" })
  } catch (fault) {
    const { name, message } = fault instanceof Error ? fault : new Error(String(fault))
    send({ kind: "error", id, errorType: name, errorMessage: message })
  }
}

function tellUnwritten(): void {
  const bytes = process.stdout.writableLength
  if (bytes > 0) send({ kind: "unwritten", bytes })
}
