/** The flags of `npm run local`. */
import { parseArgs } from "node:util"
import { ClaimgateError } from "@claimgate/core"

export interface Flags {
  readonly port: number | undefined
  readonly data: string | undefined
  /** A file of members in the simple shape, a JSON object per line. */
  readonly import: string | undefined
  readonly tour: boolean
  readonly json: boolean
}

const usage = "usage: npm run local [-- [--port N] [--data DIR] [--import FILE] | --tour [--json]]"

/** Throws `malformed_input` that says which flag, and what was expected. */
export function parseFlags(args: readonly string[]): Flags {
  const { port, data, import: file, tour = false, json = false } = readArgs(args)
  const number = port === undefined ? undefined : Number(port)
  if (number !== undefined && !(Number.isInteger(number) && number >= 1 && number <= 65_533))
    throw bad(`--port ${port}: expected a number from 1 to 65533`)
  if (json && !tour) throw bad("--json: expected together with --tour")
  if (tour && [port, data, file].some((flag) => flag !== undefined))
    throw bad("--tour: expected without --port, --data and --import")
  if (data === "") throw bad("--data: expected a directory")
  if (file === "") throw bad("--import: expected a file")
  return { port: number, data, import: file, tour, json }
}

function readArgs(args: readonly string[]) {
  const options = {
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
  return new ClaimgateError("malformed_input", `${message}\n${usage}`)
}
