import { describe, expect, it } from "vitest"
import { embeddedMetrics, formatMetric } from "../../core/test/embedded-metrics.ts"
import type { CacheEntry } from "./cache/cache-log.ts"
import { type DecisionEntry, type LogEntry, lineOf } from "./log.ts"

const source = { stage: "test", service: "hybrid-backend" }
const of = "{stage=test,service=hybrid-backend}"
const metricsOf = (entry: LogEntry | CacheEntry) => embeddedMetrics(lineOf(entry, source)).map(formatMetric)

const decision: DecisionEntry = {
  event: "decision",
  requestId: "JKJaXmPLvHcESHA=",
  strategy: "hybrid",
  status: 200,
  decision: "allowed",
  source: "token",
  subject: "6f1c2c3e-0001-4000-8000-00000000aaaa",
  route: "GET /api/users/{id}",
  took: 3,
}
const by = (because: string) => `{stage=test,service=hybrid-backend,because=${because}}`
const timed = `took Milliseconds 3 ${of}`

describe("counted and timed is", () => {
  const rows: readonly (readonly [string, Partial<DecisionEntry>, readonly string[]])[] = [
    ["what was allowed", {}, [`allowed Count 1 ${of}`, timed]],
    [
      "what was refused, by its reason, too",
      { decision: "refused", because: "no_permission", status: 403 },
      [`refused Count 1 ${of}`, timed, `refused Count 1 ${by("no_permission")}`],
    ],
    [
      "what a rule refused, by its word",
      { decision: "refused", because: "not_owner", status: 403, source: "rule" },
      [`refused Count 1 ${of}`, timed, `refused Count 1 ${by("not_owner")}`],
    ],
    [
      "what was refused in a sentence, by nothing: there is no end of sentences",
      { decision: "refused", because: "role `reader-7`: only an administrator", status: 403, source: "rule" },
      [`refused Count 1 ${of}`, timed],
    ],
    [
      "what was refused for the sake of an id, by nothing",
      { decision: "refused", because: "6f1c2c3e", status: 403, source: "rule" },
      [`refused Count 1 ${of}`, timed],
    ],
    [
      "what failed, by nothing: the fault's words are its own",
      { decision: "failed", because: "throttled", status: 503, source: "store" },
      [`failed Count 1 ${of}`, timed],
    ],
  ]
  it.each(rows)("%s", (_, more, metrics) => {
    expect(metricsOf({ ...decision, ...more })).toEqual(metrics)
  })
})

it("a fault is counted by its code, too", () => {
  const entry = {
    event: "fault",
    requestId: "r",
    status: 503,
    code: "dependency_failed",
    because: "x",
  } as const
  expect(metricsOf(entry)).toEqual([
    `fault Count 1 ${of}`,
    "fault Count 1 {stage=test,service=hybrid-backend,code=dependency_failed}",
  ])
})

it.each([
  { event: "cache", state: "unreachable", because: "ECONNREFUSED" },
  { event: "cache", state: "reachable", took: 700 },
  { event: "cache", state: "value_unreadable", because: "SyntaxError", count: 3 },
  { event: "cache", state: "write_refused", because: "OOM", count: 1 },
] as const)("a cache that is $state is counted as that", (entry) => {
  expect(metricsOf(entry)).toEqual([`cache_${entry.state} Count 1 ${of}`])
})
