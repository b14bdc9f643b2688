/**
 * From a request to the route it asks for: literal before parameter before greedy, segment by segment, with
 * backtracking; a route without the request's method is no match. Allocates nothing per request.
 */
import type { Catalog } from "./catalog.ts"
import { scanPath, segments } from "./path.ts"
import { methods } from "./route.ts"
import type { RouteId } from "./route-set.ts"
import { findRoute, literalChild, methodIndex, type Node, none, type RouteTrie } from "./trie.ts"

/** The route that a request asks for, or why there is none. */
export type Resolution =
  | { readonly ok: true; readonly route: RouteId }
  | { readonly ok: false; readonly because: "bad_path" | "no_route" }

const badPath = -2

/**
 * Resolves a method and a percent-encoded path, as it came in. The path rule is applied first, also where no
 * route would match. Methods are compared as spelled; HEAD is not GET.
 */
export function resolveRoute(catalog: Catalog, method: string, path: string): Resolution {
  const route = matchRoute(catalog.trie, method, path)
  if (route >= 0) return { ok: true, route }
  return { ok: false, because: route === badPath ? "bad_path" : "no_route" }
}

/** The live route that `GET /api/users/{id}` names, parameter names aside, or undefined. */
export function routeNamed(catalog: Catalog, text: string): RouteId | undefined {
  const space = text.indexOf(" ")
  const route = findRoute(catalog.trie, text.slice(0, space), text.slice(space + 1))
  return route === none ? undefined : route
}

/** `resolveRoute` without an object: the route's id, -1 for no route, -2 for a path that the rule refuses. */
export function matchRoute(trie: RouteTrie, method: string, path: string): RouteId {
  const count = scanPath(path)
  if (count < 0) return badPath
  const index = methodIndex(method)
  return index < 0 ? none : walk(trie, path, index, 0, 0, count)
}

/** INVARIANT: visits each node at most once per request, so its time is bounded by the catalog (match.test.ts). */
function walk(
  trie: RouteTrie,
  path: string,
  method: number,
  node: Node,
  depth: number,
  count: number,
): RouteId {
  if (depth === count) return trie.routeAt[node * methods.length + method]!
  const literal = literalChild(
    trie,
    node,
    segments.hash[depth]!,
    path,
    segments.start[depth]!,
    segments.end[depth]!,
  )
  if (literal !== none) {
    const route = walk(trie, path, method, literal, depth + 1, count)
    if (route !== none) return route
  }
  const parameter = trie.parameterChild[node]!
  if (parameter !== none) {
    const route = walk(trie, path, method, parameter, depth + 1, count)
    if (route !== none) return route
  }
  const greedy = trie.greedyChild[node]!
  return greedy === none ? none : trie.routeAt[greedy * methods.length + method]!
}
