import { randomUUID } from "node:crypto"
import type { Attributes } from "./attribute.ts"
import {
  accessClaims,
  groupsOf,
  idClaims,
  machineClaims,
  SELF_SERVICE_SCOPE,
  type TokenOwner,
} from "./claims.ts"
import type { AppClient } from "./config.ts"
import { applyChanges, applyScopes, NO_OVERRIDES, type Overrides, parseOverrides } from "./override.ts"
import type { UserPool } from "./pool.ts"
import type { User } from "./state.ts"
import { signToken } from "./token.ts"
import { buildEvent, invokeTrigger, type TriggerRequest, type TriggerSource } from "./trigger.ts"

/** Key-value pairs that a client passes through to the trigger. */
export type ClientMetadata = Readonly<Record<string, string>> | undefined

/** A user's two tokens, as answers name them. */
export interface UserTokens {
  readonly AccessToken: string
  readonly IdToken: string
}

/**
 * Makes a user's ID and access token, after the trigger had
 * its say. Throws what a client sees of a failed trigger.
 */
export async function issueUserTokens(
  pool: UserPool,
  owner: Omit<TokenOwner, "eventId">,
  source: Exclude<TriggerSource, "TokenGeneration_ClientCredentials">,
  clientMetadata: ClientMetadata,
): Promise<UserTokens> {
  const { user, client } = owner
  const held = groupsOf(pool, user)
  const scopes = [SELF_SERVICE_SCOPE]
  const overrides = await askTrigger(pool, {
    source,
    userName: user.username,
    clientId: client.id,
    userAttributes: eventAttributes(pool, user),
    groups: held,
    scopes,
    clientMetadata,
  })
  const groups = overrides.groups ?? held
  const full = { ...owner, eventId: randomUUID() }
  const granted = applyScopes(scopes, overrides)
  return {
    AccessToken: signToken(
      pool,
      "access",
      applyChanges(accessClaims(pool, full, groups, granted), overrides.access),
    ),
    IdToken: signToken(pool, "id", applyChanges(idClaims(pool, full, groups), overrides.id)),
  }
}

/**
 * Makes a machine's access token. Only a version 3 trigger
 * is asked about it (Developer Guide, trigger sources).
 */
export async function issueMachineToken(
  pool: UserPool,
  client: AppClient,
  scopes: readonly string[],
  clientMetadata: ClientMetadata,
): Promise<string> {
  const asks = pool.config.preTokenGeneration?.version === "V3_0"
  const request: TriggerRequest = {
    source: "TokenGeneration_ClientCredentials",
    // What Cognito writes here is not documented; the id is the only name that a machine has.
    userName: client.id,
    clientId: client.id,
    userAttributes: {},
    groups: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
    scopes,
    clientMetadata,
  }
  const overrides = asks ? await askTrigger(pool, request) : NO_OVERRIDES
  const claims = machineClaims(pool, client, applyScopes(scopes, overrides))
  return signToken(pool, "access", applyChanges(claims, overrides.access))
}

async function askTrigger(pool: UserPool, request: TriggerRequest): Promise<Overrides> {
  const trigger = pool.config.preTokenGeneration
  if (trigger === undefined) return NO_OVERRIDES
  return parseOverrides(
    trigger.version,
    await invokeTrigger(trigger, buildEvent(pool.config, trigger, request)),
  )
}

/** All of a user's attributes, whatever the client may read, and Cognito's own notes on the account. */
function eventAttributes(pool: UserPool, user: User): Attributes {
  const { email, email_verified } = user.attributes
  const byEmail = pool.config.usernameAttributes?.includes("email")
  const hasAlias = pool.config.aliasAttributes?.includes("email") && email_verified === "true"
  return {
    sub: user.sub,
    ...(email !== undefined && (byEmail || hasAlias) ? { "cognito:email_alias": email } : {}),
    "cognito:user_status": user.status,
    ...user.attributes,
  }
}
