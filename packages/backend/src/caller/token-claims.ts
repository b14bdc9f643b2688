/**
 * The claims of a token that a gateway has verified by itself, for the strategy `backend`. It has looked at signature,
 * issuer and expiry, an HTTP API at the client too; neither at what the token is for. So everything that the authorizer
 * demands of a token besides its signature is demanded here again (authorizer/src/token.ts). Sources:
 * docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html,
 * apigateway-enable-cognito-user-pool.html
 */
import type { ReadResult } from "../caller.ts"
import { fieldsOf } from "../event/fields.ts"
import { readEpoch, readRoles, readSeconds, readSubject } from "./identity.ts"
import { parseJavaDate } from "./java-date.ts"

/** Which tokens count. */
export interface TokenRules {
  /** `https://cognito-idp.<region>.amazonaws.com/<pool id>` */
  readonly issuer: string
  /** The app clients whose tokens count; at least one. */
  readonly clientIds: readonly string[]
  /** The one kind of token that carries the claims. */
  readonly tokenUse: "id" | "access"
}

/** Why a token does not count. */
export type NoToken =
  | "no_caller"
  | "wrong_issuer"
  | "wrong_use"
  | "wrong_client"
  | "no_expiry"
  | "not_yet_valid"
  | "lives_too_long"
  | "no_subject"
  | "malformed_claims"

type Claims = Readonly<Record<string, unknown>>

/** HTTP API: `requestContext.authorizer.jwt.claims`, all of them text; `now` in seconds. */
export function readJwtClaims(authorizer: unknown, rules: TokenRules, now: number): ReadResult {
  return readClaims(fieldsOf(fieldsOf(authorizer).jwt).claims, rules, now, readSeconds)
}

/** REST API: `requestContext.authorizer.claims`, all of them text, times as dates; `now` in seconds. */
export function readCognitoClaims(authorizer: unknown, rules: TokenRules, now: number): ReadResult {
  return readClaims(fieldsOf(authorizer).claims, rules, now, parseJavaDate)
}

type ReadTime = (value: unknown) => number | undefined

function readClaims(found: unknown, rules: TokenRules, now: number, readTime: ReadTime): ReadResult {
  if (typeof found !== "object" || found === null) return stranger("no_caller")
  const claims = fieldsOf(found)
  const [exp, iat] = [readTime(claims.exp), readTime(claims.iat)]
  if (claims.iss !== rules.issuer) return stranger("wrong_issuer")
  if (claims.token_use !== rules.tokenUse) return stranger("wrong_use")
  const client = rules.tokenUse === "id" ? claims.aud : claims.client_id
  // A list of clients arrives as one text, which is no client's id.
  if (typeof client !== "string" || !rules.clientIds.includes(client)) return stranger("wrong_client")
  if (exp === undefined || iat === undefined) return stranger("no_expiry")
  if (iat > now + leeway) return stranger("not_yet_valid")
  if (exp - iat > longestLife) return stranger("lives_too_long")
  return readIdentity(claims, exp)
}

const longestLife = 86_400
/** Seconds that the issuer's clock may be ahead of ours. */
const leeway = 60

/** Whose token it is, and what the trigger has written into it; that it has expired is found where that is for all callers. */
function readIdentity(claims: Claims, exp: number): ReadResult {
  const subject = readSubject(subjectOf(claims))
  const roles = readRoles(claims["custom:role"] ?? "guest")
  const epoch = readEpoch(claims["custom:epoch"] ?? "")
  const permissions = claims["custom:permissions"]
  if (subject === undefined) return stranger("no_subject")
  if (roles === undefined || epoch === undefined || !isTextOrAbsent(permissions))
    return stranger("malformed_claims")
  return {
    known: true,
    caller: { subject, roles, epoch, source: "token", exp, grounds: { kind: "claim", permissions } },
  }
}

/** A machine's access token has no user: its `sub` is its client id. Nobody else is called like a machine. */
function subjectOf({ sub, token_use, client_id }: Claims): string | undefined {
  if (typeof sub !== "string" || sub === "" || sub.startsWith("client:")) return undefined
  return token_use === "access" && sub === client_id ? `client:${sub}` : sub
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string"
}

function stranger(because: NoToken): ReadResult {
  return { known: false, because }
}
