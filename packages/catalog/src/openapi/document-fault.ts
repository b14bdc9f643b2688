import { ClaimgateError } from "@claimgate/core"

/** What is wrong with a document, at an offset of its text: `malformed_input` that starts with file and line. */
export function documentFault(file: string, text: string, offset: number, message: string): ClaimgateError {
  let line = 1
  for (let i = text.indexOf("\n"); i >= 0 && i < offset; i = text.indexOf("\n", i + 1)) line++
  return new ClaimgateError("malformed_input", `${file}:${line}: ${message}`)
}
