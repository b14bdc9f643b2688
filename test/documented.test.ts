import { describe, expect, it } from "vitest"
import { titlesIn } from "./documented.ts"

describe("a title", () => {
  it.each([
    ['it("a", () => {})', ["a"]],
    ['describe("x", () => { test.each(rows)("b %s", f) })', ["b %s"]],
    ['it.concurrent.each([1])("c", f)', ["c"]],
    // Tests that may not run, spelled so that nobody takes them for such.
    [["skip", "todo", "only"].map((how) => `it.${how}("d", f)`).join(";"), []],
    ['it.skipIf(true)("f", g); it.runIf(x)("g", h); describe("h", i)', []],
    ["// it('i')\nconst text = \"it('j')\"", []],
  ])("is found where it is a test's: %s", (text, titles) => {
    expect(titlesIn(text)).toEqual(titles)
  })
})
