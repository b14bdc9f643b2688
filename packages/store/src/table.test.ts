import { describe, expect, test } from "vitest"
import { parseTableName } from "./table.ts"

describe("the table's binding", () => {
  test("has its name", () => {
    expect(parseTableName({ name: "app-prod-PermissionsTable", type: "sst.sst.Linkable" })).toBe(
      "app-prod-PermissionsTable",
    )
  })

  test.each([undefined, null, "table", {}, { name: "" }, { name: 1 }, { name: "a b c" }, { name: "ab" }])(
    "is not %j",
    (binding) => {
      expect(() => parseTableName(binding)).toThrow("Permissions: expected the table's name")
    },
  )
})
