/** The keys that an issuer publishes, fetched as API Gateway does: in time, not too big, kept for two hours. [D] */
import { createPublicKey, type KeyObject } from "node:crypto"
import { isJsonObject } from "./json-object.ts"
import type { Limits } from "./limits.ts"

/** A key, or why there is none. */
export type KeyLookup =
  | { readonly found: true; readonly key: KeyObject }
  | { readonly found: false; readonly because: "unknown_key" | "endpoint_failed" }

/** Looks a key up by its id; rejects never. */
export type PublishedKeys = (kid: string) => Promise<KeyLookup>

const keptMilliseconds = 2 * 60 * 60 * 1000

/**
 * Looks keys up by id. [U] An id that is not among the kept keys is not a reason to fetch again: AWS advises a grace
 * period with both keys when they rotate, because the old set may be used for two hours. Failures are not kept.
 */
export function createPublishedKeys(
  uri: string,
  now: () => number,
  limits: Pick<Limits, "keysMilliseconds" | "keysBytes">,
): PublishedKeys {
  let kept: { readonly keys: ReadonlyMap<string, KeyObject>; readonly since: number } | undefined
  let fetching: Promise<ReadonlyMap<string, KeyObject>> | undefined

  async function current(): Promise<ReadonlyMap<string, KeyObject>> {
    if (kept !== undefined && isFresh(kept.since, now())) return kept.keys
    fetching ??= fetchKeys(uri, limits).finally(() => {
      fetching = undefined
    })
    const keys = await fetching
    kept = { keys, since: now() }
    return keys
  }

  return async (kid) => {
    try {
      const key = (await current()).get(kid)
      return key === undefined ? { found: false, because: "unknown_key" } : { found: true, key }
    } catch {
      return { found: false, because: "endpoint_failed" }
    }
  }
}

function isFresh(since: number, time: number): boolean {
  return time >= since && time - since < keptMilliseconds
}

async function fetchKeys(
  uri: string,
  limits: Pick<Limits, "keysMilliseconds" | "keysBytes">,
): Promise<ReadonlyMap<string, KeyObject>> {
  const response = await fetch(uri, { signal: AbortSignal.timeout(limits.keysMilliseconds) })
  const text = await response.text()
  if (!response.ok || Buffer.byteLength(text) > limits.keysBytes)
    throw new Error("keys: expected a small answer")
  const published: unknown = JSON.parse(text)
  if (!isJsonObject(published) || !Array.isArray(published.keys)) throw new Error("keys: expected a list")
  return new Map(published.keys.flatMap(readKey))
}

/** One entry per usable RSA key; others are passed over, as a set may hold what this gateway has no use for. */
function readKey(jwk: unknown): [string, KeyObject][] {
  if (!isJsonObject(jwk) || typeof jwk.kid !== "string" || jwk.kty !== "RSA") return []
  try {
    return [[jwk.kid, createPublicKey({ key: jwk, format: "jwk" })]]
  } catch {
    return []
  }
}
