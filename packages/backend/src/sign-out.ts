/** Ending sessions at the user pool. */
import { ClaimgateError, quote } from "@claimgate/core"
import type { SignOut } from "./api/admin/deps.ts"

/**
 * Makes it for a pool: refresh tokens stop working, and tokens that are out go on until they expire or are rechecked
 * (Cognito API reference, AdminUserGlobalSignOut). The client is loaded when it is needed first: no cold start pays.
 */
export function createSignOut(poolId: string): SignOut {
  let loading: ReturnType<typeof connect> | undefined
  return async (subject) => {
    try {
      loading ??= connect()
      await (await loading)(poolId, subject)
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : "unknown"
      if (name === "UserNotFoundException")
        throw new ClaimgateError("not_found", `user ${quote(subject)}: the user pool has none`, { cause })
      throw new ClaimgateError("dependency_failed", `user pool: AdminUserGlobalSignOut: ${name}`, { cause })
    }
  }
}

async function connect() {
  const { AdminUserGlobalSignOutCommand, CognitoIdentityProviderClient } = await import(
    "@aws-sdk/client-cognito-identity-provider"
  )
  const client = new CognitoIdentityProviderClient({ maxAttempts: 2 })
  return (UserPoolId: string, Username: string) =>
    client.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username }), {
      abortSignal: AbortSignal.timeout(5000),
    })
}
