import { randomUUID } from "node:crypto"
import { mayRead } from "./attribute.ts"
import type { AppClient } from "./config.ts"
import { seconds, type UserPool } from "./pool.ts"
import type { Group, SignIn, User } from "./state.ts"
import type { Claims } from "./token.ts"

/** A user's groups and the roles that come with them, in the words of the trigger's event. */
export interface GroupConfiguration {
  readonly groupsToOverride: readonly string[]
  readonly iamRolesToOverride: readonly string[]
  readonly preferredRole: string | null
}

/** The one scope of an access token that the API (and not the hosted pages) issues. */
export const SELF_SERVICE_SCOPE = "aws.cognito.signin.user.admin"

/** For whom a pair of tokens is, and within which sign-in. */
export interface TokenOwner {
  readonly user: User
  readonly client: AppClient
  readonly signIn: Pick<SignIn, "originJti" | "authTime">
  /** Shared by the two tokens of one request. */
  readonly eventId: string
}

/**
 * The claims of an ID token before the trigger: the user's attributes that the client may read, `custom:*`
 * among them, then Cognito's own (Developer Guide, "Understanding the identity (ID) token").
 */
export function idClaims(pool: UserPool, owner: TokenOwner, groups: GroupConfiguration): Claims {
  const { user, client } = owner
  const readable = Object.entries(user.attributes).filter(([name]) => mayRead(client, name))
  const attributes = Object.fromEntries(readable.map(([name, value]) => [name, claimOf(name, value)]))
  return {
    ...attributes,
    ...groupClaims(groups),
    ...(groups.iamRolesToOverride.length > 0 ? { "cognito:roles": groups.iamRolesToOverride } : {}),
    ...(groups.preferredRole !== null ? { "cognito:preferred_role": groups.preferredRole } : {}),
    ...sharedClaims(pool, owner, client.idTokenValidity),
    "cognito:username": user.username,
    aud: client.id,
    token_use: "id",
  }
}

/**
 * The claims of a user's access token before the trigger. Tokens of the API carry `event_id` and no
 * `version`, those of the hosted pages and of machines the other way round: so captured tokens show; the
 * documentation shows hosted ones.
 */
export function accessClaims(
  pool: UserPool,
  owner: TokenOwner,
  groups: GroupConfiguration,
  scopes: readonly string[],
): Claims {
  return {
    ...groupClaims(groups),
    ...sharedClaims(pool, owner, owner.client.accessTokenValidity),
    client_id: owner.client.id,
    token_use: "access",
    ...scopeClaim(scopes),
    username: owner.user.username,
  }
}

/**
 * The claims of a machine's access token before the trigger: `sub` is the client, and there is no username.
 */
export function machineClaims(pool: UserPool, client: AppClient, scopes: readonly string[]): Claims {
  const now = seconds(pool)
  return {
    sub: client.id,
    token_use: "access",
    ...scopeClaim(scopes),
    auth_time: now,
    iss: pool.config.issuer,
    exp: now + client.accessTokenValidity,
    iat: now,
    version: 2,
    jti: randomUUID(),
    client_id: client.id,
  }
}

/** A user's groups, the one with the lowest precedence first, those without any last. */
export function groupsOf(pool: UserPool, user: User): GroupConfiguration {
  const rank = ({ precedence }: Group) => precedence ?? Number.POSITIVE_INFINITY
  const groups = user.groups
    .flatMap((name) => pool.groups.get(name) ?? [])
    .sort((a, b) => (rank(a) === rank(b) ? a.ordinal - b.ordinal : rank(a) - rank(b)))
  const roles = groups.flatMap(({ roleArn }) => roleArn ?? [])
  return {
    groupsToOverride: groups.map(({ name }) => name),
    iamRolesToOverride: [...new Set(roles)],
    preferredRole: roles[0] ?? null,
  }
}

function sharedClaims(pool: UserPool, { user, signIn, eventId }: TokenOwner, validity: number): Claims {
  const now = seconds(pool)
  return {
    sub: user.sub,
    iss: pool.config.issuer,
    origin_jti: signIn.originJti,
    event_id: eventId,
    auth_time: signIn.authTime,
    exp: now + validity,
    iat: now,
    jti: randomUUID(),
  }
}

function groupClaims({ groupsToOverride }: GroupConfiguration): Claims {
  return groupsToOverride.length > 0 ? { "cognito:groups": groupsToOverride } : {}
}

function scopeClaim(scopes: readonly string[]): Claims {
  return scopes.length > 0 ? { scope: scopes.join(" ") } : {}
}

/**
 * An attribute is a string, also where its claim is not
 * (OpenID Connect Core 5.1): the marks and the address.
 */
function claimOf(name: string, value: string): unknown {
  if (name === "email_verified" || name === "phone_number_verified") return value === "true"
  if (name === "address") return { formatted: value }
  return value
}
