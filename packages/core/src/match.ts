/**
 * From a request to the route it asks for: literal before parameter before greedy, segment by segment, with
 * backtracking; a route without the request's method is no match. Allocates nothing per request.
 */
import type { Catalog } from "./catalog.ts"
import { endOfRest, endOfSegment, isCanonicalPath, startsPath } from "./path.ts"
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
  const known = names.get(catalog) ?? new Map<string, RouteId>()
  const remembered = known.get(text)
  if (remembered !== undefined) return remembered
  const space = text.indexOf(" ")
  const route = findRoute(catalog.trie, text.slice(0, space), text.slice(space + 1))
  if (route === none) return undefined
  // Bounded: a route has one spelling in each gateway, so a full memory is not how it is used.
  if (known.size > 2 * catalog.routes.length) known.clear()
  names.set(catalog, known.set(text, route))
  return route
}

/** Names that were looked up and found; a request brings one each time. */
const names = new WeakMap<Catalog, Map<string, RouteId>>()

/** `resolveRoute` without an object: the route's id, -1 for no route, -2 for a path that the rule refuses. */
export function matchRoute(trie: RouteTrie, method: string, path: string): RouteId {
  if (!startsPath(path)) return badPath
  const index = methodIndex(method)
  const route = index < 0 ? none : path.length === 1 ? trie.routeAt[index]! : walk(trie, path, index, 0, 1)
  // A match has looked at every segment: as a literal, which is canonical, or by the rule. No match may have not.
  return route === none && !isCanonicalPath(path) ? badPath : route
}

/**
 * Matches the segments from `start` on below `node`; -2 as soon as the rule refuses one of them.
 * INVARIANT: visits each node at most once per request, so its time is bounded by the catalog (match.test.ts).
 */
function walk(trie: RouteTrie, path: string, method: number, node: Node, start: number): RouteId {
  const literal = literalChild(trie, node, path, start)
  if (literal !== none) {
    const route = goOn(trie, path, method, literal, start + trie.length[literal]!)
    if (route !== none) return route
  }
  const parameter = trie.parameterChild[node]!
  if (parameter !== none) {
    const end = endOfSegment(path, start)
    if (end < 0) return badPath
    const route = goOn(trie, path, method, parameter, end)
    if (route !== none) return route
  }
  const greedy = trie.greedyChild[node]!
  if (greedy === none) return none
  return endOfRest(path, start) < 0 ? badPath : trie.routeAt[greedy * methods.length + method]!
}

/** Behind a matched segment: the route that ends here, or whatever the next segment leads to. */
function goOn(trie: RouteTrie, path: string, method: number, node: Node, end: number): RouteId {
  return end === path.length
    ? trie.routeAt[node * methods.length + method]!
    : walk(trie, path, method, node, end + 1)
}
