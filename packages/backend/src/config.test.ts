import { expect, test } from "vitest"
import { parseStrategy } from "./config.ts"

test.each(["hybrid", "claims"])("the strategy %s is served", (strategy) => {
  expect(parseStrategy(strategy)).toBe(strategy)
})

test.each([undefined, "", "cached", "backend", "Hybrid", "hybrid "])("the strategy %j is refused", (text) => {
  expect(() => parseStrategy(text)).toThrow("AUTH_STRATEGY: expected `hybrid` or `claims`, got")
})
