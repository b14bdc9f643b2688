import { SELF_SERVICE_SCOPE } from "./claims.ts"
import { requireClient } from "./client.ts"
import type { AppClient } from "./config.ts"
import { failures } from "./failure.ts"
import type { UserPool } from "./pool.ts"
import type { SignIn, User } from "./state.ts"
import { type Claims, readAccessToken } from "./token.ts"

/** Who calls with an access token: the user, and the client and sign-in that the token is of. */
export interface Caller {
  readonly user: User
  readonly client: AppClient
  readonly signIn: SignIn
}

/**
 * Finds out who calls; throws `NotAuthorizedException` unless the token is this pool's, in time, not
 * revoked, and holds the scope that self-service needs. An ID token or a machine's token is none.
 */
export function requireCaller(pool: UserPool, accessToken: string): Caller {
  const claims = readAccessToken(pool, accessToken)
  if (claims === undefined || claims.iss !== pool.config.issuer || claims.token_use !== "access")
    throw failures.accessTokenInvalid()
  if (typeof claims.exp !== "number" || claims.exp * 1000 <= pool.deps.now())
    throw failures.notAuthorized("Access Token has expired")
  checkScope(claims)
  const signIn = pool.signIns.get(String(claims.origin_jti))
  if (signIn === undefined || signIn.revoked) throw failures.notAuthorized("Access Token has been revoked")
  const user = pool.users.get(signIn.username)
  if (user === undefined || user.sub !== claims.sub) throw failures.userNotFound()
  if (!user.enabled) throw failures.disabled()
  return { user, client: requireClient(pool, signIn.clientId), signIn }
}

function checkScope({ scope }: Claims): void {
  if (
    !String(scope ?? "")
      .split(" ")
      .includes(SELF_SERVICE_SCOPE)
  )
    throw failures.notAuthorized("Access Token does not have required scopes")
}
