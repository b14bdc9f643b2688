import { type Attributes, checkMutable, checkRequired, checkSchema, checkWritable } from "./attribute.ts"
import { requireParameter } from "./auth-flow.ts"
import { type Challenge, closeChallenge, findChallenge } from "./challenge.ts"
import { checkSecretHash, requireClient } from "./client.ts"
import { type AppClient, poolNameOf } from "./config.ts"
import { failures } from "./failure.ts"
import { field } from "./field.ts"
import type { ClientMetadata } from "./issue.ts"
import { administrator, anyone } from "./operation.ts"
import { checkPolicy } from "./password.ts"
import { passwordAccepted } from "./password-accepted.ts"
import type { UserPool } from "./pool.ts"
import { checkMaySignIn, keepSignIn, openSignIn } from "./sign-in.ts"
import { checkClaim, sessionKey } from "./srp.ts"
import type { User } from "./state.ts"
import { findUser, keepPassword, updateUser } from "./user.ts"

const answer = {
  ChallengeName: field.challengeName,
  ChallengeResponses: field.stringMap.optional(),
  Session: field.session.optional(),
  ClientMetadata: field.stringMap.optional(),
}

/** Answers a challenge of a sign-in on behalf of the user's own device. */
export const respondToAuthChallenge = anyone(answer, (pool, input, client) =>
  respond({ pool, client, ...input }),
)

/** Does the same on behalf of a server that holds AWS credentials. */
export const adminRespondToAuthChallenge = administrator(
  { ...answer, ClientId: field.clientId },
  (pool, input) => respond({ pool, client: requireClient(pool, input.ClientId), ...input }),
)

interface Answer {
  readonly pool: UserPool
  readonly client: AppClient
  readonly ChallengeName: string
  readonly ChallengeResponses?: Readonly<Record<string, string>> | undefined
  readonly Session?: string | undefined
  readonly ClientMetadata?: ClientMetadata
}

function respond(input: Answer): Promise<object> {
  if (input.ChallengeName === "PASSWORD_VERIFIER") return provePassword(input)
  if (input.ChallengeName === "NEW_PASSWORD_REQUIRED") return replacePassword(input)
  throw failures.invalidParameter("Challenge response method not supported.")
}

async function provePassword({
  pool,
  client,
  ChallengeResponses = {},
  ClientMetadata,
}: Answer): Promise<object> {
  const username = requireParameter(ChallengeResponses, "USERNAME")
  const signature = requireParameter(ChallengeResponses, "PASSWORD_CLAIM_SIGNATURE")
  const timestamp = requireParameter(ChallengeResponses, "TIMESTAMP")
  const secretBlock = Buffer.from(
    requireParameter(ChallengeResponses, "PASSWORD_CLAIM_SECRET_BLOCK"),
    "base64",
  )
  checkTimestamp(timestamp)
  const challenge = takeChallenge(pool, client, secretBlock, "PASSWORD_VERIFIER", username)
  checkSecretHash(client, ChallengeResponses.SECRET_HASH, [username, challenge.username], true)
  closeChallenge(pool, secretBlock)
  const key = sessionKey(challenge.publicA, challenge.exchange, challenge.kept)
  const claim = { poolName: poolNameOf(pool.config), username: challenge.username, secretBlock, timestamp }
  const user = pool.users.get(challenge.username)
  const isCurrent = challenge.known && user?.password?.verifier === challenge.kept.verifier
  if (!checkClaim(key, claim, signature) || !isCurrent || user === undefined) throw failures.badCredentials()
  return passwordAccepted(pool, user, client, ClientMetadata)
}

const DAYS = "Sun|Mon|Tue|Wed|Thu|Fri|Sat"
const MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
const TIMESTAMP = new RegExp(`^(${DAYS}) (${MONTHS}) ([1-9]|[12]\\d|3[01]) \\d\\d:\\d\\d:\\d\\d UTC \\d{4}$`)

/**
 * The time itself is not compared: a browser does not
 * share the pool's clock. The challenge has its own end.
 */
function checkTimestamp(timestamp: string): void {
  if (!TIMESTAMP.test(timestamp))
    throw failures.invalidParameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
}

async function replacePassword(input: Answer): Promise<object> {
  const { pool, client, ChallengeResponses = {}, Session, ClientMetadata } = input
  const login = requireParameter(ChallengeResponses, "USERNAME")
  const password = requireParameter(ChallengeResponses, "NEW_PASSWORD")
  if (Session === undefined) throw failures.missingParameter("Session")
  const session = Buffer.from(Session, "base64url")
  const { username } = takeChallenge(pool, client, session, "NEW_PASSWORD_REQUIRED", login)
  checkSecretHash(client, ChallengeResponses.SECRET_HASH, [login, username], true)
  checkPolicy(pool.config.passwordPolicy, password)
  const given = givenAttributes(ChallengeResponses)
  const user = checkedUser(pool, client, username, given)
  // A wrong new password may be corrected within the session; from here on it is used up.
  if (!closeChallenge(pool, session)) throw invalidSession()
  const opened = await openSignIn(pool, user, client, "TokenGeneration_NewPasswordChallenge", ClientMetadata)
  // The trigger took its time: the account may have been changed, or be another one, by now.
  const { sub, attributes, status } = checkedUser(pool, client, username, given)
  if (sub !== user.sub) throw invalidSession()
  updateUser(pool, username, { attributes, status, password: keepPassword(pool, username, password) })
  return { AuthenticationResult: keepSignIn(pool, opened), ChallengeParameters: {} }
}

function givenAttributes(responses: Readonly<Record<string, string>>): Attributes {
  const prefix = "userAttributes."
  const given = Object.entries(responses).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(given.map(([name, value]) => [name.slice(prefix.length), value]))
}

/** The user as it will be once the new password is set. */
function checkedUser(pool: UserPool, client: AppClient, username: string, given: Attributes): User {
  const user = pool.users.get(username)
  if (user?.status !== "FORCE_CHANGE_PASSWORD") throw invalidSession()
  checkMaySignIn(user)
  checkGiven(pool, client, user, given)
  return { ...user, status: "CONFIRMED", attributes: { ...user.attributes, ...given } }
}

function checkGiven(pool: UserPool, client: AppClient, user: User, given: Attributes): void {
  checkWritable(pool.config, client, given)
  checkSchema(pool.config, given)
  checkMutable(pool.config, given)
  for (const name of ["email", "phone_number"])
    if (given[name] !== undefined && (user.attributes[name] ?? "") !== "")
      throw failures.notAuthorized(`Cannot modify an already provided ${name}`)
  checkRequired(pool.config, { ...user.attributes, ...given })
}

function takeChallenge<Name extends Challenge["name"]>(
  pool: UserPool,
  client: AppClient,
  session: Buffer,
  name: Name,
  login: string,
): Extract<Challenge, { readonly name: Name }> {
  const challenge = findChallenge(pool, session)
  const username = findUser(pool, login)?.username ?? login
  if (challenge?.name !== name || challenge.clientId !== client.id || challenge.username !== username)
    throw invalidSession()
  // The name was just compared, which TypeScript does not carry over to a type parameter.
  return challenge as Extract<Challenge, { readonly name: Name }>
}

function invalidSession(): Error {
  return failures.notAuthorized("Invalid session for the user.")
}
