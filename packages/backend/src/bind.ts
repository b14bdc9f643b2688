/**
 * Handlers bound to the route table: one for each name, none besides. Hono runs what matches in the order of
 * registration, so routes are put in order of specificity first; then it finds the same route as core's matcher.
 */
import {
  type Catalog,
  ClaimgateError,
  isGreedy,
  isParameter,
  type Method,
  methodsOf,
  type Route,
  type RouteId,
  type Routes,
  routeNamed,
} from "@claimgate/core"
import type { Caller } from "./caller.ts"
import type { Endpoint } from "./endpoint.ts"
import { type ParamsOf, paramReader } from "./params.ts"

/** Who a handler has before it: nobody that is known, on public routes. */
export type CallerOf<One extends Route> =
  One extends Route<One["route"], "public">
    ? undefined
    : "public" extends One["access"]
      ? Caller | undefined
      : Caller

/** One handler for each route of the table, by the route's name. */
export type Handlers<Table extends Routes> = {
  readonly [Name in keyof Table]: Endpoint<ParamsOf<Table[Name]["route"]>, CallerOf<Table[Name]>>
}

/** Handlers for exactly these routes: one under a name that no route has is of a type that no value is of. */
export type Exactly<Table extends Routes, Given extends PropertyKey> = Handlers<Table> & {
  readonly [Name in Given]: Name extends keyof Table ? unknown : never
}

/** An endpoint whose parameters and caller are settled by the route that it was bound to. */
export type AnyEndpoint = Endpoint<never, never>

/** One route with one method, ready to be served. */
export interface BoundRoute {
  readonly id: RouteId
  readonly method: Method
  readonly route: Route
  /** `GET /api/users/{id}` */
  readonly name: string
  readonly endpoint: AnyEndpoint
  readonly params: (path: string) => Record<string, string>
}

/** Binds the table in order of specificity. Throws `malformed_configuration`, naming the route. */
export function bindRoutes(
  routes: Routes,
  handlers: Readonly<Record<string, AnyEndpoint>>,
  catalog: Catalog,
): readonly BoundRoute[] {
  const surplus = Object.keys(handlers).find((name) => !Object.hasOwn(routes, name))
  if (surplus !== undefined) throw bad(`handler \`${surplus}\`: expected a route of this name in the table`)
  return Object.values(routes)
    .flatMap((route) => bindRoute(route, handlers, catalog))
    .sort((a, b) => compareSpecificity(a.route.path, b.route.path))
}

function bindRoute(
  route: Route,
  handlers: Readonly<Record<string, AnyEndpoint>>,
  catalog: Catalog,
): BoundRoute[] {
  const endpoint = Object.hasOwn(handlers, route.name) ? handlers[route.name] : undefined
  if (endpoint === undefined) throw bad(`route \`${route.name}\`: expected a handler of this name`)
  return methodsOf(route.method).map((method) => {
    const name = `${method} ${route.path}`
    const id = routeNamed(catalog, name)
    if (id === undefined || catalog.routes[id]?.access !== route.access)
      throw bad(
        `route \`${route.name}\`: \`${name}\`: expected the catalog to agree; run \`npm run catalog\``,
      )
    return { id, method, route, name, endpoint, params: paramReader(route.path) }
  })
}

/**
 * Negative where `a` comes first: literal before parameter before greedy, segment by segment. No path matches two
 * routes of which one ends before they differ; the shorter one comes first all the same, so that this is an order.
 */
export function compareSpecificity(a: string, b: string): number {
  const [left, right] = [ranks(a), ranks(b)]
  const longer = left.length > right.length ? left : right
  const at = longer.findIndex((_, index) => left[index] !== right[index])
  return (left[at] ?? -1) - (right[at] ?? -1)
}

function ranks(path: string): number[] {
  return path.split("/").map((segment) => (isGreedy(segment) ? 2 : isParameter(segment) ? 1 : 0))
}

/**
 * A route's path as Hono spells it, with parameters named by position: names in API Gateway's syntax may hold what
 * a Hono name must not.
 */
export function honoPattern(path: string): string {
  return path
    .split("/")
    .map((segment, index) => {
      if (isGreedy(segment)) return `:p${index}{.+}`
      return isParameter(segment) ? `:p${index}` : honoText(segment)
    })
    .join("/")
}

/**
 * Literal text as it can stand in a Hono path: `:` and `@` have a meaning in its routers' patterns, so both the
 * patterns and the paths that are matched have characters there that no canonical path can hold.
 */
export function honoText(path: string): string {
  return path.replaceAll(":", "<").replaceAll("@", ">")
}

function bad(message: string): ClaimgateError {
  return new ClaimgateError("malformed_configuration", message)
}
