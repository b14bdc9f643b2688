/**
 * Every fault that Claimgate names itself, in all packages. A code is stable: logs, problem details and callers
 * rely on it. Refusals are not here: a refusal is an answer with a reason, a fault is thrown.
 */
export type ErrorCode =
  | "malformed_route"
  | "malformed_permission"
  | "malformed_catalog"
  | "malformed_name"
  | "malformed_input"
  | "malformed_record"
  | "malformed_configuration"
  | "uncovered_permission"
  | "claim_too_large"
  | "unauthenticated"
  | "forbidden"
  | "no_such_route"
  | "not_found"
  | "conflict"
  | "dependency_failed"
  | "internal"

/** A fault with a stable `code`; its message says what, where and what was expected, and holds no secret. */
export class ClaimgateError extends Error {
  override readonly name = "ClaimgateError"
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

const longestQuote = 120

/** Quotes input for a message: in backticks, on one line, without control characters, at most 120 characters. */
export function quote(input: string): string {
  const short = input.length > longestQuote ? `${input.slice(0, longestQuote)}…` : input
  // `input` may come from an attacker: anything that could break a line or a terminal becomes an escape.
  return `\`${short.replace(/[\p{C}\p{Zl}\p{Zp}`]/gu, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`)}\``
}
