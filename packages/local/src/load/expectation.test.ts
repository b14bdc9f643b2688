import { describe, expect, it } from "vitest"
import { couldBe, createHistory, type History } from "./expectation.ts"

/** Allowed at first, revoked at 1,000 (acknowledged at 1,100), granted again at 20,000, which nobody has acknowledged. */
const history: History = [
  ...createHistory(true),
  { allowed: false, begun: 1000, acknowledged: 1100 },
  { allowed: true, begun: 20_000 },
]

describe("with a grace of five seconds", () => {
  const grace = 5000
  it.each([
    ["before the revoke only allowed is right", { sent: 100, received: 200 }, true, false],
    ["on its way during the revoke both are", { sent: 900, received: 1001 }, true, true],
    ["within the grace both are", { sent: 6100, received: 6110 }, true, true],
    ["after it only refused is", { sent: 6101, received: 6110 }, false, true],
    ["a grant under way may be met", { sent: 19_000, received: 20_000 }, true, true],
    ["what nobody acknowledged may stay unseen", { sent: 60_000, received: 60_001 }, true, true],
  ])("%s", (_, span, allowed, refused) => {
    expect([couldBe(history, true, span, grace), couldBe(history, false, span, grace)]).toEqual([
      allowed,
      refused,
    ])
  })
})

it("without grace an answer is wrong as soon as the revoke was acknowledged before the request", () => {
  expect(couldBe(history, true, { sent: 1100, received: 1105 }, 0)).toBe(true)
  expect(couldBe(history, true, { sent: 1101, received: 1105 }, 0)).toBe(false)
})

it("what never changes has one right answer", () => {
  const span = { sent: 0, received: 1 }
  expect(couldBe(createHistory(true), false, span, 5000)).toBe(false)
  expect(couldBe(createHistory(false), true, span, 5000)).toBe(false)
})
