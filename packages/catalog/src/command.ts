/** What `npm run catalog` does, over files and outputs that it is handed. */
import { ClaimgateError, newestRelease } from "@claimgate/core"
import { readText, writeTogether } from "./files.ts"
import { help, parseFlags } from "./flags.ts"
import { loadRoutes, type RouteSource } from "./load-routes.ts"
import { appendRelease, parseLock, plainText } from "./lock.ts"
import { type CatalogUpdate, formatCompiled, updateCatalog } from "./update.ts"

/** A catalog's files. */
export interface CatalogFiles extends RouteSource {
  readonly lock: string
  readonly compiled: string
}

/** Where text goes; line breaks are part of it. */
export interface Output {
  out(text: string): unknown
  err(text: string): unknown
}

/** Runs the command. Gives the exit code: 0 done, 1 stale files under `--check`, 2 bad input and nothing written. */
export async function run(args: readonly string[], files: CatalogFiles, output: Output): Promise<number> {
  try {
    const task = parseFlags(args)
    if (task.task === "help") {
      output.out(help)
      return 0
    }
    if (task.task === "from") {
      // Only here: the YAML parser would cost every other run a tenth of a second.
      const { writeTable } = await import("./openapi/command.ts")
      writeTable(task, output)
      return 0
    }
    const plan = await planUpdate(files)
    return task.task === "check" ? report(plan, files, output) : write(plan, output)
  } catch (fault) {
    output.err(`catalog: ${fault instanceof Error ? fault.message : String(fault)}\n`)
    return 2
  }
}

interface Plan {
  readonly update: CatalogUpdate
  /** The files whose text is not what it has to be, with that text; the lock file first. */
  readonly stale: ReadonlyMap<string, string>
}

async function planUpdate(files: CatalogFiles): Promise<Plan> {
  const lockText = readText(files.lock) ?? ""
  const compiledText = readText(files.compiled)
  const lock = parseLock(lockText, files.lock)
  // Ids would be given out anew, from 0, and tokens would still hold the old ones.
  if (lock.releases.length === 0 && compiledText !== undefined)
    throw new ClaimgateError(
      "malformed_catalog",
      `${files.lock}: the history is gone, but ${files.compiled} was made from one: restore the file from version control; where no token was minted yet, delete both to start anew`,
    )
  const routes = await loadRoutes(files)
  const update = updateCatalog(lock, routes)
  const compiled = formatCompiled(update.catalog)
  const stale = new Map<string, string>()
  const { releases } = update.catalog
  if (releases.length > lock.releases.length) {
    const { fingerprint } = newestRelease(update.catalog)
    stale.set(files.lock, appendRelease(lockText, update.lines, releases.length, fingerprint))
  }
  if (compiledText === undefined || plainText(compiledText) !== compiled) stale.set(files.compiled, compiled)
  return { update, stale }
}

function report({ update, stale }: Plan, files: CatalogFiles, output: Output): number {
  const { added, retired } = update
  for (const file of stale.keys()) {
    const why =
      file === files.lock
        ? `lacks ${added} of the table's routes and holds ${retired} that the table dropped`
        : "does not follow from the route table and the lock file"
    output.err(`catalog: ${file}: ${why}: run \`npm run catalog\`\n`)
  }
  return stale.size > 0 ? 1 : 0
}

function write({ update, stale }: Plan, output: Output): number {
  writeTogether(stale)
  const { fingerprint } = newestRelease(update.catalog)
  for (const line of update.lines) output.out(line.startsWith("-") ? `- ${line.slice(1)}\n` : `+ ${line}\n`)
  output.out(
    `catalog: release ${update.catalog.releases.length} (${fingerprint}), ${update.added} added, ${update.retired} retired\n`,
  )
  for (const file of stale.keys()) output.out(`catalog: wrote ${file}\n`)
  return 0
}
