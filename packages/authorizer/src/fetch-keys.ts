/** Fetches a JWKS document; short on patience, because an authorizer has ten seconds for everything. */

import { ClaimgateError } from "@claimgate/core"

const patience = 3000
const mostBytes = 65_536

/** The document's text. Rejects after three seconds, on a redirect, on any status but 200 and past 64 KB. */
export async function fetchKeys(uri: string): Promise<string> {
  const response = await fetch(uri, { redirect: "error", signal: AbortSignal.timeout(patience) })
  if (response.status !== 200 || response.body === null) throw expected(`status 200, got ${response.status}`)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.length
    if (size > mostBytes) throw expected(`at most ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks))
}

/** Makes the fault of a document that is no key set, in words that a log may have: `expected status 200, got 503`. */
export function expected(what: string): ClaimgateError {
  return new ClaimgateError("dependency_failed", `expected ${what}`)
}
