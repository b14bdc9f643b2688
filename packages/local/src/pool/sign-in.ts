import { createHash, randomBytes, randomUUID } from "node:crypto"
import { isSame } from "./client.ts"
import type { AppClient } from "./config.ts"
import { CognitoFailure, failures } from "./failure.ts"
import { type ClientMetadata, issueUserTokens, type UserTokens } from "./issue.ts"
import { seconds, type UserPool } from "./pool.ts"
import type { SignIn, User } from "./state.ts"

/** The answer to whoever signed in, or refreshed. */
export interface AuthenticationResult extends UserTokens {
  readonly ExpiresIn: number
  readonly RefreshToken?: string
  readonly TokenType: "Bearer"
}

/** A sign-in whose tokens are made, but which the pool does not remember yet. */
export interface OpenedSignIn {
  readonly record: SignIn
  readonly result: AuthenticationResult
}

/** Throws unless a user who gave the right password may sign in. */
export function checkMaySignIn(user: User): void {
  if (!user.enabled) throw failures.disabled()
  if (user.status === "UNCONFIRMED")
    throw new CognitoFailure("UserNotConfirmedException", "User is not confirmed.")
  if (user.status === "RESET_REQUIRED")
    throw new CognitoFailure("PasswordResetRequiredException", "Password reset required for the user")
}

/**
 * Makes the tokens of a new sign-in. Changes nothing in
 * the pool: when the trigger refuses, nothing happened.
 */
export async function openSignIn(
  pool: UserPool,
  user: User,
  client: AppClient,
  source: "TokenGeneration_Authentication" | "TokenGeneration_NewPasswordChallenge",
  clientMetadata: ClientMetadata,
): Promise<OpenedSignIn> {
  const originJti = randomUUID()
  const refreshToken = createRefreshToken(originJti)
  const record: SignIn = {
    originJti,
    username: user.username,
    sub: user.sub,
    clientId: client.id,
    authTime: seconds(pool),
    refreshDigest: digest(refreshToken),
    replaced: [],
    expiresAt: pool.deps.now() + client.refreshTokenValidity * 1000,
    revoked: false,
  }
  const tokens = await issueUserTokens(pool, { user, client, signIn: record }, source, clientMetadata)
  return { record, result: formatResult(client, tokens, refreshToken) }
}

/**
 * Remembers a sign-in, so that it can be refreshed and revoked.
 * Throws if its user was disabled or deleted meanwhile.
 */
export function keepSignIn(pool: UserPool, { record, result }: OpenedSignIn): AuthenticationResult {
  const user = pool.users.get(record.username)
  if (user === undefined || user.sub !== record.sub) throw failures.badCredentials()
  checkMaySignIn(user)
  const now = pool.deps.now()
  for (const [key, { expiresAt }] of pool.signIns) if (expiresAt <= now) pool.signIns.delete(key)
  pool.signIns.set(record.originJti, record)
  return result
}

/**
 * True if a client may refresh at all: by the flow of that name, or because it rotates its refresh tokens.
 */
export function mayRefresh(client: AppClient): boolean {
  return (
    client.refreshTokenRotation !== undefined || client.explicitAuthFlows.includes("ALLOW_REFRESH_TOKEN_AUTH")
  )
}

/**
 * Makes new tokens from a refresh token. Where the client
 * rotates, the answer holds a new refresh token as well.
 */
export async function refreshSignIn(
  pool: UserPool,
  client: AppClient,
  refreshToken: string,
  clientMetadata: ClientMetadata,
): Promise<AuthenticationResult> {
  const { signIn, user } = findRefreshable(pool, client, refreshToken)
  const tokens = await issueUserTokens(
    pool,
    { user, client, signIn },
    "TokenGeneration_RefreshTokens",
    clientMetadata,
  )
  // The trigger took its time: the sign-in may have been
  // revoked, or refreshed by somebody else, while it ran.
  const newest = findRefreshable(pool, client, refreshToken)
  return formatResult(client, tokens, rotate(pool, client, newest.signIn))
}

/**
 * The sign-in and user that a refresh token is good for;
 * throws `NotAuthorizedException` in Cognito's words.
 */
function findRefreshable(
  pool: UserPool,
  client: AppClient,
  refreshToken: string,
): { readonly signIn: SignIn; readonly user: User } {
  const signIn = findSignIn(pool, refreshToken)
  if (signIn === undefined || signIn.clientId !== client.id) throw failures.refreshTokenInvalid()
  if (signIn.revoked) throw failures.notAuthorized("Refresh Token has been revoked")
  const now = pool.deps.now()
  if (signIn.expiresAt <= now) throw failures.notAuthorized("Refresh Token has expired")
  const replaced = signIn.replaced.find((old) => isSame(digest(refreshToken), old.digest))
  if (replaced !== undefined && replaced.until <= now)
    throw new CognitoFailure("RefreshTokenReuseException", "Refresh token has been invalidated by rotation")
  const user = pool.users.get(signIn.username)
  if (user === undefined || user.sub !== signIn.sub) throw failures.refreshTokenInvalid()
  checkMaySignIn(user)
  return { signIn, user }
}

/**
 * The sign-in that a refresh token was made for, even if it is of no use
 * any more. The `origin_jti` in front is no secret (every token shows it),
 * so it finds the sign-in but only the digest of the whole token opens it.
 */
export function findSignIn(pool: UserPool, refreshToken: string): SignIn | undefined {
  const signIn = pool.signIns.get(refreshToken.split(".", 1)[0] ?? "")
  if (signIn === undefined) return undefined
  const given = digest(refreshToken)
  const digests = [signIn.refreshDigest, ...signIn.replaced.map((old) => old.digest)]
  return digests.some((known) => isSame(given, known)) ? signIn : undefined
}

const REPLACED_KEPT = 100

function rotate(pool: UserPool, client: AppClient, signIn: SignIn): string | undefined {
  if (client.refreshTokenRotation === undefined) return undefined
  const refreshToken = createRefreshToken(signIn.originJti)
  const until = pool.deps.now() + client.refreshTokenRotation.graceSeconds * 1000
  pool.signIns.set(signIn.originJti, {
    ...signIn,
    refreshDigest: digest(refreshToken),
    replaced: [...signIn.replaced, { digest: signIn.refreshDigest, until }].slice(-REPLACED_KEPT),
  })
  return refreshToken
}

/** Revokes one sign-in: its refresh token, and its access tokens as far as the pool's own operations go. */
export function revokeSignIn(pool: UserPool, signIn: SignIn): void {
  pool.signIns.set(signIn.originJti, { ...signIn, revoked: true })
}

/**
 * Revokes every sign-in of a user. Who verifies tokens
 * without asking the pool does not notice, as with Cognito.
 */
export function revokeUser(pool: UserPool, username: string): void {
  for (const signIn of pool.signIns.values()) if (signIn.username === username) revokeSignIn(pool, signIn)
}

function formatResult(client: AppClient, tokens: UserTokens, refreshToken?: string): AuthenticationResult {
  return {
    ...tokens,
    ExpiresIn: client.accessTokenValidity,
    ...(refreshToken === undefined ? {} : { RefreshToken: refreshToken }),
    TokenType: "Bearer",
  }
}

/**
 * Opaque to clients: the sign-in that it belongs to, and
 * 32 random bytes of which the pool keeps only a digest.
 */
function createRefreshToken(originJti: string): string {
  return `${originJti}.${randomBytes(32).toString("base64url")}`
}

function digest(refreshToken: string): string {
  return createHash("sha256").update(refreshToken).digest("hex")
}
