import { expect, it } from "vitest"
import { formatTable, wrap } from "./table.ts"
import type { Row } from "./verify.ts"

const row = (id: string, verdict: Row["verdict"], more: Partial<Row> = {}): Row => ({
  ...{ id, area: "HTTP API", item: "an item", verdict, seen: "403", expected: "401" },
  ...{ otherwise: "nobody could get in", alarming: false },
  ...more,
})

it("groups rows by area, says what matters of each, and counts them", () => {
  const rows = [
    row("feed-one", "failed", { area: "Change feed", seen: "Error: offline", alarming: true }),
    row("http-one", "as expected"),
    row("http-two", "differs", { alarming: true }),
    row("http-three", "differs", { otherwise: "nothing depends on it" }),
    row("rest-one", "not applicable", { area: "REST API", seen: "deploy with AUTH_STRATEGIES=cached" }),
    row("http-four", "by hand", { seen: "look" }),
  ]
  expect(formatTable({ stage: "dev", rows, unasked: 0, left: [] })).toBe(`Stage dev

HTTP API
  as expected    http-one: an item
                 → 403
! differs        http-two: an item
                 → seen: 403
                 → expected: 401
                 → nobody could get in
  differs        http-three: an item
                 → seen: 403
                 → expected: 401
                 → nothing depends on it
  by hand        http-four: an item
                 → to see it: look

REST API
  not applicable rest-one: an item
                 → to see it: deploy with AUTH_STRATEGIES=cached

Change feed
! failed         feed-one: an item
                 → Error: offline
                 → expected: 401

6 rows: 1 as expected, 2 differs, 1 failed, 1 not applicable, 1 by hand.
Of 6 rows, 3 were seen: 1 of them alarming; 3 were not seen (1 by hand, 1 not applicable, 1 failed).
The code depends on what is not so, or could not be asked: feed-one, http-two.`)
})

it("says what could not be removed", () => {
  const text = formatTable({ stage: "dev", rows: [], unasked: 0, left: ["user `a`: TimeoutError"] })
  expect(text).toContain("Not removed, please remove by hand:\n  user `a`: TimeoutError")
})

it.each<[what: string, rows: readonly Row[], said: string]>([
  [
    "nothing of what was seen is alarming",
    [
      row("http-one", "as expected"),
      row("http-two", "differs"),
      row("http-three", "by hand"),
      row("rest-one", "not applicable"),
    ],
    "Of 4 rows, 2 were seen: none is alarming; 2 were not seen (1 by hand, 1 not applicable).",
  ],
  [
    "all was seen",
    [row("http-one", "as expected")],
    "Of 1 rows, 1 were seen: none is alarming; 0 were not seen.",
  ],
  [
    "nothing was seen",
    [row("http-one", "by hand")],
    "Of 1 rows, 0 were seen: none is alarming; 1 were not seen (1 by hand).",
  ],
])("does not say more than is known where %s", (_, rows, said) => {
  const text = formatTable({ stage: "dev", rows, unasked: 0, left: [] })
  expect(text.split("\n").at(-1)).toBe(said)
  expect(text).not.toContain("depends on nothing")
})

it("leaves a command in one piece, to be pasted", () => {
  const command = `aws ${"--flag 'a b' ".repeat(20)}\u001b[2J\nend`
  const text = formatTable({
    stage: "dev",
    rows: [row("http-one", "by hand", { command })],
    unasked: 0,
    left: [],
  })
  const line = text.split("\n").find((one) => one.includes("aws"))
  expect(line?.trim()).toBe(`aws ${"--flag 'a b' ".repeat(20)} [2J end`)
})

it("says where a run was stopped", () => {
  const text = formatTable({ stage: "dev", rows: [row("http-one", "as expected")], unasked: 78, left: [] })
  expect(text.split("\n").slice(-3)).toEqual([
    "79 rows: 1 as expected, 78 not asked.",
    "Of 79 rows, 1 were seen: none is alarming; 78 were not seen (78 not asked).",
    "Stopped before everything was asked.",
  ])
})

it("has no line of more than 110 columns, whatever was seen", () => {
  const seen = [`${"word ".repeat(60)}${"x".repeat(300)}`, "😀".repeat(200)]
  const rows = seen.map((text) => row("http-one", "differs", { seen: text, expected: text, otherwise: text }))
  for (const line of formatTable({ stage: "dev", rows, unasked: 0, left: [] }).split("\n"))
    expect([...line].length).toBeLessThanOrEqual(110)
})

it("lets nothing that was seen move the cursor", () => {
  expect(wrap("a\u001b[2Jb\r\nc\u2028d", 40)).toEqual(["a [2Jb c d"])
})

it.each([
  ["", [""]],
  ["one", ["one"]],
  ["one two three", ["one two", "three"]],
  ["a-very-long-word", ["a-very-lon", "g-word"]],
  ["so a-very-long-word is", ["so", "a-very-lon", "g-word is"]],
])("breaks %j at blanks, or where it must", (text, lines) => {
  expect(wrap(text, 10)).toEqual(lines)
})
