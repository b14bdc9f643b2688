/** The flags of `npm run local`. */
import { parseArgs } from "node:util"
import { ClaimgateError } from "@claimgate/core"

export interface Flags {
  readonly port: number | undefined
  readonly data: string | undefined
  readonly tour: boolean
  readonly json: boolean
}

const usage = "usage: npm run local [-- [--port N] [--data DIR] | --tour [--json]]"

/** Throws `malformed_input` that says which flag, and what was expected. */
export function parseFlags(args: readonly string[]): Flags {
  const { port, data, tour = false, json = false } = readArgs(args)
  const number = port === undefined ? undefined : Number(port)
  if (number !== undefined && !(Number.isInteger(number) && number >= 1 && number <= 65_533))
    throw bad(`--port ${port}: expected a number from 1 to 65533`)
  if (json && !tour) throw bad("--json: expected together with --tour")
  if (tour && (port !== undefined || data !== undefined))
    throw bad("--tour: expected without --port and --data")
  if (data === "") throw bad("--data: expected a directory")
  return { port: number, data, tour, json }
}

function readArgs(args: readonly string[]) {
  const options = {
    port: { type: "string" },
    data: { type: "string" },
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
