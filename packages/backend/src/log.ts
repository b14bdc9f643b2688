/** The backend's log: one JSON object per decision and per fault; never a token, a path or a body. */
import { ClaimgateError, describeFault, type MetricSource, metricLine } from "@claimgate/core"
import type { CacheEntry } from "./cache/cache-log.ts"
import type { Strategy } from "./front-door.ts"
import type { Passed, Source, Stopped } from "./gate.ts"
import type { Ready } from "./permit.ts"
import type { Problem, Thrown } from "./problem.ts"
import type { Refused } from "./rule.ts"

/** What was decided about one request, and from what; a refusal that shows while a handler writes is a second line. */
export interface DecisionEntry {
  readonly event: "decision"
  readonly requestId: string
  readonly strategy: Strategy
  /** 200 for whatever was let through: the handler's own answer comes later. */
  readonly status: number
  readonly decision: "allowed" | "refused" | "failed"
  readonly because?: string
  readonly source: Source | "rule"
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

/**
 * Makes the writer of a process's lines, which CloudWatch counts, too: `allowed`, `refused` and `failed` with `took`,
 * `fault`, and where there is a Redis, `cache_` and its state; refusals once more by reason, and faults by code. Subjects,
 * paths and routes are in the line and never in a metric.
 */
export function createLines(source: MetricSource): (entry: LogEntry | CacheEntry) => string {
  const isCounted = createReasons()
  return (entry) => {
    switch (entry.event) {
      case "decision": {
        const { decision, because = "" } = entry
        return metricLine(entry, source, {
          count: decision,
          fields: [{ Name: "took", Unit: "Milliseconds" }],
          by: decision === "refused" && isCounted(because) ? "because" : undefined,
        })
      }
      case "fault":
        return metricLine(entry, source, { count: "fault", by: "code" })
      case "cache":
        return metricLine(entry, source, { count: `cache_${entry.state}` })
    }
  }
}

/**
 * Tells which reasons are counted: one word, and the first twenty of a process. A rule, and what a handler throws in its
 * place, can say whatever it wants, and each reason is a metric that costs money.
 */
function createReasons(): (reason: string) => boolean {
  const counted = new Set<string>()
  return (reason) => {
    if (!/^[a-z_]{1,40}$/.test(reason)) return false
    if (counted.size < mostReasons) counted.add(reason)
    return counted.has(reason)
  }
}

const mostReasons = 20

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

type Decided = Pick<DecisionEntry, "status" | "decision" | "because" | "source" | "subject">

/** The part of an entry that the gate's answer gives. */
export function entryOf(passage: Passed | Stopped): Decided {
  const { source, caller } = passage
  const common = { source, ...(caller === undefined ? {} : { subject: caller.subject }) }
  if (passage.allowed) return { status: 200, decision: "allowed", ...common }
  const { status, reason, code } = passage.problem
  if (passage.fault === undefined) return { status, decision: "refused", because: reason ?? code, ...common }
  return { status, decision: "failed", because: describeFault(passage.fault), ...common }
}

/**
 * The same where the gate let a request through, and what comes before its handler had the last word. Malformed input,
 * and what is not there, is no matter of permission.
 */
export function outcomeOf(passage: Passed, outcome: Problem | Refused | Ready | Thrown): Decided {
  const allowed = entryOf(passage)
  if (typeof outcome === "function") return allowed
  if ("permitted" in outcome)
    return { ...allowed, status: 403, decision: "refused", because: outcome.because, source: "rule" }
  if (!("thrown" in outcome)) return allowed
  const { status } = outcome.problem
  const because = describeFault(outcome.thrown)
  if (status >= 500) return { ...allowed, status, decision: "failed", because, source: "rule" }
  return status === 401 || status === 403
    ? { ...allowed, status, decision: "refused", because, source: "rule" }
    : allowed
}

/** The part of an entry that a fault gives. */
export function faultOf(fault: unknown): Pick<FaultEntry, "code" | "because"> {
  return { code: fault instanceof ClaimgateError ? fault.code : "internal", because: describeFault(fault) }
}
