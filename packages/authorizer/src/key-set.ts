/**
 * The issuer's signing keys. aws-jwt-verify keeps a key forever and has no back-off when the endpoint is down;
 * here a set is fetched again in the background every five minutes, so that a removed key stops working, keys that
 * are known go on working while the endpoint is down, and unknown key ids cost one fetch in ten seconds.
 */
import { ClaimgateError } from "@claimgate/core"
import { expected } from "./fetch-keys.ts"
import { isRecord, isText } from "./json.ts"

/** An RSA key as a JWKS lists it (RFC 7517). */
export interface SigningKey {
  readonly kid: string
  readonly kty: "RSA"
  readonly n: string
  readonly e: string
  readonly alg: "RS256"
  readonly use: "sig"
}

export interface KeySetDeps {
  /** Fetches the JWKS document as text; rejects when there is none in time. */
  readonly fetch: () => Promise<string>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Called whenever a set was fetched. */
  readonly replaced: () => void
}

export interface KeySet {
  /**
   * The key of that id, undefined where the issuer has none. At once for a known key; otherwise a promise, which rejects
   * with `dependency_failed` when no set could be had at all.
   */
  find(kid: string): SigningKey | undefined | Promise<SigningKey | undefined>
}

const refreshAfter = 5 * 60_000
/** Past this age, as after a long freeze, a set is looked at again before it is relied on. */
const waitAfter = 10 * 60_000
const unknownKeyPause = 10_000
const firstBackOff = 500
const longestBackOff = 10_000

/** Makes a key set that fetches on first use. */
export function createKeySet({ fetch, now, replaced }: KeySetDeps): KeySet {
  let known: ReadonlyMap<string, SigningKey> | undefined
  let fetchedAt = 0
  let startedAt = Number.NEGATIVE_INFINITY
  let failures = 0
  /** Counted from the end of a fetch that failed: one that hung is no pause. */
  let pausedUntil = 0
  let running: Promise<void> | undefined

  const isPaused = () => now() >= startedAt && now() < pausedUntil
  /** Single flight; a failure leaves the set as it is. */
  const refresh = (): Promise<void> => {
    running ??= load().finally(() => {
      running = undefined
    })
    return running
  }
  const load = async () => {
    startedAt = now()
    try {
      const keys = parseKeySet(await fetch())
      known = new Map(keys.map((key) => [key.kid, key]))
      fetchedAt = startedAt
      failures = pausedUntil = 0
      replaced()
    } catch (cause) {
      pausedUntil = now() + Math.min(longestBackOff, firstBackOff * 2 ** failures++)
      throw new ClaimgateError("dependency_failed", "signing keys cannot be read", { cause })
    }
  }
  const waitForFirst = async (kid: string) => {
    if (running === undefined && isPaused())
      throw new ClaimgateError("dependency_failed", "signing keys: failed a moment ago")
    await refresh()
    return known?.get(kid)
  }
  const waitForRefresh = async (kid: string) => {
    await refresh().catch(() => undefined)
    return known?.get(kid)
  }
  return {
    find(kid) {
      if (known === undefined) return waitForFirst(kid)
      const key = known.get(kid)
      if (key === undefined) {
        const sinceLast = now() - startedAt
        return running !== undefined || sinceLast >= unknownKeyPause || sinceLast < 0
          ? waitForRefresh(kid)
          : undefined
      }
      const age = now() - fetchedAt
      // A clock that went backwards makes the age negative: then the set counts as old, too.
      const isOld = age > refreshAfter || age < 0
      if (!isOld || (running === undefined && isPaused())) return key
      if (age > waitAfter) return waitForRefresh(kid)
      void refresh().catch(() => undefined)
      return key
    },
  }
}

/**
 * Reads a JWKS document and keeps the keys that Cognito could have signed with: RSA of at least 2,048 bits with
 * exponent 65,537, for signatures, RS256. Throws where the document is no key set, two keys share an id, or none is left.
 */
export function parseKeySet(text: string): SigningKey[] {
  const document: unknown = JSON.parse(text)
  const listed = isRecord(document) ? document.keys : undefined
  if (!Array.isArray(listed) || listed.length > 100) throw expected("at most 100 keys")
  const keys = listed
    .filter(isSigningKey)
    .map(({ kid, n, e }): SigningKey => ({ kid, kty: "RSA", n, e, alg: "RS256", use: "sig" }))
  if (keys.length === 0) throw expected("an RSA key for RS256")
  if (new Set(keys.map((key) => key.kid)).size < keys.length) throw expected("key ids to differ")
  return keys
}

/** 2,048 bits are 342 base64url digits, of which the first must not be a zero. */
const modulusShape = /^[B-Za-z0-9_-][A-Za-z0-9_-]{341,1364}$/

function isSigningKey(key: unknown): key is { kid: string; kty: "RSA"; n: string; e: string } {
  if (!isRecord(key) || key.kty !== "RSA" || key.e !== "AQAB") return false
  if (key.use !== undefined && key.use !== "sig") return false
  if (key.alg !== undefined && key.alg !== "RS256") return false
  return isText(key.kid) && isText(key.n) && modulusShape.test(key.n)
}
