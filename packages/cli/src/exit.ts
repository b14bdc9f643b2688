/** What a process says with its exit code, and with its last line. */
import { ClaimgateError, quote } from "@claimgate/core"
import { Unconfirmed } from "./confirm.ts"

/** Documented in docs/cli.md: scripts rely on them. */
export const exitCode = {
  done: 0,
  /** Refused, not there, changed meanwhile, or a check found something. */
  refused: 1,
  /** Wrong usage or malformed input: nothing was done. */
  usage: 2,
  /** Something that the command depends on did not answer. */
  failed: 3,
  /** Somebody was asked whether to go on, and did not say yes. */
  unconfirmed: 4,
} as const

/** The exit code of a fault. */
export function exitCodeOf(fault: unknown): number {
  if (fault instanceof Unconfirmed) return exitCode.unconfirmed
  if (!(fault instanceof ClaimgateError)) return isMissingFile(fault) ? exitCode.usage : exitCode.failed
  switch (fault.code) {
    case "forbidden":
    case "unauthenticated":
    case "not_found":
    case "no_such_route":
    case "conflict":
    case "claim_too_large":
    case "uncovered_permission":
      return exitCode.refused
    case "malformed_route":
    case "malformed_permission":
    case "malformed_catalog":
    case "malformed_name":
    case "malformed_input":
    case "malformed_configuration":
      return exitCode.usage
    case "malformed_record":
    case "dependency_failed":
    case "internal":
      return exitCode.failed
  }
}

/** One line about a fault; of a foreign one, its own message. */
export function messageOf(fault: unknown): string {
  if (fault instanceof ClaimgateError || fault instanceof Unconfirmed) return fault.message
  if (isMissingFile(fault)) return `file ${quote(fault.path ?? "")}: not readable (${fault.code})`
  return fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault)
}

function isMissingFile(fault: unknown): fault is NodeJS.ErrnoException {
  return fault instanceof Error && "path" in fault && "code" in fault
}
