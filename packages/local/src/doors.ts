/**
 * The front doors: gateway, authorizer and backend, side by side over one store and one route table. Functions,
 * gateways, ports, addresses, the welcome text and the comparison follow from what stands here.
 */
import { routes } from "@claimgate/catalog"
import { planRestApi } from "@claimgate/catalog/gateway"
import type { Freshness } from "@claimgate/core"
import { accessTokenSeconds } from "./identity.ts"

export type DoorName = "hybrid" | "claims" | "cached" | "backend" | "claims-rest" | "backend-rest"

/** Which binding a function is linked with. */
export type BindingName = "Permissions" | "Sessions" | "Tokens"

/** A function's code, and what it is configured with. */
export interface DoorFunction {
  readonly entry: string
  readonly links: readonly BindingName[]
  readonly environment: Readonly<Record<string, string>>
}

export interface Door {
  readonly strategy: "hybrid" | "claims" | "cached" | "backend"
  readonly gateway: "HTTP API" | "REST API"
  /** Who checks tokens, for people. */
  readonly check: string
  /** Undefined where the gateway checks tokens itself. */
  readonly authorizer?: DoorFunction
  readonly backend: DoorFunction
  /** Seconds for which a REST API keeps what its authorizer function answered; as infra/ has it by default. */
  readonly ttlSeconds: number
  /** Whether its functions are started with the stack; others start at the first request. */
  readonly isWarm: boolean
  /** Seconds within which a revoke reaches every route that trusts the token. */
  readonly revokedWithin: number
}

/** The one origin whose pages may call the API. */
export const webOrigin = "http://localhost:5173"

const feedMaxAge = 5
const cachedTtlSeconds = 300

/** In the order in which they are shown. */
export const doors: Readonly<Record<DoorName, Door>> = {
  hybrid: {
    strategy: "hybrid",
    gateway: "HTTP API",
    check: "Lambda authorizer: the token, and the change feed",
    authorizer: authorizer("hybrid", ["Tokens", "Permissions"], {
      FEED_MAX_AGE: String(feedMaxAge),
      FEED_MAX_OUTAGE: "60",
      ON_STALE: "recheck",
    }),
    backend: backend("hybrid", "http-api"),
    ttlSeconds: 0,
    isWarm: true,
    revokedWithin: feedMaxAge,
  },
  cached: {
    strategy: "cached",
    gateway: "REST API",
    check: "Lambda authorizer: the store, answers kept",
    authorizer: authorizer("cached", ["Tokens", "Permissions"], policyFor(cachedTtlSeconds)),
    backend: backend("cached", "rest-api"),
    ttlSeconds: cachedTtlSeconds,
    isWarm: false,
    revokedWithin: cachedTtlSeconds,
  },
  claims: {
    strategy: "claims",
    gateway: "HTTP API",
    check: "Lambda authorizer: the token",
    authorizer: authorizer("claims-http", ["Tokens"], {}),
    backend: backend("claims", "http-api"),
    ttlSeconds: 0,
    isWarm: false,
    revokedWithin: accessTokenSeconds,
  },
  "claims-rest": {
    strategy: "claims",
    gateway: "REST API",
    check: "Lambda authorizer: the token",
    authorizer: authorizer("claims-rest", ["Tokens"], policyFor(0)),
    backend: backend("claims", "rest-api"),
    ttlSeconds: 0,
    isWarm: false,
    revokedWithin: accessTokenSeconds,
  },
  backend: {
    strategy: "backend",
    gateway: "HTTP API",
    check: "JWT authorizer, then the backend",
    backend: backend("backend", "http-api"),
    ttlSeconds: 0,
    isWarm: false,
    revokedWithin: accessTokenSeconds,
  },
  "backend-rest": {
    strategy: "backend",
    gateway: "REST API",
    check: "Cognito authorizer, then the backend",
    backend: backend("backend", "rest-api"),
    ttlSeconds: 0,
    isWarm: false,
    revokedWithin: accessTokenSeconds,
  },
}

// The keys of a record that names each of them once.
export const doorNames = Object.keys(doors) as readonly DoorName[]

/** Seconds within which a revoke must reach the routes of that freshness, whatever the token says. */
export function promiseOf({ revokedWithin }: Door, freshness: Freshness): number {
  if (freshness === "now") return 0
  return freshness === "token" ? revokedWithin : Math.min(freshness.within, revokedWithin)
}

function authorizer(
  folder: string,
  links: readonly BindingName[],
  environment: Readonly<Record<string, string>>,
): DoorFunction {
  return { entry: `packages/authorizer/src/${folder}/handler.ts`, links, environment }
}

/** What the gateway's plan says to a function that answers with policies; the same whatever the routes are. */
function policyFor(ttlSeconds: number): Readonly<Record<string, string>> {
  return { POLICY_RESOURCE: planRestApi(routes, { ttlSeconds }).policyResource }
}

function backend(strategy: Door["strategy"], gateway: "http-api" | "rest-api"): DoorFunction {
  return {
    entry: "packages/backend/src/handler.ts",
    links: ["Permissions", "Sessions", ...(strategy === "backend" ? ["Tokens" as const] : [])],
    environment: {
      AUTH_STRATEGY: strategy,
      API_GATEWAY: gateway,
      PERMISSION_CACHE: "memory",
      ...(gateway === "rest-api" ? { CORS_ORIGINS: webOrigin } : {}),
    },
  }
}
