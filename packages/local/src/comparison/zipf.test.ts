import { describe, expect, it } from "vitest"
import { createRandom, createZipf } from "./zipf.ts"

const draw = (seed: number, items: readonly string[], times: number) => {
  const next = createZipf(items, createRandom(seed))
  return Array.from({ length: times }, next)
}

describe("a draw by popularity", () => {
  it("is the same for the same seed, and another one for another", () => {
    const items = ["a", "b", "c", "d"]
    expect(draw(1, items, 50)).toEqual(draw(1, items, 50))
    expect(draw(1, items, 50)).not.toEqual(draw(2, items, 50))
  })

  it("takes the first twice as often as the second, and three times as often as the third", () => {
    const drawn = draw(7, ["a", "b", "c"], 60_000)
    const share = (item: string) => drawn.filter((one) => one === item).length / drawn.length
    expect(share("a")).toBeCloseTo(6 / 11, 2)
    expect(share("b")).toBeCloseTo(3 / 11, 2)
    expect(share("c")).toBeCloseTo(2 / 11, 2)
  })

  it("has something to draw from, or says so", () => {
    expect(draw(1, ["only"], 3)).toEqual(["only", "only", "only"])
    expect(() => draw(1, [], 1)).toThrow("zipf: expected something to draw from")
  })
})
