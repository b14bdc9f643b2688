/** Whose tokens an authorizer accepts. Wrong or missing configuration is a crash at load, never a default. */
import { ClaimgateError } from "@claimgate/core"
import { isRecord } from "./json.ts"

export interface TokenConfig {
  /** `https://cognito-idp.<region>.amazonaws.com/<pool id>` */
  readonly issuer: string
  /** The app clients whose tokens count; at least one. */
  readonly clientIds: readonly string[]
  /** The one kind of token that carries the claims: `id` with trigger V1_0, `access` with V2_0 and V3_0. */
  readonly tokenUse: "id" | "access"
  readonly jwksUri: string
}

const issuerShape =
  /^https:\/\/cognito-idp\.([a-z]{2}-(?:gov-)?[a-z]+-\d)\.amazonaws\.com\/(\1_[A-Za-z0-9]+)$/

/** Checks a binding. Throws `malformed_configuration`, naming the field. */
export function parseTokenConfig(binding: unknown): TokenConfig {
  if (!isRecord(binding)) throw bad("expected an object")
  const { issuer, clientIds, tokenUse, jwksUri } = binding
  if (typeof issuer !== "string" || !issuerShape.test(issuer))
    throw bad("issuer: expected `https://cognito-idp.<region>.amazonaws.com/<pool id>`")
  if (!Array.isArray(clientIds) || clientIds.length === 0 || !clientIds.every(isClientId))
    throw bad("clientIds: expected a list of at least one app client id")
  if (tokenUse !== "id" && tokenUse !== "access") throw bad("tokenUse: expected `id` or `access`")
  return { issuer, clientIds, tokenUse, jwksUri: parseJwksUri(jwksUri ?? `${issuer}/.well-known/jwks.json`) }
}

function isClientId(id: unknown): id is string {
  return typeof id === "string" && /^[\w+]{1,128}$/.test(id)
}

/** Keys decide who is let in. */
function parseJwksUri(uri: unknown): string {
  const address = trustedAddress(uri)
  if (address === undefined) throw bad("jwksUri: expected an https address, or http on loopback")
  return address
}

/** An address whose answers may decide something: over HTTPS, or of this very machine. Undefined for any other. */
export function trustedAddress(uri: unknown): string | undefined {
  const url = typeof uri === "string" && URL.canParse(uri) ? new URL(uri) : undefined
  if (url?.protocol === "https:") return url.href
  return url?.protocol === "http:" && isLoopback(url.hostname) ? url.href : undefined
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}

function bad(message: string): ClaimgateError {
  return new ClaimgateError("malformed_configuration", `Tokens: ${message}`)
}
