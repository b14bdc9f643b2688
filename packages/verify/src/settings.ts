/** What cannot be seen of a stage from outside: the variables of `.env` that it was deployed with. */
import type { Environment } from "./stage.ts"

export interface Settings {
  /** The first origin whose pages may call the API. */
  readonly origin: string | undefined
  readonly cachedBy: string
  /** Whether answers are kept at `claims` and `claims-rest`. */
  readonly keepsClaims: boolean
  readonly restAuthorizer: string
  readonly permissionCache: string
}

/** As `sst deploy` reads them, with the defaults of `.env.example`; `sst shell` hands them on. */
export function readSettings(env: Environment): Settings {
  return {
    origin: env.CORS_ORIGINS?.split(",")[0]?.trim() || undefined,
    cachedBy: env.CACHED_BY || "resource",
    keepsClaims: (env.CLAIMS_TTL || "0") !== "0",
    restAuthorizer: env.REST_AUTHORIZER || "REQUEST",
    permissionCache: env.PERMISSION_CACHE || "memory",
  }
}
