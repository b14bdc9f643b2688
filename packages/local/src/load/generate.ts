/** Fifty clients that call as fast as they are answered, by autocannon, and the judgement of every answer. */
import autocannon from "autocannon"
import { isAllowed, isRefused } from "../comparison/client.ts"
import { couldBe, createHistory, type History, type Span } from "./expectation.ts"
import type { Call } from "./messages.ts"

/** The permissions that are changed meanwhile. */
export type Histories = Readonly<Record<Call["permission"], History>>

export interface Load {
  readonly url: string
  readonly calls: readonly Call[]
  readonly connections: number
  readonly seconds: number
  readonly histories: Histories
}

/** What came of it. */
export interface Answered {
  readonly requests: number
  /** Requests a second. */
  readonly throughput: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly allowed: number
  readonly refused: number
  /** Let through, or refused, where no state of the permissions that the request could have met allows that. */
  readonly wrong: number
  /** Neither let through nor refused: 5xx. */
  readonly failed: number
  /** What was asked and answered, for the first few of both. */
  readonly examples: readonly string[]
  /** Connections that broke, and requests without an answer. */
  readonly errors: number
  readonly storeReads: number
}

/** Milliseconds within which a change must have reached requests that trust the token. */
export const promised = 5000

/** A permission that never changes: what a call is allowed is its own. */
export function createHistories(): Histories {
  return { steady: [], changed: createHistory(true), changedNow: createHistory(true) }
}

/** Calls until the time is over. */
export async function generateLoad({ url, calls, connections, seconds, histories }: Load): Promise<Answered> {
  const counts = { allowed: 0, refused: 0, failed: 0, wrong: 0, storeReads: 0 }
  const examples: string[] = []
  let next = 0
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: [
      {
        setupRequest(request, context) {
          const call = calls[next++ % calls.length]!
          Object.assign(context, { call, sent: performance.now() })
          return { ...request, ...messageOf(call) }
        },
        onResponse(status, _, context, headers) {
          // As it was set up.
          const { call, sent } = context as Sending
          counts.storeReads += Number(headers?.["x-claimgate-store-reads"] ?? 0)
          const verdict = judge(call, status, { sent, received: performance.now() }, histories)
          counts[outcomeOf(status)]++
          if (verdict === "right") return
          if (verdict === "wrong") counts.wrong++
          if (examples.length < 5)
            examples.push(`${call.method} ${call.path} → ${status} (${call.permission})`)
        },
      },
    ],
  })
  const { requests, latency, errors } = result
  const { total, average } = requests
  return {
    ...counts,
    examples,
    requests: total,
    throughput: average,
    p50: latency.p50,
    p99: latency.p99,
    errors,
  }
}

interface Sending {
  readonly call: Call
  readonly sent: number
}

function messageOf({ method, path, authorization, body }: Call) {
  const headers = {
    ...(authorization !== undefined && { authorization }),
    ...(body !== undefined && { "content-type": "application/json" }),
  }
  // autocannon's type names the usual methods only; these are from the route table.
  return { method: method as "GET", path, headers, body: body ?? "" }
}

function outcomeOf(status: number): "allowed" | "refused" | "failed" {
  if (isAllowed({ status })) return "allowed"
  return isRefused({ status }) ? "refused" : "failed"
}

function judge(
  { permission, allowed }: Call,
  status: number,
  span: Span,
  histories: Histories,
): "right" | "wrong" | "failed" {
  const outcome = outcomeOf(status)
  if (outcome === "failed") return "failed"
  const history = permission === "steady" ? createHistory(allowed) : histories[permission]
  const grace = permission === "changed" ? promised : 0
  return couldBe(history, outcome === "allowed", span, grace) ? "right" : "wrong"
}
