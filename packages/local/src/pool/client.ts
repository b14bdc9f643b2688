import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import type { AppClient, AuthFlowPermission } from "./config.ts"
import { CognitoFailure, failures } from "./failure.ts"
import type { UserPool } from "./pool.ts"

/** The app client with an id; throws `ResourceNotFoundException`. */
export function requireClient(pool: UserPool, id: string): AppClient {
  const client = pool.clients.get(id)
  if (client === undefined)
    throw new CognitoFailure("ResourceNotFoundException", `User pool client ${id} does not exist.`)
  return client
}

/** The secret hash that a client with a secret sends: `base64(HMAC-SHA256(secret, username + client id))`. */
export function secretHash(secret: string, username: string, clientId: string): string {
  return createHmac("sha256", secret).update(`${username}${clientId}`).digest("base64")
}

/**
 * Throws unless a request proves that it knows the client's secret: its
 * hash was made for one of the names that the user goes by. The flows of
 * InitiateAuth word a missing hash differently from the other operations.
 */
export function checkSecretHash(
  client: AppClient,
  given: string | undefined,
  usernames: readonly (string | undefined)[],
  inAuthFlow = false,
): void {
  const { id, secret } = client
  if (secret === undefined) {
    if (given !== undefined)
      throw failures.notAuthorized(`Client ${id} is not configured for secret but secret was received`)
    return
  }
  if (given === undefined)
    throw failures.notAuthorized(
      inAuthFlow
        ? `Client ${id} is configured with secret but SECRET_HASH was not received`
        : `Client ${id} is configured for secret but secret was not received`,
    )
  const good = usernames.some((name) => name !== undefined && isSame(given, secretHash(secret, name, id)))
  if (!good) throw failures.notAuthorized(`Unable to verify secret hash for client ${id}`)
}

/** Throws unless a client without a secret sends none, and one with a secret sends it. */
export function checkSecret({ id, secret }: AppClient, given: string | undefined): void {
  if (secret === undefined && given === undefined) return
  if (secret === undefined || given === undefined || !isSame(given, secret))
    throw failures.notAuthorized(`Unable to verify secret for client ${id}`)
}

/** Throws `InvalidParameterException` in the given words unless the client is allowed a flow. */
export function checkFlow(client: AppClient, flow: AuthFlowPermission, message: string): void {
  if (!client.explicitAuthFlows.includes(flow)) throw failures.invalidParameter(message)
}

/** Compares two secrets in a time that tells nothing about either. */
export function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
