/** What Stryker found out, from its JSON report. */
import { readFileSync } from "node:fs"

interface Place {
  readonly line: number
  readonly column: number
}

/** The parts of a report that are read here: stryker-mutator.io/docs/mutation-testing-elements. */
interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>
}

interface Mutant {
  readonly mutatorName: string
  readonly replacement?: string
  readonly status: string
  readonly location: { readonly start: Place; readonly end: Place }
}

/** One file's mutants, by what became of them. */
export interface FileResult {
  readonly file: string
  readonly killed: number
  /** Ran on and on; they count as killed. */
  readonly timedOut: number
  readonly survivors: readonly Survivor[]
  /** Per cent of the valid ones that were killed. */
  readonly score: number
}

export interface Survivor {
  readonly line: number
  /** `the line`: `before` → `after`, as a row of survivors.md begins. */
  readonly change: string
}

/** Reads the report at that path. */
export function readReport(path: string): readonly FileResult[] {
  // Stryker's own format, of the version that is installed.
  const { files } = JSON.parse(readFileSync(path, "utf8")) as Report
  return Object.entries(files).map(([file, { source, mutants }]) => {
    const count = (status: string) => mutants.filter((mutant) => mutant.status === status).length
    const survivors = mutants
      .filter(({ status }) => status === "Survived" || status === "NoCoverage")
      .map((mutant) => ({ line: mutant.location.start.line, change: changeOf(source, mutant) }))
    const [killed, timedOut] = [count("Killed"), count("Timeout")]
    const score = (100 * (killed + timedOut)) / Math.max(1, killed + timedOut + survivors.length)
    return { file, killed, timedOut, survivors, score }
  })
}

function changeOf(source: string, { location: { start, end }, replacement = "" }: Mutant): string {
  const lines = source.split("\n").slice(start.line - 1, end.line)
  const whole = oneLine(lines[0]?.trim() ?? "")
  const last = lines.length - 1
  const cut = lines.map((line, at) =>
    line.slice(at === 0 ? start.column - 1 : 0, at === last ? end.column - 1 : undefined),
  )
  return `\`${whole}\`: \`${oneLine(cut.join("\n"))}\` → \`${oneLine(replacement)}\``
}

/** As it can stand in a table: `|` separates its cells. */
function oneLine(code: string): string {
  return code.replace(/\s+/g, " ").replaceAll("|", "\\|")
}
