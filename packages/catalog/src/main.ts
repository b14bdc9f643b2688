/** `npm run catalog`: appends what the route table added to the lock file and writes the compiled catalog. */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { type Catalog, ClaimgateError } from "@claimgate/core"
import { formatLock, parseLock } from "./lock.ts"
import { formatCompiled, updateCatalog } from "./update.ts"

const lockFile = fileURLToPath(new URL("../catalog.lock", import.meta.url))
const compiledFile = fileURLToPath(new URL("./compiled.ts", import.meta.url))
const usage = "usage: npm run catalog [-- --check]"

process.exitCode = await run(process.argv.slice(2))

async function run(args: readonly string[]): Promise<number> {
  try {
    const check = parseFlags(args)
    // Imported here, so that a malformed route table is reported like every other bad input.
    const { routes } = await import("./routes.ts")
    const lock = parseLock(existsSync(lockFile) ? readFileSync(lockFile, "utf8") : "")
    const catalog = updateCatalog(lock, routes)
    const files = { [lockFile]: formatLock(catalog), [compiledFile]: formatCompiled(catalog, routes) }
    return check ? report(files) : write(files, lock.log.length, catalog)
  } catch (error) {
    process.stderr.write(`catalog: ${error instanceof Error ? error.message : String(error)}\n`)
    return 2
  }
}

function parseFlags(args: readonly string[]): boolean {
  try {
    return parseArgs({ args: [...args], options: { check: { type: "boolean" } } }).values.check ?? false
  } catch (cause) {
    throw new ClaimgateError(
      "malformed_input",
      `${cause instanceof Error ? cause.message : cause}\n${usage}`,
      { cause },
    )
  }
}

function report(files: Record<string, string>): number {
  const stale = Object.entries(files).filter(
    ([file, text]) => !existsSync(file) || readFileSync(file, "utf8") !== text,
  )
  for (const [file] of stale)
    process.stderr.write(
      `catalog: ${nameOf(file)} does not follow from the route table: run \`npm run catalog\`\n`,
    )
  return stale.length > 0 ? 1 : 0
}

function write(files: Record<string, string>, known: number, catalog: Catalog): number {
  for (const [file, text] of Object.entries(files)) writeFileSync(file, text)
  for (const line of catalog.log.slice(known)) process.stdout.write(`${line}\n`)
  const release = catalog.releases.at(-1)
  process.stdout.write(`catalog: release ${release?.fingerprint}, ${catalog.log.length - known} new lines\n`)
  return 0
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf("packages/"))
}
