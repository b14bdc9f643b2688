import { describe, expect, it } from "vitest"
import { embeddedMetrics, formatMetric } from "../../core/test/embedded-metrics.ts"
import type { CacheEntry } from "./cache/cache-log.ts"
import { createLines, type DecisionEntry, type LogEntry } from "./log.ts"

const source = { stage: "test", service: "hybrid-backend" }
const of = "{stage=test,service=hybrid-backend}"
const metricsOf = (entry: LogEntry | CacheEntry) =>
  embeddedMetrics(createLines(source)(entry)).map(formatMetric)

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

describe("of the reasons of a process", () => {
  const letters = [..."abcdefghijklmnopqrstuvwxyz"]
  const refusal = (because: string): DecisionEntry => ({
    ...decision,
    decision: "refused",
    status: 403,
    because,
  })
  const countedBy = (reasons: readonly string[]) => {
    const lineOf = createLines(source)
    const metrics = reasons.flatMap((reason) => embeddedMetrics(lineOf(refusal(reason))))
    return metrics.filter(({ name }) => name === "refused").map(({ dimensions }) => dimensions.because)
  }
  const first = letters.slice(0, 20)

  it("the first twenty are counted by name, and all others as a refusal", () => {
    const counted = countedBy([...letters, ...letters])
    expect([...new Set(counted)].toSorted()).toEqual([...first, undefined])
    expect(counted.filter((reason) => reason === undefined)).toHaveLength(52)
    expect(counted.filter((reason) => reason !== undefined)).toEqual([...first, ...first])
  })

  it("sentences and ids take nobody's place", () => {
    const others = letters.map((letter) => `${letter} 7: only an administrator`)
    expect(countedBy([...others, "not_owner"]).filter((reason) => reason !== undefined)).toEqual([
      "not_owner",
    ])
  })

  it("what is no longer counted is in the line all the same", () => {
    const lineOf = createLines(source)
    for (const letter of first) lineOf(refusal(letter))
    expect(JSON.parse(lineOf(refusal("too_late")))).toMatchObject({ because: "too_late", refused: 1 })
  })
})
