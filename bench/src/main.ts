/** `npm run bench`: every part, or those that are named; tables for people, results.json and pictures for the docs. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { measureBundle } from "./bundle/bundle.ts"
import { measureDecision } from "./decision/decision.ts"
import type { Bar, Outcome, Part, Table } from "./part.ts"
import { barTable, formatTable, rowsOf } from "./report.ts"
import { measureSize } from "./size/size.ts"
import { measureToken } from "./token/token.ts"

const parts: Readonly<Record<string, Part>> = {
  size: measureSize,
  decision: measureDecision,
  token: measureToken,
  bundle: measureBundle,
}
const usage = `usage: npm run bench -- [--quick] [${Object.keys(parts).join("] [")}]`
const resultsFile = fileURLToPath(new URL("../results.json", import.meta.url))
const pictures = fileURLToPath(new URL("../../docs/img/", import.meta.url))

process.exitCode = await run(process.argv.slice(2))

async function run(args: readonly string[]): Promise<number> {
  const asked = parse(args)
  if (asked === undefined) {
    process.stderr.write(`${usage}\n`)
    return 2
  }
  const bars: Bar[] = []
  for (const [name, part] of asked.parts) {
    const outcome = await part(asked.quick ? "quick" : "full")
    for (const table of outcome.tables) print(table)
    bars.push(...outcome.bars.filter((bar) => !Number.isNaN(bar.measured)))
    if (!asked.quick) keep(name, outcome)
  }
  print(barTable(bars))
  if (asked.quick)
    process.stdout.write("\na smoke run: too little of everything to quote, so nothing was written\n")
  return 0
}

function parse(args: readonly string[]): { quick: boolean; parts: [string, Part][] } | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { quick: { type: "boolean" } },
      allowPositionals: true,
    })
    if (positionals.some((name) => parts[name] === undefined)) return undefined
    const named = Object.entries(parts).filter(
      ([name]) => positionals.length === 0 || positionals.includes(name),
    )
    return { quick: values.quick ?? false, parts: named }
  } catch {
    return undefined
  }
}

function print(table: Table): void {
  process.stdout.write(formatTable(table))
}

/** Writes the part's numbers beside those of the others, which may be from another run. */
function keep(name: string, { tables, bars, pictures: drawn }: Outcome): void {
  // Written by these very lines.
  const before = existsSync(resultsFile) ? (JSON.parse(readFileSync(resultsFile, "utf8")) as object) : {}
  const part = {
    measured: { node: process.version, processor: processor() },
    ...Object.fromEntries(tables.map((table) => [table.title, rowsOf(table)])),
    bars: rowsOf(barTable(bars)),
  }
  const after: Record<string, unknown> = { ...before, [name]: part }
  const ordered = Object.fromEntries(
    Object.keys(parts).flatMap((one) => (after[one] ? [[one, after[one]]] : [])),
  )
  writeFileSync(resultsFile, `${JSON.stringify(ordered, null, 2)}\n`)
  mkdirSync(pictures, { recursive: true })
  for (const [file, svg] of Object.entries(drawn)) writeFileSync(`${pictures}${file}`, svg)
}

function processor(): string {
  const all = cpus()
  return `${all.length} × ${all[0]?.model.trim() ?? "unknown"}`
}
