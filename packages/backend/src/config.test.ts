import { describe, expect, test } from "vitest"
import { parseStrategy, parseTableName } from "./config.ts"

test.each(["hybrid", "claims"])("the strategy %s is served", (strategy) => {
  expect(parseStrategy(strategy)).toBe(strategy)
})

test.each([undefined, "", "cached", "backend", "Hybrid", "hybrid "])("the strategy %j is refused", (text) => {
  expect(() => parseStrategy(text)).toThrow("AUTH_STRATEGY: expected `hybrid` or `claims`, got")
})

describe("the table's binding", () => {
  test("has its name", () => expect(parseTableName({ name: "t", type: "sst.aws.Dynamo" })).toBe("t"))

  test.each([undefined, null, "t", {}, { name: "" }, { name: 1 }])("is not %j", (binding) => {
    expect(() => parseTableName(binding)).toThrow("Permissions: expected the table's name")
  })
})
