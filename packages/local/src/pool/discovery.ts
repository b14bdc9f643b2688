import { formatJwks } from "./keys.ts"
import type { UserPool } from "./pool.ts"

/**
 * What the pool publishes at a path under `/<pool id>/.well-known/`, or `undefined`. The issuer is what the
 * tokens say; the addresses are those of this server, and only of what it serves.
 */
export function findDocument(pool: UserPool, path: string, origin: string): object | undefined {
  const root = `/${pool.config.id}/.well-known`
  if (path === `${root}/jwks.json`) return formatJwks(pool.keys)
  if (path !== `${root}/openid-configuration`) return undefined
  return {
    id_token_signing_alg_values_supported: ["RS256"],
    issuer: pool.config.issuer,
    jwks_uri: `${origin}${root}/jwks.json`,
    response_types_supported: ["code", "token"],
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    token_endpoint: `${origin}/oauth2/token`,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
  }
}
