/** Whatever API and application do: no call is more than two requests, and no wave of calls more than one refresh. */
import fc from "fast-check"
import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { type Answer, later, outcomeOf, scripted, seconds } from "../test/api.ts"
import { mint } from "../test/token.ts"

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

const answer = fc.constantFrom<Answer>(200, 401, 403, 404, 503, "told", "403 told", "opaque")
/** Shorter in all than any pause, so that what is asked for here is one wave. */
const delay = fc.integer({ min: 0, max: 200 })

const call = fc.record({
  method: fc.constantFrom("GET", "PUT", "DELETE", "POST", "PATCH"),
  startsAt: fc.integer({ min: 0, max: 50 }),
  /** What the first request gets, what the second, and when. */
  answers: fc.tuple(answer, answer),
  delay,
  abortsAt: fc.option(fc.integer({ min: 1, max: 400 }), { freq: 5, nil: undefined }),
})

const wave = fc.record({
  calls: fc.array(call, { minLength: 1, maxLength: 12 }),
  /** Of the token that the wave begins with; it lives for 900 seconds. */
  age: fc.constantFrom(0, 29, 31, 600, 894, 897, 5000, -600),
  refresh: fc.constantFrom("fresh", "same", "rejects", "throws", "hangs", "other subject"),
  refreshDelay: delay,
  /** How `getToken` answers: the truth, or late, or what it knew in the beginning. */
  getToken: fc.constantFrom("now", "late", "stale"),
  signsOutAt: fc.option(delay, { freq: 8, nil: undefined }),
})

type Wave = typeof wave extends fc.Arbitrary<infer T> ? T : never

function begin({ calls, age, refresh, refreshDelay, getToken, signsOutAt }: Wave) {
  const sent = calls.map(() => 0)
  const { client, app } = scripted(
    async ({ url }) => {
      const index = Number(new URL(url).pathname.slice(1))
      const { answers, delay } = calls[index]!
      const count = sent[index]!++
      await later(delay)
      return answers[count] ?? 200
    },
    {
      async getToken() {
        const known = app.token
        if (getToken === "late") await later(20)
        return getToken === "stale" ? first : known
      },
      refresh() {
        app.refreshes++
        if (refresh === "throws") throw new Error("at once")
        return slowly(refresh)
      },
    },
  )
  const first = mint(0, { iat: seconds() - age, exp: seconds() - age + 900 })
  app.token = first
  const slowly = async (kind: Wave["refresh"]) => {
    await later(refreshDelay)
    if (kind === "rejects") throw new Error("no")
    if (kind === "hangs") return new Promise<string>(() => undefined)
    if (kind !== "same" && app.token !== undefined)
      app.token = mint(++app.minted, kind === "fresh" ? {} : { sub: "cleo" })
    return app.token ?? mint(99)
  }
  if (signsOutAt !== undefined) setTimeout(() => (app.token = undefined), signsOutAt)
  const outcomes = calls.map(async ({ method, startsAt, abortsAt }, index) => {
    await later(startsAt)
    const signal = abortsAt === undefined ? {} : { signal: abortAfter(abortsAt) }
    return outcomeOf(client.fetch(`/${index}`, { method, ...signal }))
  })
  return { app, sent, outcomes: Promise.all(outcomes) }
}

function abortAfter(milliseconds: number): AbortSignal {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), milliseconds)
  return controller.signal
}

it("at most two requests per call, one where it may not be sent again, and one refresh per wave", async () => {
  await fc.assert(
    fc.asyncProperty(wave, async (one) => {
      const { app, sent, outcomes } = begin(one)
      await vi.advanceTimersByTimeAsync(490)
      expect(app.refreshes).toBeLessThanOrEqual(1)
      await vi.advanceTimersByTimeAsync(10_600)
      const known = one.calls.flatMap(({ answers }) => answers.map(statusOf))
      for (const outcome of await outcomes) expect([...known, "AbortError"]).toContain(outcome)
      one.calls.forEach(({ method }, index) => {
        expect(sent[index]).toBeLessThanOrEqual(method === "POST" || method === "PATCH" ? 1 : 2)
      })
      // What the API asked for in the background, and that is all.
      await vi.advanceTimersByTimeAsync(600_000)
      expect(app.refreshes).toBeLessThanOrEqual(2)
      vi.clearAllTimers()
    }),
    { numRuns: 400 },
  )
})

function statusOf(answer: Answer): number | string {
  if (typeof answer === "number") return answer
  return { told: 200, "403 told": 403, opaque: "TypeError" }[answer]
}
