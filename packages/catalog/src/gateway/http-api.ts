/** HTTP API: with a Lambda authorizer that answers simply, or with its own JWT authorizer. */
import { ClaimgateError, type Routes } from "@claimgate/core"
import { checkHttpApiRoutes } from "./quota.ts"
import { behindProxy, type CatalogGatewayRoute, type GatewayRoute, oneForEach } from "./routes.ts"
import { parseTtl } from "./ttl.ts"

const token = "$request.header.Authorization"
const routeKey = "$context.routeKey"

/**
 * What an HTTP API is told. A simple answer holds for every request under its cache key, so it is kept only where that
 * key names the catalog route.
 */
export type HttpApiPlan =
  | {
      readonly layout: "routes" | "proxy"
      readonly routes: readonly GatewayRoute[]
      /** Sent explicitly, though it is the default here. */
      readonly ttlSeconds: 0
      readonly identitySources: readonly [typeof token]
    }
  | {
      readonly layout: "routes"
      readonly routes: readonly CatalogGatewayRoute[]
      /** 60 to 3,600. */
      readonly ttlSeconds: number
      readonly identitySources: readonly [typeof token, typeof routeKey]
    }

/** How the routes of an API are laid out, and how many the gateway has room for. */
export type Layout = {
  /** How many routes (HTTP API) or resources (REST API) AWS grants this API; 300 where it is left out. */
  readonly quota?: number
} & (
  | { readonly layout?: "routes" }
  | {
      readonly layout: "proxy"
      /** HTTP API: leaves `OPTIONS` to the gateway's own CORS, without a token. */
      readonly openPreflights?: boolean
    }
)

export type HttpApiOptions =
  | (Layout & { readonly ttlSeconds?: 0 })
  | {
      readonly quota?: number
      readonly layout?: "routes"
      /** `hybrid` keeps no answers: a change has to work within five seconds. */
      readonly strategy: "claims"
      /** 0, or 60 to 3,600. */
      readonly ttlSeconds: number
    }

/**
 * Plans the HTTP API of a route table, its Lambda authorizer and the cache for that one's answers; without options,
 * no answer is kept. Throws `malformed_configuration` on a time to live that is none, or is unsafe, and on more routes
 * than fit.
 */
export function planHttpApi(routes: Routes, options: HttpApiOptions = {}): HttpApiPlan {
  // What the types keep apart, a program without types may put together.
  const { layout = "routes", strategy, ttlSeconds = 0 }: Loose = options
  const seconds = parseTtl(ttlSeconds)
  if (seconds === 0)
    return { layout, routes: layOut(routes, options), ttlSeconds: 0, identitySources: [token] }
  if (layout !== "routes" || strategy !== "claims")
    throw new ClaimgateError(
      "malformed_configuration",
      'ttlSeconds: expected 0 but for `strategy: "claims"` with one gateway route per catalog route',
    )
  const each = oneForEach(routes)
  checkHttpApiRoutes(each, options.quota)
  return { layout, routes: each, ttlSeconds: seconds, identitySources: [token, routeKey] }
}

interface Loose {
  readonly layout?: "routes" | "proxy"
  readonly strategy?: "claims"
  readonly ttlSeconds?: number
}

/** A route behind an authorizer of the gateway's own; the token must have one of the scopes where there are any. */
export interface ScopedRoute extends GatewayRoute {
  readonly scopes: readonly string[]
}

/** HTTP API with its JWT authorizer: the gateway checks the token, the backend decides. Nothing is cached. */
export interface JwtApiPlan {
  readonly layout: "routes" | "proxy"
  readonly routes: readonly ScopedRoute[]
  readonly identitySources: readonly [typeof token]
}

/**
 * Plans an HTTP API with a JWT authorizer, which takes ID and access tokens alike: the backend checks which it is.
 * Throws `malformed_configuration` on more routes than fit.
 */
export function planJwtApi(
  routes: Routes,
  options: Layout & { readonly scopes?: readonly string[] } = {},
): JwtApiPlan {
  const { layout = "routes", scopes = [] } = options
  return { layout, routes: withScopes(layOut(routes, options), scopes), identitySources: [token] }
}

/** Only routes behind the authorizer have scopes. */
export function withScopes(
  routes: readonly GatewayRoute[],
  scopes: readonly string[],
): readonly ScopedRoute[] {
  return routes.map((route) => ({ ...route, scopes: route.authorized ? scopes : [] }))
}

function layOut(routes: Routes, options: Layout): readonly GatewayRoute[] {
  const laidOut =
    options.layout === "proxy" ? behindProxy(routes, options.openPreflights ?? false) : oneForEach(routes)
  checkHttpApiRoutes(laidOut, options.quota)
  return laidOut
}
