/** The flags of `npm run catalog`. */
import { parseArgs } from "node:util"
import { ClaimgateError, isGreedy, parseRoute } from "@claimgate/core"

/** What was asked for. */
export type Task = { readonly task: "help" | "update" | "check" } | FromTask

export interface FromTask {
  readonly task: "from"
  /** The OpenAPI document's file. */
  readonly from: string
  /** The file to write; standard output where it is left out. */
  readonly out: string | undefined
  readonly force: boolean
  /** Empty, or a path in front of every path of the document. */
  readonly base: string
  readonly skipUnroutable: boolean
}

const usage =
  "usage: npm run catalog [-- --check | --from FILE [--out FILE [--force]] [--base /PATH] [--skip-unroutable] | --help]"

export const help = `${usage}

Appends to the catalog's lock file what the route table added, retires what it dropped, and writes the
compiled catalog. Commit all three files together.

  --check            writes nothing; exit code 1 if a file does not follow from the route table
  --from FILE        writes a route table from an OpenAPI 3.0 or 3.1 document, JSON or YAML, to standard output
  --out FILE         writes it to a file that does not exist yet
  --force            replaces that file
  --base /PATH       puts a path in front of all paths of the document
  --skip-unroutable  leaves out operations that cannot be routes, and lists them

Exit code 2: bad input, one line for each fault, and nothing was written.

When two branches both appended a release, catalog.lock conflicts. Take the published branch's file whole
(\`git checkout --theirs packages/catalog/catalog.lock\` while merging it, \`--ours\` while rebasing onto it),
merge the route tables, and run \`npm run catalog\`: it appends your routes again, and writes compiled.ts.
`

/** Throws `malformed_input` that says which flag, and what was expected. */
export function parseFlags(args: readonly string[]): Task {
  const { help: isHelp, check, from, out, base = "", ...switches } = readArgs(args)
  const { force = false, "skip-unroutable": skipUnroutable = false } = switches
  if (isHelp) return { task: "help" }
  if (from === undefined) {
    if (out !== undefined || base !== "" || force || skipUnroutable)
      throw bad("--out, --force, --base and --skip-unroutable: expected together with --from")
    return { task: check ? "check" : "update" }
  }
  if (check) throw bad("--check: expected without --from")
  if (from === "") throw bad("--from: expected a file")
  if (out === "") throw bad("--out: expected a file")
  if (force && out === undefined) throw bad("--force: expected together with --out")
  return { task: "from", from, out, force, base: parseBase(base), skipUnroutable }
}

function parseBase(base: string): string {
  if (base === "" || base === "/") return ""
  try {
    const last = parseRoute(`GET ${base}`).path.split("/").at(-1) ?? ""
    if (!isGreedy(last)) return base
  } catch {
    // What is wrong with it as a route matters less than what a base looks like.
  }
  throw bad(`--base ${base}: expected a path such as /v1, without \`/\` at its end`)
}

function readArgs(args: readonly string[]) {
  const options = {
    help: { type: "boolean" },
    check: { type: "boolean" },
    from: { type: "string" },
    out: { type: "string" },
    force: { type: "boolean" },
    base: { type: "string" },
    "skip-unroutable": { type: "boolean" },
  } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (cause) {
    throw bad(cause instanceof Error ? cause.message : String(cause))
  }
}

function bad(message: string): ClaimgateError {
  return new ClaimgateError("malformed_input", `${message}\n${usage}`)
}
