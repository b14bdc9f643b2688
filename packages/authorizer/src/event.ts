/** Reading an authorizer's event: what is not as documented is a failed call, never a guess. */
import { ClaimgateError } from "@claimgate/core"
import { isRecord } from "./json.ts"

/** An object, to be read field by field. Throws `malformed_input`, naming the place. */
export function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw malformed(where, "an object")
  return value
}

/** Text. Throws `malformed_input`, naming the place. */
export function text(value: unknown, where: string): string {
  if (typeof value !== "string") throw malformed(where, "text")
  return value
}

export function malformed(where: string, expected: string): ClaimgateError {
  return new ClaimgateError("malformed_input", `authorizer event: ${where}: expected ${expected}`)
}
