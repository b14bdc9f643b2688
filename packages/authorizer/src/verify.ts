/** From an Authorization header to a verified token: the one place that knows JWT. */
import { createPublicKey, type KeyObject } from "node:crypto"
import {
  JwtExpiredError,
  JwtInvalidIssuerError,
  JwtInvalidSignatureError,
  JwtNotBeforeError,
} from "aws-jwt-verify/error"
import { verifyJwtSync } from "aws-jwt-verify/jwt-verifier"
import type { TokenConfig } from "./config.ts"
import { createKeySet, type SigningKey } from "./key-set.ts"
import { type BadToken, checkClaims, parseBearer, readHeader } from "./token.ts"

/** What the authorizer needs of a verified token. */
export interface VerifiedToken {
  /** A Cognito `sub`, or `client:<client id>` for a machine. */
  readonly subject: string
  /** When it was issued and when it expires, in seconds since 1970. */
  readonly iat: number
  readonly exp: number
  readonly role: string | undefined
  readonly permissions: string | undefined
  readonly epoch: string | undefined
}

export type Verified =
  | { readonly ok: true; readonly token: VerifiedToken }
  | { readonly ok: false; readonly because: BadToken }

export interface VerifyDeps {
  /** Fetches the JWKS document's text. */
  readonly fetchKeys: (uri: string) => Promise<string>
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Verifies an Authorization header. Rejects with `dependency_failed` only while no signing key is known at all. */
export type Verify = (authorization: string | undefined) => Promise<Verified>

const mostRemembered = 1000
/** Tokens are found by the end of their signature, which is quick to hash, and then compared whole. */
const tail = -64

/**
 * Makes a verifier for one issuer. Verified tokens are remembered whole, never past `exp`, and no longer than the set of
 * keys that they were verified with: five minutes.
 */
export function createVerify(config: TokenConfig, { fetchKeys, now }: VerifyDeps): Verify {
  const seen = new Map<
    string,
    { readonly text: string; readonly token: VerifiedToken; readonly key: SigningKey }
  >()
  const keyObjects = new Map<string, KeyObject>()
  const keys = createKeySet({
    fetch: () => fetchKeys(config.jwksUri),
    now,
    replaced() {
      keyObjects.clear()
      // A token of a key that is gone must be looked at again.
      seen.clear()
    },
  })
  const keyObjectOf = (key: SigningKey): KeyObject => {
    const known = keyObjects.get(key.kid) ?? createPublicKey({ key: { ...key }, format: "jwk" })
    keyObjects.set(key.kid, known)
    return known
  }
  const recall = (token: string): VerifiedToken | undefined => {
    const known = seen.get(token.slice(tail))
    // Asking for the key also has the set fetched again when it is old.
    if (known?.text === token && known.token.exp > now() / 1000 && keys.find(known.key.kid) === known.key)
      return known.token
    return undefined
  }
  const remember = (token: string, verified: VerifiedToken, key: SigningKey) => {
    // Bounded: the oldest makes room.
    if (seen.size >= mostRemembered) seen.delete(seen.keys().next().value ?? "")
    seen.set(token.slice(tail), { text: token, token: verified, key })
  }
  return async (authorization) => {
    const bearer = parseBearer(authorization)
    if ("because" in bearer) return { ok: false, because: bearer.because }
    const known = recall(bearer.token)
    if (known !== undefined) return { ok: true, token: known }
    const header = readHeader(bearer.token)
    if ("because" in header) return { ok: false, because: header.because }
    const found = keys.find(header.kid)
    const key = found instanceof Promise ? await found : found
    if (key === undefined) return { ok: false, because: "unknown_key" }
    const verified = check(config, bearer.token, key, keyObjectOf(key), now() / 1000)
    if (verified.ok) remember(bearer.token, verified.token, key)
    return verified
  }
}

function check(
  config: TokenConfig,
  token: string,
  key: SigningKey,
  keyObject: KeyObject,
  now: number,
): Verified {
  // The audience is `client_id` in an access token and `aud` in an ID token: checkClaims knows which.
  const options = { issuer: config.issuer, audience: null }
  let payload: Readonly<Record<string, unknown>>
  try {
    payload = { ...verifyJwtSync(token, { ...key }, options, () => keyObject) }
  } catch (refusal) {
    return { ok: false, because: reasonOf(refusal) }
  }
  const because = checkClaims(config, payload, now)
  return because === undefined ? { ok: true, token: readToken(payload) } : { ok: false, because }
}

function readToken(payload: Readonly<Record<string, unknown>>): VerifiedToken {
  const text = (name: string) => (typeof payload[name] === "string" ? payload[name] : undefined)
  const sub = text("sub") ?? ""
  // A machine's access token has no user: its `sub` is its client id.
  const isMachine = payload.token_use === "access" && sub === payload.client_id
  return {
    subject: isMachine ? `client:${sub}` : sub,
    // Integers: checkClaims saw to that.
    iat: payload.iat as number,
    exp: payload.exp as number,
    role: text("custom:role"),
    permissions: text("custom:permissions"),
    epoch: text("custom:epoch"),
  }
}

/** aws-jwt-verify throws one class per reason; whatever else it throws on is a token that it cannot read. */
function reasonOf(refusal: unknown): BadToken {
  if (refusal instanceof JwtInvalidSignatureError) return "bad_signature"
  if (refusal instanceof JwtExpiredError) return "expired"
  if (refusal instanceof JwtNotBeforeError) return "not_yet_valid"
  if (refusal instanceof JwtInvalidIssuerError) return "wrong_issuer"
  return "malformed"
}
