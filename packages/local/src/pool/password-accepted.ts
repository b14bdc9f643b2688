import { missingAttributes } from "./attribute.ts"
import { openChallenge } from "./challenge.ts"
import type { AppClient } from "./config.ts"
import { failures } from "./failure.ts"
import type { ClientMetadata } from "./issue.ts"
import type { UserPool } from "./pool.ts"
import { checkMaySignIn, keepSignIn, openSignIn } from "./sign-in.ts"
import type { User } from "./state.ts"

/** Goes on after the right password: tokens, or first a new password in place of a temporary one. */
export async function passwordAccepted(
  pool: UserPool,
  user: User,
  client: AppClient,
  clientMetadata: ClientMetadata,
): Promise<object> {
  checkMaySignIn(user)
  if (user.status === "FORCE_CHANGE_PASSWORD") return askForNewPassword(pool, user, client)
  const opened = await openSignIn(pool, user, client, "TokenGeneration_Authentication", clientMetadata)
  return { AuthenticationResult: keepSignIn(pool, opened), ChallengeParameters: {} }
}

function askForNewPassword(pool: UserPool, user: User, client: AppClient): object {
  const expiresAt = user.password?.expiresAt ?? Number.POSITIVE_INFINITY
  if (expiresAt <= pool.deps.now())
    throw failures.notAuthorized("Temporary password has expired and must be reset by an administrator.")
  const challenge = { name: "NEW_PASSWORD_REQUIRED", clientId: client.id, username: user.username } as const
  const required = missingAttributes(pool.config, user.attributes).map((name) => `userAttributes.${name}`)
  return {
    ChallengeName: "NEW_PASSWORD_REQUIRED",
    ChallengeParameters: {
      USER_ID_FOR_SRP: user.username,
      requiredAttributes: JSON.stringify(required),
      userAttributes: JSON.stringify(user.attributes),
    },
    Session: openChallenge(pool, challenge).toString("base64url"),
  }
}
