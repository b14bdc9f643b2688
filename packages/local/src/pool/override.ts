import * as z from "zod"
import type { GroupConfiguration } from "./claims.ts"
import type { PreTokenGeneration } from "./config.ts"
import { CognitoFailure } from "./failure.ts"
import type { Claims } from "./token.ts"

/** What a trigger wants changed in one token. */
export interface ClaimChanges {
  readonly add: Claims
  readonly suppress: readonly string[]
}

/** What a trigger wants changed, whatever the version of its answer. */
export interface Overrides {
  readonly id: ClaimChanges
  readonly access: ClaimChanges
  readonly scopesToAdd: readonly string[]
  readonly scopesToSuppress: readonly string[]
  /** `undefined` leaves the groups as they are. */
  readonly groups: GroupConfiguration | undefined
}

const NO_CHANGES: ClaimChanges = { add: {}, suppress: [] }

/** What a pool without a trigger changes. */
export const NO_OVERRIDES: Overrides = {
  id: NO_CHANGES,
  access: NO_CHANGES,
  scopesToAdd: [],
  scopesToSuppress: [],
  groups: undefined,
}

const names = z.array(z.string()).nullish()
// Jackson, which reads the answers at AWS, takes any JSON for a value; null is no documented type of a claim.
const anyValue = z.json().refine((value) => value !== null)

const groupDetails = z
  .object({ groupsToOverride: names, iamRolesToOverride: names, preferredRole: z.string().nullish() })
  .nullish()

const changes = <V extends z.ZodType>(value: V) => ({
  claimsToAddOrOverride: z.record(z.string(), value).nullish(),
  claimsToSuppress: names,
})

const firstAnswer = z.object({
  response: z.object({
    claimsOverrideDetails: z.object({ ...changes(z.string()), groupOverrideDetails: groupDetails }).nullish(),
  }),
})

const idDetails = z.object(changes(anyValue)).nullish()
const scopes = z.array(z.string().regex(/^\S+$/)).nullish()
const accessDetails = z
  .object({ ...changes(anyValue), scopesToAdd: scopes, scopesToSuppress: names })
  .nullish()

const laterAnswer = z.object({
  response: z.object({
    claimsAndScopeOverrideDetails: z
      .object({
        idTokenGeneration: idDetails,
        accessTokenGeneration: accessDetails,
        groupOverrideDetails: groupDetails,
      })
      .nullish(),
  }),
})

/**
 * Reads a trigger's answer. Version 1 changes the ID token and the groups, in
 * strings; versions 2 and 3 both tokens, in any JSON. Throws
 * `InvalidLambdaResponseException` for an answer of another shape, or for none.
 */
export function parseOverrides(version: PreTokenGeneration["version"], payload: unknown): Overrides {
  return version === "V1_0" ? parseFirst(payload) : parseLater(payload)
}

function parseFirst(payload: unknown): Overrides {
  const details = parse(firstAnswer, payload).response.claimsOverrideDetails
  if (!details) return NO_OVERRIDES
  return { ...NO_OVERRIDES, id: readChanges(details), groups: readGroups(details) }
}

function parseLater(payload: unknown): Overrides {
  const details = parse(laterAnswer, payload).response.claimsAndScopeOverrideDetails
  if (!details) return NO_OVERRIDES
  return {
    id: readChanges(details.idTokenGeneration),
    access: readChanges(details.accessTokenGeneration),
    scopesToAdd: details.accessTokenGeneration?.scopesToAdd ?? [],
    scopesToSuppress: details.accessTokenGeneration?.scopesToSuppress ?? [],
    groups: readGroups(details),
  }
}

function parse<S extends z.ZodType>(schema: S, payload: unknown): z.output<S> {
  const parsed = schema.safeParse(payload)
  if (parsed.success) return parsed.data
  throw new CognitoFailure("InvalidLambdaResponseException", "Unrecognizable lambda output")
}

type Changes = z.infer<typeof idDetails>

function readChanges(details: Changes): ClaimChanges {
  return { add: details?.claimsToAddOrOverride ?? {}, suppress: details?.claimsToSuppress ?? [] }
}

/** An empty or null `groupOverrideDetails` takes the groups away; only one that is not there keeps them. */
function readGroups(details: {
  groupOverrideDetails?: z.infer<typeof groupDetails>
}): GroupConfiguration | undefined {
  const groups = details.groupOverrideDetails
  if (groups === undefined) return undefined
  return {
    groupsToOverride: groups?.groupsToOverride ?? [],
    iamRolesToOverride: groups?.iamRolesToOverride ?? [],
    preferredRole: groups?.preferredRole ?? null,
  }
}

/**
 * Claims that no trigger changes (Developer Guide, "Claims
 * and scopes reference"); trying to is not an error.
 */
const PROTECTED = new Set(
  [
    "acr amr at_hash aud auth_time azp client_id device_key event_id exp iat identities iss",
    "jti nbf nonce origin_jti scope sub token_use username version",
  ].flatMap((line) => line.split(" ")),
)
const GROUP_CLAIMS = ["cognito:groups", "cognito:roles", "cognito:preferred_role"]
/** Claims of the ID token whose values can't be objects or lists. */
const SIMPLE_CLAIMS = new Set(["phone_number_verified", "email_verified", "updated_at", "address"])

/** A token's claims with a trigger's changes made; what is both set and suppressed is suppressed. */
export function applyChanges(claims: Claims, { add, suppress }: ClaimChanges): Claims {
  const added = Object.entries(add).filter(([name, value]) => maySet(claims, name, value))
  const removed = new Set(suppress.flatMap(removable))
  const all = [...Object.entries(claims), ...added]
  return Object.fromEntries(all.filter(([name]) => !removed.has(name)))
}

function maySet(claims: Claims, name: string, value: unknown): boolean {
  // An access token may be given an audience, but no other than its own client.
  if (name === "aud" && claims.token_use === "access") return value === claims.client_id
  if (claims.token_use === "id" && SIMPLE_CLAIMS.has(name) && typeof value === "object") return false
  return !isProtected(name)
}

function removable(name: string): readonly string[] {
  if (name === "cognito:groups") return GROUP_CLAIMS
  if (name.startsWith("dev:")) return [name]
  return isProtected(name) ? [] : [name]
}

function isProtected(name: string): boolean {
  return PROTECTED.has(name) || name.startsWith("cognito:") || name.startsWith("dev:")
}

/** The scopes of an access token after the trigger. */
export function applyScopes(
  scopes: readonly string[],
  { scopesToAdd, scopesToSuppress }: Overrides,
): readonly string[] {
  return [...new Set([...scopes, ...scopesToAdd])].filter((scope) => !scopesToSuppress.includes(scope))
}
