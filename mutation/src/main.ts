/**
 * `npm run mutation`: changes the code that decides, one small change at a time, and looks whether a test notices. With
 * names of files (`npm run mutation -- path verify`) only those. Fails below 95 % in any file, and on a survivor that
 * survivors.md gives no reason for.
 */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { type FileResult, readReport } from "./report.ts"

const leastScore = 95
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const configuration = here("../stryker.config.json")

// The one of this folder, which the script has read a moment ago.
const { mutate } = JSON.parse(readFileSync(configuration, "utf8")) as { readonly mutate: readonly string[] }
const named = process.argv.slice(2)
const chosen =
  named.length === 0
    ? mutate
    : mutate.filter((file) => named.some((name) => file.endsWith(`/${name.replace(/\.ts$/, "")}.ts`)))
if (chosen.length === 0) fail(`expected names of ${mutate.join(", ")}`)

const { status } = spawnSync(
  here("../node_modules/.bin/stryker"),
  ["run", configuration, "--mutate", chosen.join(",")],
  { cwd: here("../../"), stdio: "inherit" },
)
if (status !== 0) fail(`stryker ended with ${status}`)

const explained = readFileSync(here("../survivors.md"), "utf8")
const results = readReport(here("../reports/last.json"))
for (const result of results) say(lineOf(result))
const unexplained = results.flatMap(({ file, survivors }) =>
  survivors
    .filter(({ change }) => !sectionOf(file).includes(change))
    .map(({ line, change }) => `${file}:${line}: ${change}`),
)
if (unexplained.length > 0) say(["survivors without a reason in survivors.md:", ...unexplained].join("\n"))
if (unexplained.length > 0 || results.some(({ score }) => score < leastScore)) process.exitCode = 1

function lineOf({ file, killed, timedOut, survivors, score }: FileResult): string {
  const counts = `${killed} killed, ${timedOut} timed out, ${survivors.length} survived`
  return `${file.padEnd(36)} ${score.toFixed(1).padStart(5)} %  ${counts}`
}

/** The rows about a file stand below its name. */
function sectionOf(file: string): string {
  const from = explained.indexOf(`## ${file}\n`)
  const to = explained.indexOf("\n## ", from + 1)
  return from < 0 ? "" : explained.slice(from, to < 0 ? undefined : to)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

function fail(message: string): never {
  process.stderr.write(`mutation: ${message}\n`)
  process.exit(1)
}
