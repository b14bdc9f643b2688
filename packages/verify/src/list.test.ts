/** The lists in docs/security.md and docs/verify.md and the checks are one and the same. */
import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { areas } from "./check.ts"
import { checks } from "./checks/all.ts"

/** The items of the list by area, a continued line joined to the one before it. */
function readList(
  document: string,
  heading: string,
  ofAll = "",
): readonly { readonly area: string; readonly text: string }[] {
  const [, section = ""] = document.split(`\n## ${heading}\n`)
  const items: { area: string; text: string }[] = []
  let area = ofAll
  for (const line of (section.split("\n## ")[0] ?? "").split("\n")) {
    const [, own] = /^\*\*(.+)\*\*$/.exec(line) ?? []
    if (own !== undefined) area = own
    else if (line.startsWith("- ")) items.push({ area, text: line.slice(2) })
    else if (line.startsWith("  ")) items[items.length - 1]!.text += ` ${line.trim()}`
  }
  return items
}

const read = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8")
const ofAws = readList(read("security.md"), "Verify on real AWS")
const ofStage = readList(read("verify.md"), "This stage", "This stage")

it("every item has its check, every check its item, in the same order and words", () => {
  expect([...ofAws, ...ofStage].map(({ area, text }) => [area, text])).toEqual(
    checks.map(({ area, id, item }) => [area, `\`${id}\`: ${item}`]),
  )
  expect(ofAws.length).toBeGreaterThanOrEqual(82)
  expect(ofStage.length).toBeGreaterThanOrEqual(4)
})

it("no two items have one name, and each check says all that a row needs", () => {
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length)
  for (const { id, area, item, expected, otherwise } of checks) {
    expect(id).toMatch(/^[a-z]+(-[a-z0-9]+)+$/)
    expect(areas).toContain(area)
    for (const text of [item, expected, otherwise]) expect(text.trim().length, id).toBeGreaterThan(2)
  }
})

it("a list that says something else is noticed", () => {
  const items = readList(
    "\n## Verify on real AWS\n\n**HTTP API**\n- `a`: one\n  line.\n- `b`: two.\n\n## Next\n- no\n",
    "Verify on real AWS",
  )
  expect(items).toEqual([
    { area: "HTTP API", text: "`a`: one line." },
    { area: "HTTP API", text: "`b`: two." },
  ])
})
