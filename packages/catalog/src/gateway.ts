/**
 * What a gateway must be told so that it can never let the wrong request through: its routes, and which of them
 * stand behind the authorizer. infra and the local gateways take it from here, so neither can differ.
 */
import { methodsOf, type Routes } from "@claimgate/core"

export interface GatewayRoute {
  /** The route's name in the table and the method: unique, also where two paths differ by punctuation only. */
  readonly name: string
  /** `GET /api/users/{id}`, as API Gateway spells a route key. */
  readonly routeKey: string
  /** False for public routes only. */
  readonly authorized: boolean
}

/** HTTP API: one gateway route per catalog route, and answers that are never cached. */
export interface HttpApiPlan {
  readonly routes: readonly GatewayRoute[]
  readonly ttlSeconds: 0
  readonly identitySources: readonly ["$request.header.Authorization"]
}

/** Plans the HTTP API of a route table. */
export function planHttpApi(routes: Routes): HttpApiPlan {
  return {
    routes: Object.values(routes).flatMap((route) =>
      methodsOf(route.method).map((method) => ({
        name: `${route.name}-${method}`,
        routeKey: `${method} ${route.path}`,
        authorized: route.access !== "public",
      })),
    ),
    ttlSeconds: 0,
    identitySources: ["$request.header.Authorization"],
  }
}
