import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ageOf } from "./moment.ts"
import { createRedisClock, localMoment, parseTime } from "./redis-clock.ts"

/** A process of a simulated world, where true time is known: its wall clock may be wrong, and it may be frozen. */
function createProcess(skew: number) {
  let wallError = skew
  let frozen = 0
  return {
    at: (time: number) => ({ wall: time + wallError, steady: time - frozen }),
    stepWall(by: number) {
      wallError += by
    },
    freeze(by: number) {
      frozen += by
    },
  }
}

const delay = fc.nat(2_000)
const step = fc.integer({ min: -10_000, max: 10_000 })
const redisAhead = 86_400_000

describe("dates that processes share", () => {
  // A freeze is time that the steady clock misses, so it takes no step back of the wall clock in the same interval.
  const trouble = fc.oneof(
    fc.record({ step, freeze: fc.constant(0) }),
    fc.record({ step: fc.constant(0), freeze: fc.nat(5_000) }),
  )

  it("are never younger than the truth, whatever the processes' clocks and the network do", () => {
    fc.assert(
      fc.property(
        fc.record({
          writer: step,
          reader: step,
          told: delay,
          between: delay,
          trouble,
          asked: delay,
          reply: delay,
        }),
        ({ writer, reader, told, between, trouble, asked, reply }) => {
          let time = 1_000_000
          const from = createProcess(writer)
          const clock = createRedisClock()
          clock.heard(time + redisAhead, from.at(time + told))
          time += told + between + trouble.freeze
          from.stepWall(trouble.step)
          from.freeze(trouble.freeze)
          const sent = time
          const date = { sent: clock.notAfter(from.at(sent)) ?? Number.NaN, sentByWall: from.at(sent).wall }
          expect(date.sent).toBeLessThanOrEqual(sent + redisAhead)

          const to = createProcess(reader)
          time += asked
          const askedAt = to.at(time)
          time += reply
          const local = localMoment(date, time + redisAhead, askedAt)
          time += reply
          if (local !== undefined) expect(ageOf(local, to.at(time))).toBeGreaterThanOrEqual(time - sent)
        },
      ),
    )
  })

  it("are exact where no time is lost on the way", () => {
    const clock = createRedisClock()
    clock.heard(5_000, { wall: 1_000, steady: 10 })
    expect(clock.notAfter({ wall: 1_300, steady: 310 })).toBe(5_300)
    expect(clock.notAfter({ wall: 900, steady: -90 })).toBe(4_900)
    const date = { sent: 5_300, sentByWall: 1_300 }
    expect(localMoment(date, 5_400, { wall: 1_400, steady: 7 })).toEqual({ wall: 1_300, steady: -93 })
  })

  it("are unknown before Redis told the time", () => {
    expect(createRedisClock().notAfter({ wall: 0, steady: 0 })).toBeUndefined()
  })

  it.each([
    { date: { sent: 5_001, sentByWall: 1_000 }, why: "ahead of Redis' clock, which was set back" },
    { date: { sent: 5_000, sentByWall: 1_001 }, why: "ahead of this process's wall clock" },
  ])("are none $why", ({ date }) => {
    expect(localMoment(date, 5_000, { wall: 1_000, steady: 0 })).toBeUndefined()
  })

  it("follow the wall clock where Redis' was set back", () => {
    const date = { sent: 5_000, sentByWall: 1_000 }
    const local = localMoment(date, 5_010, { wall: 61_000, steady: 60_000 })
    expect(local && ageOf(local, { wall: 61_000, steady: 60_000 })).toBe(60_000)
  })
})

describe("the answer to TIME", () => {
  it("is in seconds and microseconds", () => {
    expect(parseTime(["1700000000", "123456"])).toBeCloseTo(1_700_000_000_123.456, 3)
  })

  it.each([undefined, null, "OK", [], ["1"], ["x", "y"]])("is refused where it is none: %j", (answer) => {
    expect(() => parseTime(answer)).toThrow("NO_TIME")
  })
})
