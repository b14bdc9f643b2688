/** The flags of `npm run local`. */
import { parseArgs } from "node:util"
import { ClaimgateError } from "@claimgate/core"

export interface Flags {
  readonly help: boolean
  readonly port: number | undefined
  readonly data: string | undefined
  /** A file of members in the simple shape, a JSON object per line. */
  readonly import: string | undefined
  readonly tour: boolean
  readonly json: boolean
}

const short = "usage: npm run local [-- [--port N] [--data DIR] [--import FILE] | --tour [--json] | --help]"

/** What `--help` prints: a line for each flag. */
export const usage = `${short}

  --port N        listen on N, N+1 and N+2 (4700 to 4702, or free ones)
  --data DIR      keep users, keys, permissions and data in DIR
  --import FILE   take members from FILE, a JSON object per line
  --tour          walk through what it does, step by step, and exit
  --json          the tour as one JSON document
  --help          print this`

/** Throws `malformed_input` that says which flag, and what was expected. */
export function parseFlags(args: readonly string[]): Flags {
  const { help = false, port, data, import: file, tour = false, json = false } = readArgs(args)
  // Alone, whatever else is there.
  if (help) return { help, port: undefined, data: undefined, import: undefined, tour: false, json: false }
  const number = port === undefined ? undefined : Number(port)
  // Digits only: `Number` takes `0x50`, `1e3` and blanks too.
  if (number !== undefined && !(/^\d+$/.test(port ?? "") && number >= 1 && number <= 65_533))
    throw bad(`--port ${port}: expected a number from 1 to 65533`)
  if (json && !tour) throw bad("--json: expected together with --tour")
  if (tour && [port, data, file].some((flag) => flag !== undefined))
    throw bad("--tour: expected without --port, --data and --import")
  if (data === "") throw bad("--data: expected a directory")
  if (file === "") throw bad("--import: expected a file")
  return { help, port: number, data, import: file, tour, json }
}

function readArgs(args: readonly string[]) {
  const options = {
    help: { type: "boolean" },
    port: { type: "string" },
    data: { type: "string" },
    import: { type: "string" },
    tour: { type: "boolean" },
    json: { type: "boolean" },
  } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (cause) {
    throw bad(cause instanceof Error ? cause.message : String(cause))
  }
}

function bad(message: string): ClaimgateError {
  return new ClaimgateError("malformed_input", `${message}\n${short}`)
}
