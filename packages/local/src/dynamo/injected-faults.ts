import { setTimeout as wait } from "node:timers/promises"
import { conflictOf } from "./cancellation.ts"
import { serviceError } from "./service-error.ts"

/**
 * A fault that the next requests meet: `throttle`, `internal`, `denied` and `conflict` are error answers, and nothing is done;
 * `delay` answers late; `reset` breaks the connection, `before` anything is done or `after` it is committed.
 */
export type Fault = {
  /** Which operation, or every one. */
  readonly operation?: string
  /** How many requests; one by default, `Infinity` until taken back. */
  readonly times?: number
} & (
  | { readonly kind: "throttle" | "internal" | "denied" | "conflict" }
  | { readonly kind: "delay"; readonly milliseconds: number }
  | { readonly kind: "reset"; readonly when: "before" | "after" }
)

/** The faults that wait for requests. */
export interface InjectedFaults {
  /** Adds a fault; the returned function takes it back. */
  inject(fault: Fault): () => void
  /** The oldest fault that waits for this operation, used up by one. */
  take(operation: string): Fault | undefined
}

/** No faults yet. */
export function createInjectedFaults(): InjectedFaults {
  const waiting = new Set<{ readonly fault: Fault; left: number }>()
  return {
    inject(fault) {
      const entry = { fault, left: fault.times ?? 1 }
      waiting.add(entry)
      return () => waiting.delete(entry)
    },
    take(operation) {
      const found = [...waiting].find(({ fault }) => (fault.operation ?? operation) === operation)
      if (found && --found.left <= 0) waiting.delete(found)
      return found?.fault
    },
  }
}

/** Lets a fault act before the operation runs: throws its error, or waits, in real time. */
export async function actBefore(fault: Fault, body: unknown, closing: AbortSignal): Promise<void> {
  switch (fault.kind) {
    case "throttle":
      throw serviceError("ProvisionedThroughputExceededException", throttled)
    case "internal":
      throw serviceError("InternalServerError", "Internal server error")
    case "denied":
      throw serviceError("AccessDeniedException", undefined, {
        Message: "User is not authorized to perform the operation",
      })
    case "conflict":
      throw conflictOf(body)
    case "delay":
      await wait(fault.milliseconds, undefined, { signal: closing }).catch(() => undefined)
      return
    case "reset":
      return
  }
}

const throttled =
  "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API."
