/**
 * A token as API Gateway itself checks it, for the JWT authorizer of HTTP API and the Cognito authorizer of REST API.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 *
 * It looks at less than the handlers do, on purpose: it is the gateway's check that is imitated here, not ours.
 */
import { verify } from "node:crypto"
import { isJsonObject, type JsonObject } from "./json-object.ts"
import type { PublishedKeys } from "./published-keys.ts"

/** The payload of a token. */
export type Claims = JsonObject

/** `because` is what HTTP API puts into `error_description`; [U] in its wording but for the audience. */
export type TokenCheck =
  | { readonly valid: true; readonly claims: Claims }
  | { readonly valid: false; readonly because: string }

/** [D]: only algorithms on RSA keys are supported. */
const digests: ReadonlyMap<unknown, string> = new Map([
  ["RS256", "sha256"],
  ["RS384", "sha384"],
  ["RS512", "sha512"],
])

/** Checks form, algorithm, key, signature, issuer and times (seconds); audience and scopes are the caller's. */
export async function checkToken(
  token: string,
  issuer: string,
  keys: PublishedKeys,
  now: number,
): Promise<TokenCheck> {
  const parts = decodeToken(token)
  if (parts === undefined) return invalid("the token is malformed")
  const { header, claims, signed, signature } = parts
  const digest = digests.get(header.alg)
  if (digest === undefined) return invalid("the token's signing method is not supported")
  if (typeof header.kid !== "string") return invalid("the token does not name a key")
  const lookup = await keys(header.kid)
  if (!lookup.found)
    return invalid(
      lookup.because === "unknown_key"
        ? "the token's key is not known"
        : "the issuer's keys could not be read",
    )
  if (!verify(digest, signed, lookup.key, signature)) return invalid("the token's signature is not valid")
  if (claims.iss !== issuer) return invalid("the token does not have a valid issuer")
  return checkTimes(claims, now)
}

/**
 * `exp` must lie ahead, `nbf` and `iat` must not. [D] A claim that is missing is passed over: [U], the reading that
 * lets most through, so that the handlers are seen to check for themselves.
 */
function checkTimes(claims: Claims, now: number): TokenCheck {
  for (const name of ["exp", "nbf", "iat"])
    if (claims[name] !== undefined && !Number.isFinite(claims[name]))
      return invalid(`the token's ${name} is not a number`)
  if (claims.exp !== undefined && now >= Number(claims.exp)) return invalid("the token has expired")
  if (claims.nbf !== undefined && now < Number(claims.nbf)) return invalid("the token is not valid yet")
  if (claims.iat !== undefined && now < Number(claims.iat))
    return invalid("the token was issued in the future")
  return { valid: true, claims }
}

interface TokenParts {
  readonly header: Claims
  readonly claims: Claims
  readonly signed: Buffer
  readonly signature: Buffer
}

function decodeToken(token: string): TokenParts | undefined {
  const [head, body, tail, ...more] = token.split(".")
  if (head === undefined || body === undefined || tail === undefined || more.length > 0) return undefined
  const header = decodeJson(head)
  const claims = decodeJson(body)
  const signature = decodeBytes(tail)
  if (header === undefined || claims === undefined || signature === undefined) return undefined
  return { header, claims, signed: Buffer.from(`${head}.${body}`), signature }
}

function decodeJson(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(decodeBytes(part)?.toString("utf8") ?? "")
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function decodeBytes(part: string): Buffer | undefined {
  return /^[A-Za-z0-9_-]*$/.test(part) ? Buffer.from(part, "base64url") : undefined
}

/** The scopes of a token: `scp` before `scope`, each a list or text with spaces; undefined where it has neither. [L] */
export function scopesOf(claims: Claims): string[] | undefined {
  for (const value of [claims.scp, claims.scope]) {
    if (Array.isArray(value)) return value.map(String)
    if (typeof value === "string") return value.split(" ").filter((scope) => scope !== "")
  }
  return undefined
}

function invalid(because: string): TokenCheck {
  return { valid: false, because }
}
