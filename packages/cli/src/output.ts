/** What a command prints: text for people, or one JSON document for programs; colours only on a terminal. */
import { randomBytes } from "node:crypto"

/** Where a command's words go. Control characters in what was stored never reach a terminal: `printable` sees to it. */
export interface Output {
  /** The answer: text lines for people, the value for `--json`. */
  answer(value: unknown, lines: readonly string[]): void
  /** A word beside the answer, for people only: on standard error. */
  say(line: string): void
  readonly style: Style
}

export interface Style {
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly faint: (text: string) => string
}

/** Streams that a process has. */
export interface Streams {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether both are terminals that take colours. */
  readonly hasColours: boolean
  /** Whether `err` is a terminal on which a line can be drawn again. */
  readonly hasProgress: boolean
}

/** Makes the output of one command. */
export function createOutput(
  { out, err, hasColours }: Pick<Streams, "out" | "err" | "hasColours">,
  { json }: { readonly json: boolean },
): Output {
  return {
    answer(value, lines) {
      // What has no answer is null, so that there is always one document.
      if (json) out(`${formatJson(value ?? null, 2)}\n`)
      else if (lines.length > 0) out(`${lines.map(printable).join("\n")}\n`)
    },
    say(line) {
      err(`${printable(line)}\n`)
    },
    style: hasColours && !json ? coloured : plain,
  }
}

const esc = "\u001b"
/** Nobody can store it, because it is another one in each process: so a stored colour is told from one of ours. */
const mark = `${esc}${randomBytes(8).toString("hex")}`
const sgr = (code: number) => (text: string) => `${mark}[${code}m${text}${mark}[0m`
const coloured: Style = { good: sgr(32), bad: sgr(31), faint: sgr(2) }
const same = (text: string) => text
const plain: Style = { good: same, bad: same, faint: same }

/** Our own colours stay; whatever else could move a cursor, hide text or start a new line becomes an escape. */
export function printable(line: string): string {
  return line.replace(ownMarksOrControls, (found) =>
    found === mark ? esc : `\\u{${found.codePointAt(0)?.toString(16)}}`,
  )
}

const ownMarksOrControls = new RegExp(`${mark}|[\\p{C}\\p{Zl}\\p{Zp}]`, "gu")

/** JSON as anyone may print it: JSON itself leaves several control characters as they are. */
export function formatJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu, (found) =>
    found
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  )
}

const ownColours = new RegExp(`${mark}\\[\\d+m`, "g")

/** Rows in columns, each as wide as its longest cell. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widthOf = (cell: string) => printable(cell.replace(ownColours, "")).length
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, index) => Math.max(widthOf(cell), widest[index] ?? 0)),
    [],
  )
  const pad = (cell: string, width: number) => cell + " ".repeat(Math.max(0, width - widthOf(cell)))
  return rows.map((row) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  )
}
