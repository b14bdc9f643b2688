/**
 * Permissions as people grant them: `GET:/api/users/*`. A permission always means the set of catalog routes that
 * it covers when it is evaluated, so a route that is added later is granted by no token that is older.
 */
import { type Catalog, newestRelease } from "./catalog.ts"
import { ClaimgateError, quote } from "./errors.ts"
import { maxPathLength } from "./path.ts"
import { isLiteral, type Method, methods } from "./route.ts"
import { addRoute, type RouteSet, removeRoute, routeSet } from "./route-set.ts"
import { literalChild, methodIndex, type Node, none, type RouteTrie } from "./trie.ts"

/** One segment of a permission's path. */
export type PermissionSegment =
  /** The same literal, nothing else. */
  | { readonly kind: "literal"; readonly text: string }
  /** `{name}`: a parameter, whatever its name. */
  | { readonly kind: "parameter" }
  /** `*`: exactly one segment, literal or parameter. */
  | { readonly kind: "one" }
  /** `**`, last: any rest of at least one segment. */
  | { readonly kind: "rest" }
  /** `{name+}`, last: that greedy rest. */
  | { readonly kind: "greedy" }

export interface Permission {
  /** `!` in front: takes its routes away from all that was granted. */
  readonly denies: boolean
  /** `*` is all seven. */
  readonly method: Method | "*"
  readonly segments: readonly PermissionSegment[]
}

/**
 * Parses `METHOD:/path`, with an optional `!` in front, split at the first colon. Throws `malformed_permission`
 * with the position, counted from 1, of what is wrong.
 */
export function parsePermission(text: string): Permission {
  const denies = text.startsWith("!")
  const methodStart = denies ? 1 : 0
  const colon = text.indexOf(":")
  if (colon < 0) throw bad(text, text.length, "`METHOD:/path`")
  const method = text.slice(methodStart, colon)
  if (!isPermissionMethod(method)) throw bad(text, methodStart, `one of ${methods.join(" ")} or \`*\``)
  if (text.length - colon - 1 > maxPathLength)
    throw bad(text, colon + 1 + maxPathLength, "the path's end, after 4096 characters at most")
  return { denies, method, segments: parseSegments(text, colon + 1) }
}

/**
 * The routes that the permissions mean together in this catalog: all that the plain ones cover, less all that those
 * with `!` cover. Public routes and routes for whoever is signed in are never among them. Throws
 * `malformed_permission`.
 */
export function expand(catalog: Catalog, permissions: readonly string[]): RouteSet {
  const set = routeSet(newestRelease(catalog).size)
  const parsed = permissions.map(parsePermission)
  for (const permission of parsed)
    if (!permission.denies) cover(catalog, permission, (id) => addRoute(set, id))
  for (const permission of parsed)
    if (permission.denies) cover(catalog, permission, (id) => removeRoute(set, id))
  return set
}

function isPermissionMethod(method: string): method is Method | "*" {
  return method === "*" || methodIndex(method) >= 0
}

function parseSegments(text: string, start: number): PermissionSegment[] {
  if (text.charAt(start) !== "/") throw bad(text, start, "a path that starts with `/`")
  if (text.length === start + 1) return []
  const parts = text.slice(start + 1).split("/")
  let position = start + 1
  return parts.map((part, index) => {
    const segment = parseSegment(part)
    if (segment === undefined)
      throw bad(text, position, "a literal, `{name}`, `*`, or as the last segment `**` or `{name+}`")
    if ((segment.kind === "rest" || segment.kind === "greedy") && index < parts.length - 1)
      throw bad(text, position + part.length, `the path's end, as ${quote(part)} must be the last segment`)
    position += part.length + 1
    return segment
  })
}

function parseSegment(part: string): PermissionSegment | undefined {
  if (part === "*") return { kind: "one" }
  if (part === "**") return { kind: "rest" }
  if (/^\{[A-Za-z0-9._:-]+\}$/.test(part)) return { kind: "parameter" }
  if (/^\{[A-Za-z0-9._:-]+\+\}$/.test(part)) return { kind: "greedy" }
  return isLiteral(part) ? { kind: "literal", text: part } : undefined
}

function cover(catalog: Catalog, permission: Permission, found: (id: number) => void): void {
  const only = permission.method === "*" ? none : methodIndex(permission.method)
  coverNodes(catalog.trie, permission.segments, 0, 0, (node) => {
    for (let method = 0; method < methods.length; method++) {
      const id = catalog.trie.routeAt[node * methods.length + method]!
      if (id !== none && (only === none || only === method) && catalog.routes[id]!.access === "granted")
        found(id)
    }
  })
}

/** Calls `found` with every node that the segments from `index` on cover below `node`. */
function coverNodes(
  trie: RouteTrie,
  segments: readonly PermissionSegment[],
  index: number,
  node: Node,
  found: (node: Node) => void,
): void {
  const segment = segments[index]
  if (segment === undefined) found(node)
  else if (segment.kind === "rest") forEachBelow(trie, node, found)
  else
    for (const child of coveredChildren(trie, segment, node))
      coverNodes(trie, segments, index + 1, child, found)
}

function coveredChildren(trie: RouteTrie, segment: PermissionSegment, node: Node): Node[] {
  switch (segment.kind) {
    case "literal":
      return [literalChild(trie, node, segment.text, 0)].filter(isNode)
    case "parameter":
      return [trie.parameterChild[node]!].filter(isNode)
    case "greedy":
      return [trie.greedyChild[node]!].filter(isNode)
    case "one":
      return childrenOf(trie, node).filter((child) => child !== trie.greedyChild[node])
    case "rest":
      return []
  }
}

function isNode(node: Node): boolean {
  return node !== none
}

function childrenOf(trie: RouteTrie, node: Node): Node[] {
  const children: Node[] = []
  for (let child = trie.firstChild[node]!; child !== none; child = trie.nextSibling[child]!)
    children.push(child)
  return children
}

function forEachBelow(trie: RouteTrie, node: Node, found: (node: Node) => void): void {
  for (const child of childrenOf(trie, node)) {
    found(child)
    forEachBelow(trie, child, found)
  }
}

function bad(text: string, index: number, expected: string): ClaimgateError {
  return new ClaimgateError(
    "malformed_permission",
    `permission ${quote(text)}: at character ${index + 1}: expected ${expected}`,
  )
}
