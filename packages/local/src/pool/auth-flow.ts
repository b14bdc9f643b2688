import { disguise, openChallenge } from "./challenge.ts"
import { checkFlow, checkSecret, checkSecretHash, requireClient } from "./client.ts"
import type { AppClient } from "./config.ts"
import { failures } from "./failure.ts"
import { field } from "./field.ts"
import { administrator, anyone } from "./operation.ts"
import { passwordAccepted } from "./password-accepted.ts"
import type { UserPool } from "./pool.ts"
import { mayRefresh, refreshSignIn } from "./sign-in.ts"
import { isPublicValue, startExchange } from "./srp.ts"
import { findUser, hasPassword } from "./user.ts"

const initiation = {
  AuthFlow: field.authFlow,
  AuthParameters: field.stringMap.optional(),
  ClientMetadata: field.stringMap.optional(),
}

interface Initiation {
  readonly AuthFlow: string
  readonly AuthParameters?: Readonly<Record<string, string>> | undefined
}
type Side = "client" | "administrator"

/** Starts a sign-in, or refreshes one, on behalf of the user's own device. */
export const initiateAuth = anyone(initiation, (pool, input, client) =>
  initiate(pool, client, input, "client"),
)

/** Does the same on behalf of a server that holds AWS credentials. */
export const adminInitiateAuth = administrator({ ...initiation, ClientId: field.clientId }, (pool, input) =>
  initiate(pool, requireClient(pool, input.ClientId), input, "administrator"),
)

/**
 * Refreshes a sign-in; the way that knows rotation, and
 * the only one to pass client metadata to the trigger.
 */
export const getTokensFromRefreshToken = anyone(
  {
    RefreshToken: field.accessToken,
    ClientSecret: field.clientSecret.optional(),
    ClientMetadata: field.stringMap.optional(),
  },
  async (pool, input, client) => {
    checkSecret(client, input.ClientSecret)
    if (!mayRefresh(client)) throw failures.invalidParameter(NO_REFRESH)
    return {
      AuthenticationResult: await refreshSignIn(pool, client, input.RefreshToken, input.ClientMetadata),
    }
  },
)

function initiate(
  pool: UserPool,
  client: AppClient,
  { AuthFlow, AuthParameters = {} }: Initiation,
  side: Side,
) {
  switch (`${side} ${AuthFlow}`) {
    case "client USER_PASSWORD_AUTH":
      checkFlow(client, "ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client")
      return byPassword(pool, client, AuthParameters)
    case "administrator ADMIN_USER_PASSWORD_AUTH":
    case "administrator ADMIN_NO_SRP_AUTH":
      checkFlow(client, "ALLOW_ADMIN_USER_PASSWORD_AUTH", "Auth flow not enabled for this client")
      return byPassword(pool, client, AuthParameters)
    case "client USER_SRP_AUTH":
    case "administrator USER_SRP_AUTH":
      checkFlow(client, "ALLOW_USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client.")
      return bySrp(pool, client, AuthParameters)
    case "client REFRESH_TOKEN_AUTH":
    case "client REFRESH_TOKEN":
    case "administrator REFRESH_TOKEN_AUTH":
    case "administrator REFRESH_TOKEN":
      return byRefreshToken(pool, client, AuthParameters)
    default:
      throw failures.invalidParameter("Initiate Auth method not supported.")
  }
}

const NO_REFRESH = "REFRESH_TOKEN_AUTH flow not enabled for this client"

type Parameters = Readonly<Record<string, string>>

/** The value of a parameter; throws `InvalidParameterException` when it is missing. */
export function requireParameter(parameters: Parameters, name: string): string {
  const value = parameters[name]
  if (value === undefined || value === "") throw failures.missingParameter(name)
  return value
}

/**
 * Metadata of InitiateAuth is not for this trigger
 * (Developer Guide, pre token generation, `clientMetadata`).
 */
const NOT_PASSED_ON = undefined

async function byPassword(pool: UserPool, client: AppClient, parameters: Parameters) {
  const login = requireParameter(parameters, "USERNAME")
  const password = requireParameter(parameters, "PASSWORD")
  const user = findUser(pool, login)
  checkSecretHash(client, parameters.SECRET_HASH, [login, user?.username], true)
  if (!hasPassword(pool, user, password) || user === undefined)
    throw unknownOrWrong(client, user === undefined)
  return passwordAccepted(pool, user, client, NOT_PASSED_ON)
}

function unknownOrWrong(client: AppClient, isUnknown: boolean) {
  const tells = isUnknown && client.preventUserExistenceErrors !== true
  return tells ? failures.userNotFound() : failures.badCredentials()
}

function bySrp(pool: UserPool, client: AppClient, parameters: Parameters) {
  const login = requireParameter(parameters, "USERNAME")
  const publicA = requireParameter(parameters, "SRP_A")
  if (!isPublicValue(publicA)) throw failures.invalidParameter("SRP_A is not a valid public value")
  const user = findUser(pool, login)
  checkSecretHash(client, parameters.SECRET_HASH, [login, user?.username], true)
  if (user === undefined && client.preventUserExistenceErrors !== true) throw failures.userNotFound()
  const username = user?.username ?? login
  const kept = user?.password ?? disguise(pool, login)
  const exchange = startExchange(kept)
  const known = user !== undefined
  const challenge = {
    name: "PASSWORD_VERIFIER",
    clientId: client.id,
    username,
    publicA,
    exchange,
    kept,
    known,
  } as const
  const secretBlock = openChallenge(pool, challenge).toString("base64")
  return {
    ChallengeName: "PASSWORD_VERIFIER",
    ChallengeParameters: {
      SALT: kept.salt,
      SECRET_BLOCK: secretBlock,
      SRP_B: exchange.publicB,
      USERNAME: username,
      USER_ID_FOR_SRP: username,
    },
  }
}

async function byRefreshToken(pool: UserPool, client: AppClient, parameters: Parameters) {
  // A client that rotates refreshes by GetTokensFromRefreshToken alone (Developer Guide, "Refresh tokens").
  if (
    !client.explicitAuthFlows.includes("ALLOW_REFRESH_TOKEN_AUTH") ||
    client.refreshTokenRotation !== undefined
  )
    throw failures.invalidParameter("REFRESH_TOKEN_AUTH flow not enabled for this client")
  const refreshToken = requireParameter(parameters, "REFRESH_TOKEN")
  const signIn = pool.signIns.get(refreshToken.split(".", 1)[0] ?? "")
  checkSecretHash(client, parameters.SECRET_HASH, [signIn?.username, signIn?.sub], true)
  return {
    AuthenticationResult: await refreshSignIn(pool, client, refreshToken, NOT_PASSED_ON),
    ChallengeParameters: {},
  }
}
