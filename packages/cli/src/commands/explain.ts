/** `claimgate explain`: why a subject's request would be let through or not, step by step. */
import { ClaimgateError, quote } from "@claimgate/core"
import type { AdminDoor } from "../door.ts"
import type { Output } from "../output.ts"

/** A request as a client would send it. */
export interface Request {
  readonly method: string
  readonly path: string
}

/** Reads method and path as they stand on the command line. Throws `malformed_input`. */
export function parseRequest(given: string, path: string): Request {
  const method = given.toUpperCase()
  if (!/^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method))
    throw new ClaimgateError("malformed_input", `method ${quote(given)}: expected one like \`GET\``)
  if (!path.startsWith("/"))
    throw new ClaimgateError("malformed_input", `path ${quote(path)}: expected it to begin with \`/\``)
  return { method, path }
}

/** Explains one request. */
export async function runExplain(
  door: AdminDoor,
  subject: string,
  { method, path }: Request,
  output: Output,
): Promise<void> {
  const { value, lines } = await door.explain(subject, method, path)
  output.answer(value, lines)
}
