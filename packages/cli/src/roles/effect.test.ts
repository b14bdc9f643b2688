import { expect, test } from "vitest"
import { createOutput } from "../output.ts"
import { describeEffect } from "./effect.ts"

test("exceptions of what is lost are no loss, and are said in words", () => {
  const { style } = createOutput({ out: () => {}, err: () => {}, hasColours: false }, { json: false })
  const effect = { gains: ["GET:/a"], loses: ["*:/b/**", "!GET:/b/**"] }
  expect(describeEffect(effect, style)).toEqual(["  + GET:/a", "  - *:/b/**", "      except GET:/b/**"])
})
