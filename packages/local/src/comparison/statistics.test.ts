import { describe, expect, it } from "vitest"
import { percentile, perThousand } from "./statistics.ts"

describe("statistics", () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n)
  it.each([
    [0.5, hundred, 50],
    [0.99, hundred, 99],
    [1, hundred, 100],
    [0.99, [3, 1, 2], 3],
    [0.5, [1, 2], 1],
    [0.5, [], Number.NaN],
  ])("the %s percentile", (share, values, expected) => {
    expect(percentile(values, share)).toBe(expected)
  })

  it.each([
    [0, 1500, 0],
    [3, 1500, 2],
    [1, 1500, 0.7],
    [2000, 1000, 2000],
    [0, 0, 0],
  ])("%i in %i, per thousand", (count, of, expected) => {
    expect(perThousand(count, of)).toBe(expected)
  })
})
