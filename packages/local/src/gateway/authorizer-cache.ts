/**
 * The one model of API Gateway's authorizer result cache, for HTTP API and REST API alike. Its key is the
 * authorizer and the values of all its identity sources, and nothing else: not the route, not the method, not the
 * path, unless one of the sources is one of these. That is what makes careless configurations leak. [D]
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
import { ClaimgateError } from "@claimgate/core"

/** Answers of authorizers, each under the values that it was given for. */
export interface AuthorizerCache<Answer> {
  /** The answer stored under exactly these values, if its time to live is not over. */
  read(authorizer: string, identity: readonly string[]): Answer | undefined
  /** Keeps an answer for that many seconds; none are kept for 0. */
  write(authorizer: string, identity: readonly string[], answer: Answer, ttlSeconds: number): void
  /** What `ResetAuthorizersCache` and `FlushStageAuthorizersCache` do. */
  clear(): void
}

/** Longest time to live, in seconds. [D] */
export const longestTtlSeconds = 3600

const mostEntries = 10_000

interface Entry<Answer> {
  readonly answer: Answer
  readonly storedAt: number
  readonly ttl: number
}

/** A cache for one stage of one API, on that clock (milliseconds); beyond `limit` answers the oldest used one goes. */
export function createAuthorizerCache<Answer>(
  now: () => number,
  limit: number = mostEntries,
): AuthorizerCache<Answer> {
  const entries = new Map<string, Entry<Answer>>()
  return {
    read(authorizer, identity) {
      const key = keyOf(authorizer, identity)
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      if (!isFresh(entry, now())) return undefined
      entries.set(key, entry)
      return entry.answer
    },
    write(authorizer, identity, answer, ttlSeconds) {
      if (ttlSeconds <= 0) return
      const key = keyOf(authorizer, identity)
      entries.delete(key)
      entries.set(key, { answer, storedAt: now(), ttl: ttlSeconds * 1000 })
      const oldest = entries.keys().next()
      if (entries.size > limit && oldest.done !== true) entries.delete(oldest.value)
    },
    clear: () => entries.clear(),
  }
}

/** Refuses a time to live that is not a whole number from 0 to 3600, or one without anything to key on. [D] */
export function checkTtl(ttlSeconds: number, identitySources: number, where: string): void {
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 0 || ttlSeconds > longestTtlSeconds)
    throw new ClaimgateError(
      "malformed_configuration",
      `${where}: expected a time to live from 0 to ${longestTtlSeconds} seconds, got \`${ttlSeconds}\``,
    )
  if (ttlSeconds > 0 && identitySources === 0)
    throw new ClaimgateError(
      "malformed_configuration",
      `${where}: expected an identity source, for answers are cached under their values`,
    )
}

// JSON keeps `["a", "b,c"]` and `["a,b", "c"]` apart, whatever characters the values hold.
function keyOf(authorizer: string, identity: readonly string[]): string {
  return JSON.stringify([authorizer, ...identity])
}

// A clock that went backwards makes an entry stale, never longer-lived.
function isFresh(entry: Entry<unknown>, time: number): boolean {
  const age = time - entry.storedAt
  return age >= 0 && age < entry.ttl
}
