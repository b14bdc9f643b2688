import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { compareEpochs, supersedes } from "./supersede.ts"

const newer = 1
const same = 0
const older = -1

describe("compareEpochs", () => {
  it.each([
    { a: "0.1", b: "0.1", order: same, why: "the same versions" },
    { a: "0.2", b: "0.1", order: newer, why: "a newer subject" },
    { a: "1.1", b: "0.1", order: newer, why: "a newer generation" },
    { a: "1.1", b: "0.2", order: same, why: "a newer generation, an older subject" },
    { a: "0.10", b: "0.9", order: newer, why: "numbers, not texts" },
    { a: "0.1.3", b: "0.1.2", order: newer, why: "a newer role" },
    { a: "0.1.3.1", b: "0.1.2.1", order: newer, why: "a newer role of two" },
    { a: "0.1.3.1", b: "0.1.2.2", order: same, why: "each newer in one role" },
    { a: "0.2.1", b: "0.1.9", order: newer, why: "roles of another version of the subject do not count" },
    { a: "0.2", b: "0.1.9", order: newer, why: "nor where it has none any more" },
    { a: "0.1.1.1", b: "0.1.9", order: same, why: "nor in lists that cannot stand for the same roles" },
    { a: "1.1.1", b: "0.1.2", order: same, why: "a newer generation, an older role" },
    { a: "", b: "0.1", order: older, why: "no epoch at all" },
  ])("$a after $b is $order: $why", ({ a, b, order }) => {
    expect(compareEpochs(a, b)).toBe(order)
    expect(compareEpochs(b, a)).toBe(0 - order)
  })
})

describe("supersedes", () => {
  const present = { sent: 100, kept: 200, epoch: "0.5" }
  it.each([
    { sent: 150, epoch: "0.6", takes: true, why: "newer, sent later" },
    { sent: 50, epoch: "0.6", takes: true, why: "newer, though sent earlier: it was slow and saw more" },
    { sent: 150, epoch: "0.4", takes: false, why: "older, though sent later" },
    { sent: 50, epoch: "0.4", takes: false, why: "a slow refill with what was there before" },
    { sent: 200, epoch: "0.4", takes: false, why: "older, and the last that may have overlapped" },
    { sent: 201, epoch: "0.4", takes: true, why: "it began when the other had ended: the store went back" },
    { sent: 150, epoch: "0.5", takes: true, why: "the same, sent later" },
    { sent: 100, epoch: "0.5", takes: false, why: "the same, sent at once" },
    { sent: 50, epoch: "0.5", takes: false, why: "the same, sent earlier" },
    { sent: 150, epoch: "1.4", takes: true, why: "each newer in one part, sent later" },
    { sent: 50, epoch: "1.4", takes: false, why: "each newer in one part, sent earlier" },
  ])("$takes for $epoch sent at $sent: $why", ({ sent, epoch, takes }) => {
    expect(supersedes({ sent, epoch }, present)).toBe(takes)
  })

  it("never lets two reads that overlapped replace each other in turn", () => {
    const read = fc.record({
      sent: fc.nat(20),
      epoch: fc.array(fc.nat(2), { minLength: 2, maxLength: 4 }).map((parts) => parts.join(".")),
    })
    fc.assert(
      fc.property(read, read, (a, b) => {
        const [first, second] = [
          { ...a, kept: 100 },
          { ...b, kept: 100 },
        ]
        expect(supersedes(first, second) && supersedes(second, first)).toBe(false)
      }),
    )
  })
})
