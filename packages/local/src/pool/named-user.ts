import { checkSecretHash } from "./client.ts"
import type { AppClient } from "./config.ts"
import { CognitoFailure } from "./failure.ts"
import { field } from "./field.ts"
import type { UserPool } from "./pool.ts"
import type { User } from "./state.ts"
import { findUser } from "./user.ts"

/**
 * How the operations of people who are not signed in name
 * a user, and show the client's secret where it has one.
 */
export const named = { Username: field.username, SecretHash: field.secretHash.optional() }

/** The user that a request names, if there is one; throws unless the secret hash is the client's. */
export function namedUser(
  pool: UserPool,
  client: AppClient,
  { Username, SecretHash }: { readonly Username: string; readonly SecretHash?: string | undefined },
): User | undefined {
  const user = findUser(pool, Username)
  checkSecretHash(client, SecretHash, [Username, user?.username])
  return user
}

/** The error that hides whether a user exists, or the one that tells, as the client is set up. */
export function hideOr(client: AppClient, hidden: Error, open: Error): Error {
  return client.preventUserExistenceErrors ? hidden : open
}

/** What a caller sees who names a user that does not exist, unless that is hidden. */
export function notFound(): CognitoFailure {
  return new CognitoFailure("UserNotFoundException", "Username/client id combination not found.")
}
