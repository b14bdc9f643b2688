/** The report as a table of at most 110 columns, grouped by area; only a command to paste is a line as long as it is. */
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
  const sum = [...countsOf(rows, verdicts), ...notAsked(unasked)].join(", ")
  const lines = conclude(rows, unasked).flatMap((text) => wrap(text, width))
  return [`${rows.length + unasked} rows: ${sum}.`, ...lines].join("\n")
}

/** What is not said: that all is well. Only what was seen is known. */
function conclude(rows: readonly Row[], unasked: number): readonly string[] {
  const alarming = rows.filter((row) => row.alarming).map(({ id }) => id)
  return [
    howMuch(rows, unasked),
    ...(alarming.length === 0
      ? []
      : [`The code depends on what is not so, or could not be asked: ${alarming.join(", ")}.`]),
    ...(unasked === 0 ? [] : ["Stopped before everything was asked."]),
  ]
}

/** `Of 87 rows, 51 were seen: none is alarming; 36 were not seen (21 by hand, 15 not applicable).` */
function howMuch(rows: readonly Row[], unasked: number): string {
  const seen = rows.filter(({ verdict }) => verdict === "as expected" || verdict === "differs")
  const alarming = seen.filter((row) => row.alarming).length
  const all = rows.length + unasked
  const unseen = [...countsOf(rows, ["by hand", "not applicable", "failed"]), ...notAsked(unasked)]
  const judged = `${seen.length} were seen: ${alarming === 0 ? "none is" : `${alarming} of them`} alarming`
  const why = unseen.length === 0 ? "" : ` (${unseen.join(", ")})`
  return `Of ${all} rows, ${judged}; ${all - seen.length} were not seen${why}.`
}

function countsOf(rows: readonly Row[], verdicts: readonly Row["verdict"][]): readonly string[] {
  return verdicts.flatMap((verdict) => {
    const count = rows.filter((row) => row.verdict === verdict).length
    return count === 0 ? [] : [`${count} ${verdict}`]
  })
}

function notAsked(unasked: number): readonly string[] {
  return unasked === 0 ? [] : [`${unasked} not asked`]
}

const verdicts: readonly Row["verdict"][] = ["as expected", "differs", "failed", "not applicable", "by hand"]

function formatRow(row: Row): string {
  const [first = "", ...more] = textsOf(row).flatMap((text) => wrap(text, width - indent.length))
  const mark = row.alarming ? "!" : " "
  return [
    `${mark} ${row.verdict.padEnd(verdictWidth)}${first}`,
    ...more.map((line) => `${indent}${line}`),
    // Broken into lines it could not be pasted.
    ...(row.command === undefined ? [] : [`${indent}${oneLine(row.command)}`]),
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
  for (const word of oneLine(text).split(" ")) {
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

/** What comes from afar could move the cursor, or break the table. */
function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ")
}
