/**
 * The Cognito user pool authorizer that REST API brings along.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-enable-cognito-user-pool.html
 */
import type { Exchange } from "./exchange.ts"
import type { IdentitySource } from "./identity-source.ts"
import type { PublishedKeys } from "./published-keys.ts"
import { type Claims, checkToken, scopesOf } from "./token-check.ts"

/** A user pool whose tokens are taken. */
export interface TrustedPool {
  readonly issuer: string
  readonly keys: PublishedKeys
}

/** The claims of a token that was taken, or why it was not. */
export type CognitoAuthorization =
  | { readonly kind: "allow"; readonly claims: Readonly<Record<string, string>> }
  | { readonly kind: "unauthorized"; readonly why: string }

/** Checks the token of one request; rejects never. */
export type CognitoAuthorizer = (
  exchange: Exchange,
  methodScopes: readonly string[],
) => Promise<CognitoAuthorization>

/**
 * Takes ID tokens where the method names no scopes, and where it does, access tokens that have one of them; every
 * refusal is a 401. [D] Any app client of the pools will do. Keeps no answers: [U].
 */
export function createCognitoAuthorizer(
  source: IdentitySource,
  pools: readonly TrustedPool[],
): CognitoAuthorizer {
  return async (exchange, methodScopes) => {
    // With or without the scheme: [L].
    const token = source(exchange)?.replace(/^Bearer +/i, "")
    if (token === undefined) return unauthorized("no token")
    const check = await checkAgainst(pools, token, Math.floor(exchange.timeEpoch / 1000))
    if (!check.valid) return unauthorized(check.because)
    if (!isOfKind(check.claims, methodScopes)) return unauthorized("the token is of the wrong kind")
    return { kind: "allow", claims: renderClaims(check.claims) }
  }
}

async function checkAgainst(pools: readonly TrustedPool[], token: string, now: number) {
  const checks = await Promise.all(pools.map(({ issuer, keys }) => checkToken(token, issuer, keys, now)))
  const [first] = checks
  return checks.find((check) => check.valid) ?? first ?? ({ valid: false, because: "no user pool" } as const)
}

function isOfKind(claims: Claims, methodScopes: readonly string[]): boolean {
  if (methodScopes.length === 0) return claims.token_use === "id"
  return (
    claims.token_use === "access" && (scopesOf(claims) ?? []).some((scope) => methodScopes.includes(scope))
  )
}

/** Every claim as text: lists joined by `,`, and `exp` and `iat` as Java prints a date. [L] */
function renderClaims(claims: Claims): Record<string, string> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, renderClaim(name, value)]))
}

function renderClaim(name: string, value: unknown): string {
  if ((name === "exp" || name === "iat") && typeof value === "number") return javaDate(value)
  if (Array.isArray(value)) return value.map(String).join(",")
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

/** `Fri Jul 10 20:19:05 UTC 2026`. */
function javaDate(seconds: number): string {
  const text = new Date(seconds * 1000).toUTCString()
  return `${text.slice(0, 3)} ${text.slice(8, 11)} ${text.slice(5, 7)} ${text.slice(17, 25)} UTC ${text.slice(12, 16)}`
}

function unauthorized(why: string): CognitoAuthorization {
  return { kind: "unauthorized", why }
}
