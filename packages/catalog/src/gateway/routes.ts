/** Gateway routes: one per catalog route, or as few as can be with everything else behind one proxy. */
import { type Method, methodsOf, type Routes, shapeOf } from "@claimgate/core"
import { overlap } from "./overlap.ts"

export interface GatewayRoute {
  /** The route's name in the table and the method: unique, also where two paths differ by punctuation only. */
  readonly name: string
  /** `GET /api/users/{id}`, as API Gateway spells a route key; `ANY` in the proxy layout only. */
  readonly routeKey: `${Method | "ANY"} ${string}`
  /** False for public routes, and for preflights that the gateway answers itself. */
  readonly authorized: boolean
}

/** A gateway route that is exactly one catalog route: its key separates it from all others. */
export interface CatalogGatewayRoute extends GatewayRoute {
  readonly routeKey: `${Method} ${string}`
}

/** One gateway route per catalog route. */
export function oneForEach(routes: Routes): readonly CatalogGatewayRoute[] {
  return Object.values(routes).flatMap((route) =>
    methodsOf(route.method).map((method) => ({
      name: `${route.name}-${method}`,
      routeKey: `${method} ${route.path}` as const,
      authorized: route.access !== "public",
    })),
  )
}

/**
 * `ANY /{proxy+}` and `ANY /` behind the authorizer, and only public routes beside them, with every route that one of
 * those could take a request from. With `openPreflights` the gateway answers any `OPTIONS` without asking for a token.
 */
export function behindProxy(routes: Routes, openPreflights: boolean): readonly GatewayRoute[] {
  const all = oneForEach(routes)
  const preflights = openPreflights ? openWhereFree(all) : []
  return [...preflights, ...keptApart(all, preflights), ...proxies]
}

const proxies: readonly GatewayRoute[] = [
  { name: "proxy-ANY", routeKey: "ANY /{proxy+}", authorized: true },
  { name: "root-ANY", routeKey: "ANY /", authorized: true },
]

/** The catalog's own route of the same shape stands in for an open one. */
function openWhereFree(all: readonly CatalogGatewayRoute[]): readonly CatalogGatewayRoute[] {
  const taken = new Set(all.map(({ routeKey }) => shapeOf(routeKey)))
  const open: readonly CatalogGatewayRoute[] = [
    { name: "proxy-preflight", routeKey: "OPTIONS /{proxy+}", authorized: false },
    { name: "root-preflight", routeKey: "OPTIONS /", authorized: false },
  ]
  return open.filter(({ routeKey }) => !taken.has(shapeOf(routeKey)))
}

/**
 * INVARIANT: a route that stays explicit never takes a request from one that does not: whatever overlaps an explicit
 * route is explicit too, and what overlaps that one, and so on (routes.test.ts).
 */
function keptApart(
  all: readonly CatalogGatewayRoute[],
  open: readonly CatalogGatewayRoute[],
): readonly CatalogGatewayRoute[] {
  const kept = new Set(all.filter(({ authorized }) => !authorized))
  // Both grow while they are walked through: each newcomer is held against all that are left.
  const queue = [...open, ...kept]
  for (const explicit of queue)
    for (const route of all)
      if (!kept.has(route) && takesFrom(explicit, route)) {
        kept.add(route)
        queue.push(route)
      }
  return all.filter((route) => kept.has(route))
}

function takesFrom(one: CatalogGatewayRoute, other: CatalogGatewayRoute): boolean {
  const [[method, path], [otherMethod, otherPath]] = [parts(one), parts(other)]
  return method === otherMethod && overlap(path, otherPath)
}

/** Method and path of a route key. */
export function parts({ routeKey }: Pick<GatewayRoute, "routeKey">): readonly [method: string, path: string] {
  const space = routeKey.indexOf(" ")
  return [routeKey.slice(0, space), routeKey.slice(space + 1)]
}
