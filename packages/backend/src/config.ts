/** What the function is told at load. Wrong or missing configuration is a crash there, never a default. */
import { type ClaimForm, ClaimgateError, quote } from "@claimgate/core"
import type { TokenRules } from "./caller/token-claims.ts"
import { fieldsOf } from "./event/fields.ts"
import type { FrontDoor } from "./front-door.ts"

export interface Configuration {
  readonly door: FrontDoor
  /** Where copies of holdings are kept for routes with `within`: this process alone, or a Redis that all share. */
  readonly cache: "memory" | "redis"
}

/** The variables that are read, by name. `REDIS_URL` is read by whoever connects. */
export type Environment = Readonly<
  Partial<Record<"AUTH_STRATEGY" | "API_GATEWAY" | "PERMISSION_CACHE" | "CLAIM_FORM", string | undefined>>
>

/**
 * Checks the environment, and the `Tokens` binding where the strategy needs it. Throws `malformed_configuration`,
 * naming what is wrong and what was expected.
 */
export function parseConfig(environment: Environment, readTokens: () => unknown): Configuration {
  return {
    door: parseDoor(environment, readTokens),
    cache: oneOf("PERMISSION_CACHE", environment.PERMISSION_CACHE, ["memory", "redis"]),
  }
}

/** How the trigger writes claims, which limits what may be granted: `packed` unless it says otherwise. */
export function parseClaimForm({ CLAIM_FORM = "packed" }: Environment): ClaimForm {
  return oneOf("CLAIM_FORM", CLAIM_FORM, ["packed", "plain"])
}

/** The id of the user pool whose sessions this backend may end. Throws `malformed_configuration`. */
export function parseSessions(binding: unknown): string {
  const { id } = fieldsOf(binding)
  if (typeof id === "string" && /^[\w-]+_[A-Za-z0-9]+$/.test(id)) return id
  throw bad("Sessions: id: expected the id of a Cognito user pool")
}

function parseDoor(environment: Environment, readTokens: () => unknown): FrontDoor {
  const { AUTH_STRATEGY, API_GATEWAY } = environment
  const strategy = oneOf("AUTH_STRATEGY", AUTH_STRATEGY, ["hybrid", "claims", "cached", "backend"])
  const name = `API_GATEWAY of strategy \`${strategy}\``
  switch (strategy) {
    case "hybrid":
      return { strategy, gateway: oneOf(name, API_GATEWAY, ["http-api"]) }
    case "cached":
      return { strategy, gateway: oneOf(name, API_GATEWAY, ["rest-api"]) }
    case "claims":
      return { strategy, gateway: oneOf(name, API_GATEWAY, ["http-api", "rest-api"]) }
    case "backend": {
      const gateway = oneOf(name, API_GATEWAY, ["http-api", "rest-api"])
      return { strategy, gateway, tokens: parseTokenRules(readTokens()) }
    }
  }
}

function oneOf<const Word extends string>(
  name: string,
  text: string | undefined,
  words: readonly Word[],
): Word {
  const word = words.find((one) => one === text)
  if (word !== undefined) return word
  const got = text === undefined ? "nothing" : quote(text)
  throw bad(`${name}: expected ${words.map((one) => `\`${one}\``).join(" or ")}, got ${got}`)
}

/** The part of the binding that says which verified tokens count. */
function parseTokenRules(binding: unknown): TokenRules {
  const { issuer, clientIds, tokenUse } = fieldsOf(binding)
  if (typeof issuer !== "string" || !issuerShape.test(issuer))
    throw bad("Tokens: issuer: expected `https://cognito-idp.<region>.amazonaws.com/<pool id>`")
  if (!Array.isArray(clientIds) || clientIds.length === 0 || !clientIds.every(isClientId))
    throw bad("Tokens: clientIds: expected a list of at least one app client id")
  if (tokenUse !== "id" && tokenUse !== "access") throw bad("Tokens: tokenUse: expected `id` or `access`")
  return { issuer, clientIds, tokenUse }
}

const issuerShape =
  /^https:\/\/cognito-idp\.([a-z]{2}-(?:gov-)?[a-z]+-\d)\.amazonaws\.com\/(\1_[A-Za-z0-9]+)$/

function isClientId(id: unknown): id is string {
  return typeof id === "string" && /^[\w+]{1,128}$/.test(id)
}

function bad(message: string): ClaimgateError {
  return new ClaimgateError("malformed_configuration", message)
}
