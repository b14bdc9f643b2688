import { describe, expect, it } from "vitest"
import type { ComparedDoor } from "./comparison.ts"
import type { Effect } from "./revocation.ts"
import { formatComparison } from "./table.ts"

const effect = (
  seconds: number | null,
  allowedUntil: number | null,
  promised: number,
  ok = true,
): Effect => ({
  ...{ seconds, allowedUntil, promised, ok },
})
const cached: ComparedDoor = {
  ...({ door: "cached", strategy: "cached", gateway: "REST API" } as const),
  ...{
    requests: 1500,
    p50: 1.234,
    p99: 12.3,
    storeReads: 41,
    authorizerCalls: 32.7,
    wrong: 0,
    firstWrong: undefined,
  },
  revoke: { token: effect(300, 290, 300), within: effect(30, 29, 30), now: effect(0, null, 0) },
}
const extent = { requests: 1500, warmUp: 1, subjects: 48, seed: 1, concurrency: 2, perSecond: 50 }

describe("the table", () => {
  it("has a line per door, in columns", () => {
    const lines = formatComparison({ ok: true, extent, doors: [cached] }).split("\n")
    expect(lines.slice(0, 5)).toEqual([
      "Every door, by the same 1500 requests of 48 subjects, 50 a second (simulated)",
      "",
      "                      latency            per 1,000 requests               a revoke takes effect, by freshness",
      "  door     gateway       p50       p99   store reads   authorizer calls     token   within 30 s       now",
      "  cached   REST API   1.2 ms   12.3 ms            41               32.7   ≤ 300 s        ≤ 30 s   at once",
    ])
  })

  it("says what went wrong", () => {
    const wrong: ComparedDoor = {
      ...cached,
      ...{ wrong: 2, firstWrong: "GET /: expected it to be refused, got 200" },
      revoke: { ...cached.revoke, token: effect(310, 300, 300, false), now: effect(null, 900, 0, false) },
    }
    const text = formatComparison({ ok: false, extent, doors: [wrong] })
    expect(text).toMatch(/≤ 310 s .* never$/m)
    expect(text.split("\n").slice(-3)).toEqual([
      "✗ cached: 2 answers were wrong; GET /: expected it to be refused, got 200",
      "✗ cached: expected a revoke to reach `token` routes within 300 s",
      "✗ cached: expected a revoke to reach `now` routes within 0 s",
    ])
  })
})
