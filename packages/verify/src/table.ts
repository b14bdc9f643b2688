/** The report as a table of at most 110 columns, grouped by area. */
import { areas } from "./check.ts"
import type { Report, Row } from "./verify.ts"

const width = 110
const verdictWidth = 15
const indent = " ".repeat(2 + verdictWidth)

/** A line or more for each row, a heading for each area, and the sums. */
export function formatTable({ stage, rows, unasked, left }: Report): string {
  const groups = areas.flatMap((area) => {
    const own = rows.filter((row) => row.area === area)
    return own.length === 0 ? [] : [`${area}\n${own.map(formatRow).join("\n")}`]
  })
  return [`Stage ${stage}`, ...groups, ...formatLeft(left), formatSum(rows, unasked)].join("\n\n")
}

/** All rows by verdict, and whether anything is alarming. */
function formatSum(rows: readonly Row[], unasked: number): string {
  const counts = verdicts.flatMap((verdict) => {
    const count = rows.filter((row) => row.verdict === verdict).length
    return count === 0 ? [] : [`${count} ${verdict}`]
  })
  const sum = [...counts, ...(unasked === 0 ? [] : [`${unasked} not asked`])].join(", ")
  return [`${rows.length + unasked} rows: ${sum}.`, ...wrap(conclude(rows, unasked), width)].join("\n")
}

function conclude(rows: readonly Row[], unasked: number): string {
  const alarming = rows.filter((row) => row.alarming).map(({ id }) => id)
  if (alarming.length > 0)
    return `The code depends on what is not so, or could not be asked: ${alarming.join(", ")}.`
  return unasked > 0 ? "Stopped before everything was asked." : "The code depends on nothing that is not so."
}

const verdicts: readonly Row["verdict"][] = ["as expected", "differs", "failed", "not applicable", "by hand"]

function formatRow(row: Row): string {
  const [first = "", ...more] = textsOf(row).flatMap((text) => wrap(text, width - indent.length))
  const mark = row.alarming ? "!" : " "
  return [
    `${mark} ${row.verdict.padEnd(verdictWidth)}${first}`,
    ...more.map((line) => `${indent}${line}`),
  ].join("\n")
}

/** The item as the list has it, then what was found out about it; where something is wrong, all that is needed to judge that. */
function textsOf(row: Row): readonly string[] {
  return [`${row.id}: ${row.item}`, ...foundOut(row)]
}

function foundOut({ verdict, expected, seen, otherwise }: Row): readonly string[] {
  switch (verdict) {
    case "as expected":
      return [`→ ${seen}`]
    case "differs":
      return [`→ seen: ${seen}`, `→ expected: ${expected}`, `→ ${otherwise}`]
    case "failed":
      return [`→ ${seen}`, `→ expected: ${expected}`]
    case "not applicable":
    case "by hand":
      return [`→ to see it: ${seen}`]
  }
}

function formatLeft(left: readonly string[]): readonly string[] {
  return left.length === 0
    ? []
    : [`Not removed, please remove by hand:\n${left.map((one) => `  ${one}`).join("\n")}`]
}

/** Lines of at most that width, broken at blanks; a word that is too long is broken where it must be. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ""
  // What comes from afar could move the cursor, or break the table.
  for (const word of text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ").split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`
    if (longer.length <= columns) {
      line = longer
      continue
    }
    if (line !== "") lines.push(line)
    const pieces = word.match(new RegExp(`.{1,${columns}}`, "gu")) ?? [""]
    lines.push(...pieces.slice(0, -1))
    line = pieces.at(-1) ?? ""
  }
  return [...lines, line]
}
