import { describe, expect, it } from "vitest"
import { ageOf, before, leastBetween, momentReader } from "./moment.ts"

const then = { wall: 1_000_000, steady: 500 }

describe("the age of a moment", () => {
  it.each([
    { wall: 1_000_030, steady: 530, age: 30, why: "both clocks agree" },
    { wall: 1_600_000, steady: 501, age: 600_000, why: "the process was frozen for ten minutes" },
    { wall: 1_000_001, steady: 60_500, age: 60_000, why: "the wall clock was set back a minute" },
    { wall: 1_000_000, steady: 500, age: 0, why: "no time passed" },
  ])("is $age when $why", ({ wall, steady, age }) => {
    expect(ageOf(then, { wall, steady })).toBe(age)
  })

  it.each([
    { wall: 999_999, steady: 530, why: "by the wall clock" },
    { wall: 1_000_030, steady: 499, why: "by the steady clock" },
  ])("is none, not even for the most patient, when it lies ahead $why", ({ wall, steady }) => {
    const age = ageOf(then, { wall, steady })
    expect(age <= Number.POSITIVE_INFINITY).toBe(false)
  })
})

it("counts least by the clock that says least", () => {
  expect(leastBetween(then, { wall: 1_600_000, steady: 501 })).toBe(1)
  expect(leastBetween(then, { wall: 990_000, steady: 600 })).toBe(-10_000)
})

it("goes back by both clocks", () => {
  expect(before(then, 100)).toEqual({ wall: 999_900, steady: 400 })
})

it("reads the given wall clock, and a steady clock of this process", () => {
  const read = momentReader({ now: () => 7 })
  const [first, second] = [read(), read()]
  expect(first.wall).toBe(7)
  expect(second.steady).toBeGreaterThanOrEqual(first.steady)
})
