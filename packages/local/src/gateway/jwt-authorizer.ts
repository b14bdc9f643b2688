/**
 * The JWT authorizer that HTTP API brings along.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
import type { AuthorizerContextV2 } from "./event-v2.ts"
import type { Exchange } from "./exchange.ts"
import type { IdentitySource } from "./identity-source.ts"
import type { PublishedKeys } from "./published-keys.ts"
import { type Claims, checkToken, scopesOf } from "./token-check.ts"

/** Whose tokens are taken, for whom, and where they are found. */
export interface JwtAuthorizerConfig {
  readonly issuer: string
  readonly audiences: readonly string[]
  readonly identitySource: IdentitySource
}

/** The context for the integration, or the refusal. */
export type JwtAuthorization =
  | { readonly kind: "allow"; readonly context: AuthorizerContextV2 }
  | {
      readonly kind: "unauthorized" | "forbidden"
      /** For `www-authenticate`. */
      readonly challenge: string
      readonly why: string
    }

/** Checks the token of one request; rejects never. */
export type JwtAuthorizer = (exchange: Exchange, routeScopes: readonly string[]) => Promise<JwtAuthorization>

/** Checks the token of a request against an issuer's keys, the audiences and the route's scopes; keeps no answers. */
export function createJwtAuthorizer(config: JwtAuthorizerConfig, keys: PublishedKeys): JwtAuthorizer {
  return async (exchange, routeScopes) => {
    const token = config.identitySource(exchange)?.replace(/^Bearer +/i, "")
    if (token === undefined) return { kind: "unauthorized", challenge: "Bearer", why: "no token" }
    const check = await checkToken(token, config.issuer, keys, Math.floor(exchange.timeEpoch / 1000))
    if (!check.valid) return unauthorized(check.because)
    if (!hasAudience(check.claims, config.audiences))
      return unauthorized("the token does not have a valid audience")
    return withScopes(check.claims, routeScopes)
  }
}

/** `client_id` counts only where there is no `aud`. [D] */
function hasAudience({ aud, client_id }: Claims, audiences: readonly string[]): boolean {
  const named = aud === undefined ? [client_id] : [aud].flat()
  return named.some((audience) => typeof audience === "string" && audiences.includes(audience))
}

/**
 * A route with scopes asks for one of them [D] and shows its integration all that the token has; without scopes it
 * shows null, whatever the token has. [L]
 */
function withScopes(claims: Claims, routeScopes: readonly string[]): JwtAuthorization {
  const scopes = routeScopes.length === 0 ? null : (scopesOf(claims) ?? [])
  if (scopes !== null && !scopes.some((scope) => routeScopes.includes(scope)))
    return {
      kind: "forbidden",
      challenge: `Bearer scope="${routeScopes.join(" ")}" error="insufficient_scope"`,
      why: "the token has none of the route's scopes",
    }
  return { kind: "allow", context: { jwt: { claims: renderClaims(claims), scopes } } }
}

/** Every claim as text: lists as `[a b]`, objects as JSON, null left out. [L] */
function renderClaims(claims: Claims): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, renderClaim(value)]),
  )
}

function renderClaim(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(renderClaim).join(" ")}]`
  return typeof value === "string" ? value : JSON.stringify(value)
}

/** The header as AWS documents it, with spaces between its parts. [D] */
function unauthorized(because: string): JwtAuthorization {
  return {
    kind: "unauthorized",
    challenge: `Bearer scope="" error="invalid_token" error_description="${because}"`,
    why: because,
  }
}
