/** The flags of `npm run local`. */
import { parseArgs } from "node:util"
import { ClaimgateError } from "@claimgate/core"
import { listeners } from "./ports.ts"

export interface Flags {
  readonly help: boolean
  readonly port: number | undefined
  readonly data: string | undefined
  /** A file of members in the simple shape, a JSON object per line. */
  readonly import: string | undefined
  readonly tour: boolean
  readonly json: boolean
  /** Requests per door in the tour's comparison; 0 leaves it out. */
  readonly requests: number
}

const usualRequests = 500
const mostRequests = 100_000

const short =
  "usage: npm run local [-- [--port N] [--data DIR] [--import FILE] | --tour [--requests N] [--json] | --help]"

/** What `--help` prints: a line for each flag. */
export const usage = `${short}

  --port N        listen on N and the ${listeners.length - 1} ports after it (4700 to ${4699 + listeners.length}, or free ones)
  --data DIR      keep users, keys, permissions and data in DIR
  --import FILE   take members from FILE, a JSON object per line
  --tour          walk through what it does, step by step, and exit
  --requests N    measure N requests per strategy at its end (${usualRequests}; 0 for none)
  --json          the tour as one JSON document
  --help          print this`

const highestPort = 65_536 - listeners.length

/** Throws `malformed_input` that says which flag, and what was expected. */
export function parseFlags(args: readonly string[]): Flags {
  const { help = false, port, data, import: file, requests, tour = false, json = false } = readArgs(args)
  // Alone, whatever else is there.
  if (help) return { ...none, help }
  if (json && !tour) throw bad("--json: expected together with --tour")
  if (requests !== undefined && !tour) throw bad("--requests: expected together with --tour")
  if (tour && [port, data, file].some((flag) => flag !== undefined))
    throw bad("--tour: expected without --port, --data and --import")
  if (data === "") throw bad("--data: expected a directory")
  if (file === "") throw bad("--import: expected a file")
  return {
    ...{ help, data, import: file, tour, json },
    port: port === undefined ? undefined : parseNumber("--port", port, 1, highestPort),
    requests: requests === undefined ? usualRequests : parseNumber("--requests", requests, 0, mostRequests),
  }
}

const none: Flags = {
  help: false,
  port: undefined,
  data: undefined,
  import: undefined,
  tour: false,
  json: false,
  requests: usualRequests,
}

/** Digits only: `Number` takes `0x50`, `1e3` and blanks too. */
function parseNumber(flag: string, text: string, from: number, to: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (number >= from && number <= to) return number
  throw bad(`${flag} ${text}: expected a number from ${from} to ${to}`)
}

function readArgs(args: readonly string[]) {
  const options = {
    help: { type: "boolean" },
    port: { type: "string" },
    data: { type: "string" },
    import: { type: "string" },
    tour: { type: "boolean" },
    json: { type: "boolean" },
    requests: { type: "string" },
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
