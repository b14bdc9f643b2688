import { createHash } from "node:crypto"
import { serviceError } from "./service-error.ts"

type Answer = Readonly<Record<string, unknown>>

/** Remembers the answers of finished transactions by their client request token. */
export interface Tokens {
  /**
   * Runs the work, or gives the answer that it had under the same token within the last ten minutes. The same
   * token with another request is an IdempotentParameterMismatchException. A failure is not remembered.
   */
  once(token: string | undefined, request: unknown, work: () => Promise<Answer>): Promise<Answer>
}

/** "A client request token is valid for 10 minutes after the first request that uses it is completed." */
const validity = 10 * 60_000

/** Tokens on the given clock, in milliseconds; they are kept in memory and do not outlive the process. */
export function createTokens(now: () => number): Tokens {
  const finished = new Map<
    string,
    { readonly at: number; readonly digest: string; readonly answer: Answer }
  >()
  const forgetExpired = () => {
    for (const [token, { at }] of finished) if (now() - at >= validity) finished.delete(token)
  }
  return {
    async once(token, request, work) {
      if (token === undefined) return work()
      forgetExpired()
      const digest = digestOf(request)
      const known = finished.get(token)
      if (known && known.digest !== digest) throw mismatch()
      if (known) return known.answer
      const answer = await work()
      finished.set(token, { at: now(), digest, answer })
      return answer
    },
  }
}

/** The wording is the API reference's description of the error; what the service really writes is not documented. */
function mismatch() {
  return serviceError("IdempotentParameterMismatchException", undefined, {
    Message:
      "DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token that was already used.",
  })
}

/** The order of an object's keys does not count (seen on the service: localstack issue 6529). */
function digestOf(request: unknown): string {
  return createHash("sha256").update(JSON.stringify(request, sortedKeys)).digest("base64")
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
