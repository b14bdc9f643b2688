/**
 * All routes of a catalog as one trie over path segments, flat in typed arrays. The matcher, the expansion of
 * permissions and the claim's model of neighbouring routes all walk it. Retired routes keep their nodes, because
 * claims minted before still number them, but no request ends at them.
 */
import type { CatalogRoute } from "./catalog.ts"
import { hashText } from "./path.ts"
import { isGreedy, isParameter, type Method, methods } from "./route.ts"
import type { RouteId } from "./route-set.ts"

/** A node's number; 0 is the root, the path `/`. */
export type Node = number

/** No node, no route. */
export const none = -1

export interface RouteTrie {
  readonly parent: Int32Array
  readonly firstChild: Int32Array
  readonly nextSibling: Int32Array
  /** The segment of each node, as the line that added it first spells it. */
  readonly text: readonly string[]
  readonly parameterChild: Int32Array
  readonly greedyChild: Int32Array
  /** Open addressing over (node, hash of a literal); -1 is free. Its length is a power of two. */
  readonly literalChild: Int32Array
  /** `hashText` of each literal node. */
  readonly hash: Int32Array
  /** Live route that ends at a node, by `node * 7 + method`. */
  readonly routeAt: Int32Array
  /** Node at which each route ends, by route id. */
  readonly leaf: Int32Array
}

/** Builds the trie of all routes; only live ones can be found by method. */
export function buildTrie(routes: readonly CatalogRoute[]): RouteTrie {
  const paths = routes.map((route) => (route.path === "/" ? [] : route.path.slice(1).split("/")))
  const trie = emptyTrie(
    paths.reduce((sum, path) => sum + path.length, 1),
    routes.length,
  )
  const builder = { trie, size: 1 }
  routes.forEach((route, id) => {
    let node = 0
    for (const segment of paths[id]!) node = childFor(builder, node, segment)
    trie.leaf[id] = node
    if (route.retiredAt === Infinity) trie.routeAt[node * methods.length + methodIndex(route.method)] = id
  })
  return trie
}

/** The method's number, or -1 for any other text. */
export function methodIndex(method: string): number {
  return methods.indexOf(method as Method)
}

/** The child of `node` for a literal segment that lies at `start` to `end` of `path` and hashes to `hash`, or -1. */
export function literalChild(
  trie: RouteTrie,
  node: Node,
  hash: number,
  path: string,
  start: number,
  end: number,
): Node {
  const mask = trie.literalChild.length - 1
  for (let slot = slotOf(node, hash) & mask; ; slot = (slot + 1) & mask) {
    const child = trie.literalChild[slot]!
    if (child === none) return none
    if (trie.hash[child] === hash && trie.parent[child] === node) {
      const text = trie.text[child]!
      // A hash is a hint: only equal text is the same segment.
      if (text.length === end - start && path.startsWith(text, start)) return child
    }
  }
}

/** The live route that is spelled out by a method and a route path, parameter names aside, or -1. */
export function findRoute(trie: RouteTrie, method: string, path: string): RouteId {
  const index = methodIndex(method)
  if (index < 0 || !path.startsWith("/")) return none
  let node: Node = 0
  if (path !== "/")
    for (const segment of path.slice(1).split("/")) {
      if (node === none) return none
      node = childOf(trie, node, segment)
    }
  return node === none ? none : trie.routeAt[node * methods.length + index]!
}

function childOf(trie: RouteTrie, node: Node, segment: string): Node {
  if (isGreedy(segment)) return trie.greedyChild[node]!
  if (isParameter(segment)) return trie.parameterChild[node]!
  return literalChild(trie, node, hashText(segment), segment, 0, segment.length)
}

interface Builder {
  readonly trie: Mutable<RouteTrie>
  size: number
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly string[] ? string[] : T[K] }

function emptyTrie(most: number, routes: number): Mutable<RouteTrie> {
  let slots = 4
  while (slots < 2 * most) slots *= 2
  const nodes = () => new Int32Array(most).fill(none)
  return {
    parent: nodes(),
    firstChild: nodes(),
    nextSibling: nodes(),
    text: [""],
    parameterChild: nodes(),
    greedyChild: nodes(),
    literalChild: new Int32Array(slots).fill(none),
    hash: new Int32Array(most),
    routeAt: new Int32Array(most * methods.length).fill(none),
    leaf: new Int32Array(routes),
  }
}

function childFor(builder: Builder, node: Node, segment: string): Node {
  const known = childOf(builder.trie, node, segment)
  return known === none ? addChild(builder, node, segment) : known
}

function addChild(builder: Builder, node: Node, segment: string): Node {
  const { trie } = builder
  const child = builder.size++
  trie.parent[child] = node
  trie.nextSibling[child] = trie.firstChild[node]!
  trie.firstChild[node] = child
  trie.text.push(segment)
  if (isGreedy(segment)) trie.greedyChild[node] = child
  else if (isParameter(segment)) trie.parameterChild[node] = child
  else indexLiteral(trie, node, child, hashText(segment))
  return child
}

function indexLiteral(trie: Mutable<RouteTrie>, node: Node, child: Node, hash: number): void {
  const mask = trie.literalChild.length - 1
  let slot = slotOf(node, hash) & mask
  while (trie.literalChild[slot] !== none) slot = (slot + 1) & mask
  trie.literalChild[slot] = child
  trie.hash[child] = hash
}

function slotOf(node: Node, hash: number): number {
  const h = Math.imul(hash ^ Math.imul(node, 0x9e3779b1), 0x85ebca6b)
  return h ^ (h >>> 15)
}
