/** The backend's log: one JSON object per decision and per fault; never a token, a path or a body. */
import { ClaimgateError } from "@claimgate/core"
import type { Passed, Source, Stopped } from "./gate.ts"
import type { Strategy } from "./strategy.ts"

/** What was decided about one request, and from what. */
export interface DecisionEntry {
  readonly event: "decision"
  readonly requestId: string
  readonly strategy: Strategy
  /** 200 for whatever was let through: the handler's own answer comes later. */
  readonly status: number
  readonly decision: "allowed" | "refused" | "failed"
  readonly because?: string
  readonly source: Source
  readonly subject?: string
  /** `GET /api/users/{id}`; left out where the request has no route. */
  readonly route?: string
  /** Time that the decision took, in milliseconds. */
  readonly took: number
}

/** A request that was let through and could not be answered. */
export interface FaultEntry {
  readonly event: "fault"
  readonly requestId: string
  readonly status: number
  readonly code: string
  readonly because: string
  readonly route?: string
}

export type LogEntry = DecisionEntry | FaultEntry
export type Log = (entry: LogEntry) => void

/** A log whose failures stay its own: they must not change an answer. */
export function quietly(log: Log): Log {
  return (entry) => {
    try {
      log(entry)
    } catch {
      // Nobody is left to tell.
    }
  }
}

/** The part of an entry that the gate's answer gives. */
export function entryOf(
  passage: Passed | Stopped,
): Pick<DecisionEntry, "status" | "decision" | "because" | "source" | "subject"> {
  const { source, caller } = passage
  const common = { source, ...(caller === undefined ? {} : { subject: caller.subject }) }
  if (passage.allowed) return { status: 200, decision: "allowed", ...common }
  const { status, reason, code } = passage.problem
  if (passage.fault === undefined) return { status, decision: "refused", because: reason ?? code, ...common }
  return { status, decision: "failed", because: describeFault(passage.fault).because, ...common }
}

/** What a log may say of a fault: our own messages whole, of all others the names only. */
export function describeFault(fault: unknown): Pick<FaultEntry, "code" | "because"> {
  const code = fault instanceof ClaimgateError ? fault.code : "internal"
  const words: string[] = []
  for (let cause = fault; cause instanceof Error && words.length < longestChain; cause = cause.cause)
    words.push(cause instanceof ClaimgateError ? cause.message : cause.name)
  return { code, because: words.join(": ") || typeof fault }
}

const longestChain = 5
