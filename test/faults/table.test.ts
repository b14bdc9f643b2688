/** The table of faults in docs/security.md is complete: every row leads to tests that are there, by their names. */
import { readdirSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { brokenLinks, rowsBelow } from "../documented.ts"

const rows = rowsBelow("Faults").map((row) => ({ ...row, fault: row.cells.slice(0, 3).join(", ") }))

describe("the table of faults", () => {
  it("has all 36 rows, each of its own, with nothing left open", () => {
    expect(rows).toHaveLength(36)
    expect(new Set(rows.map(({ fault }) => fault)).size).toBe(rows.length)
    for (const { cells } of rows)
      expect(cells.map((cell) => cell !== "")).toEqual([true, true, true, true, true])
  })

  it.each(rows)("has tests for: $fault", (row) => {
    expect(row.links.length).toBeGreaterThan(0)
    expect(brokenLinks(row)).toEqual([])
  })

  it("leads to every file of tests that stands here, but to this one", () => {
    const linked = rows.flatMap(({ links }) => links.map(({ file }) => file))
    const here = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".test.ts"))
    const others = here.filter((file) => file !== "table.test.ts")
    expect(others.filter((file) => !linked.includes(`test/faults/${file}`))).toEqual([])
  })
})
