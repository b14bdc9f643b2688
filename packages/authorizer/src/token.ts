/**
 * What Claimgate demands of a token besides what aws-jwt-verify checks: sizes and spellings before the signature,
 * use, client, times and subject behind it.
 */
import type { TokenConfig } from "./config.ts"
import { isRecord, isText } from "./json.ts"

/** Why a token is not accepted. The client is told none of it; the decision log is. */
export type BadToken =
  | "no_token"
  | "bad_scheme"
  | "too_long"
  | "malformed"
  | "bad_header"
  | "unknown_key"
  | "bad_signature"
  | "wrong_issuer"
  | "wrong_client"
  | "wrong_use"
  | "expired"
  | "not_yet_valid"
  | "no_expiry"
  | "lives_too_long"
  | "no_subject"

const longestToken = 8192
const longestLife = 86_400
/** Seconds that the issuer's clock may be ahead of ours. */
const leeway = 60

/** Takes the token out of an Authorization header: `Bearer`, in any case, one space, one token. */
export function parseBearer(
  header: string | undefined,
): { readonly token: string } | { readonly because: BadToken } {
  if (header === undefined || header === "") return { because: "no_token" }
  if (header.length > longestToken + 7) return { because: "too_long" }
  if (header.slice(0, 7).toLowerCase() !== "bearer ") return { because: "bad_scheme" }
  return { token: header.slice(7) }
}

/** The header's key id, where the token is three canonical base64url parts and the header asks for plain RS256. */
export function readHeader(token: string): { readonly kid: string } | { readonly because: BadToken } {
  if (token.length > longestToken) return { because: "too_long" }
  const parts = token.split(".")
  if (parts.length !== 3 || !parts.every(isCanonicalBase64Url)) return { because: "malformed" }
  const header = parseObject(parts[0] ?? "")
  if (header === undefined) return { because: "malformed" }
  // An extension marked as critical must be understood, and none is (RFC 7515 §4.1.11).
  if (header.alg !== "RS256" || "crit" in header || "b64" in header) return { because: "bad_header" }
  return isText(header.kid) ? { kid: header.kid } : { because: "bad_header" }
}

/**
 * What must be in a payload whose signature, issuer, `exp` and `nbf` were checked: the token use, one of the clients,
 * times and a subject. `now` in seconds. Undefined where all is well.
 */
export function checkClaims(
  { tokenUse, clientIds }: Pick<TokenConfig, "tokenUse" | "clientIds">,
  payload: Readonly<Record<string, unknown>>,
  now: number,
): BadToken | undefined {
  if (payload.token_use !== tokenUse) return "wrong_use"
  const client = tokenUse === "id" ? payload.aud : payload.client_id
  if (typeof client !== "string" || !clientIds.includes(client)) return "wrong_client"
  if (!isText(payload.sub) || !subjectShape.test(payload.sub)) return "no_subject"
  return checkTimes(payload, now)
}

/** What the store can hold of people and machines; `client:` is what machines are called by, and no person is. */
const subjectShape = /^(?!client:)[\w:+.@-]{1,128}$/

function checkTimes({ exp, iat }: Readonly<Record<string, unknown>>, now: number): BadToken | undefined {
  if (!Number.isSafeInteger(exp) || !Number.isSafeInteger(iat)) return "no_expiry"
  // Both are integers: the line above saw to that.
  const [expires, issued] = [exp as number, iat as number]
  if (expires <= now) return "expired"
  if (issued > now + leeway) return "not_yet_valid"
  return expires - issued > longestLife ? "lives_too_long" : undefined
}

/** Unpadded, of the alphabet, and with the unused bits of the last digit zero: one text per content (RFC 4648 §3.5). */
function isCanonicalBase64Url(part: string): boolean {
  if (!/^[A-Za-z0-9_-]+$/.test(part)) return false
  const rest = part.length % 4
  if (rest === 1) return false
  return rest === 0 || (rest === 2 ? /[AQgw]$/ : /[AEIMQUYcgkosw048]$/).test(part)
}

function parseObject(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"))
    return isRecord(value) && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
