/** The flags of `npm run verify`. */
import { parseArgs } from "node:util"
import { ClaimgateError } from "@claimgate/core"

export interface Flags {
  readonly help: boolean
  readonly json: boolean
  /** Undefined for the stage that the environment is bound to, or else a local stack. */
  readonly stage: string | undefined
}

const short = "usage: npm run verify [-- [--stage NAME] [--json] | --help]"

/** What `--help` prints. */
export const usage = `${short}

Checks what nobody has verified on real AWS (docs/security.md), and the settings of a stage
(docs/verify.md), and prints a table.

  --stage NAME    a deployed stage, with your AWS credentials; \`local\`, or none: a local stack of its own
  --json          the rows as JSON
  --help          print this

Exit code: 0 where nothing that was seen is alarming, however much could not be seen (the last line
says how much that is); 1 where something is, or could not be asked; 2 for usage.`

/** Throws `malformed_input` that says which flag, and what was expected. */
export function parseFlags(args: readonly string[]): Flags {
  const { help = false, json = false, stage } = readArgs(args)
  if (help) return { help, json: false, stage: undefined }
  // As SST takes them; it goes on to a command line.
  if (stage !== undefined && !/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(stage))
    throw bad("--stage: expected a name of letters, digits and hyphens")
  return { help, json, stage }
}

function readArgs(args: readonly string[]) {
  const options = { help: { type: "boolean" }, json: { type: "boolean" }, stage: { type: "string" } } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (cause) {
    throw bad(cause instanceof Error ? cause.message : String(cause))
  }
}

function bad(message: string): ClaimgateError {
  return new ClaimgateError("malformed_input", `${message}\n${short}`)
}
