/**
 * All routes of a catalog as one trie over path segments, flat in typed arrays. The matcher, the expansion of
 * permissions and the claim's model of neighbouring routes all walk it. Retired routes keep their nodes, because
 * claims minted before still number them, but no request ends at them.
 */
import type { CatalogRoute } from "./catalog.ts"
import { emptyRadixTree, findLiteral, insertLiteral, type RadixTree } from "./radix.ts"
import { isGreedy, isParameter, methods } from "./route.ts"
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
  /** Characters of each node's segment. */
  readonly length: Int32Array
  /** First branch of the radix tree over the texts of each node's literal children. */
  readonly literals: Int32Array
  readonly radix: RadixTree
  /** Live route that ends at a node, by `node * 7 + method`. */
  readonly routeAt: Int32Array
  /** Node at which each route ends, by route id. */
  readonly leaf: Int32Array
}

/** Builds the trie of all routes; only live ones can be found by method. */
export function buildTrie(routes: readonly CatalogRoute[]): RouteTrie {
  const paths = routes.map((route) => (route.path === "/" ? [] : route.path.slice(1).split("/")))
  const segments = paths.reduce((sum, path) => sum + path.length, 1)
  const characters = routes.reduce((sum, route) => sum + route.path.length, 0)
  const builder: Builder = {
    trie: emptyTrie(segments, characters, routes.length),
    size: 1,
    path: [],
    nodes: [],
  }
  routes.forEach((route, id) => {
    const node = nodeFor(builder, paths[id]!)
    builder.trie.leaf[id] = node
    if (route.retiredAt === Infinity)
      builder.trie.routeAt[node * methods.length + methodIndex(route.method)] = id
  })
  return builder.trie
}

/** Methods by their length: the one that starts with G or H, and the other one. */
const byLength = [[], [], [], [0, 3], [1, 2], [none, 4], [none, 5], [none, 6]]

/** The method's number, or -1 for any other text. */
export function methodIndex(method: string): number {
  // Length and first letter leave one candidate; comparing with all seven costs more than the whole rest of a match.
  const first = method.charCodeAt(0)
  const candidate = byLength[method.length]?.[first === 0x47 || first === 0x48 ? 0 : 1] ?? none
  return methods[candidate] === method ? candidate : none
}

/** The child of `node` for the literal segment that starts at `start` of `path`, or -1. */
export function literalChild(trie: RouteTrie, node: Node, path: string, start: number): Node {
  return findLiteral(trie.radix, trie.literals[node]!, path, start)
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
  return literalChild(trie, node, segment, 0)
}

interface Builder {
  readonly trie: Mutable<RouteTrie>
  size: number
  /** The path that was put in last, and the node of each of its segments. */
  path: readonly string[]
  readonly nodes: Node[]
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly string[] ? string[] : T[K] }

function emptyTrie(most: number, characters: number, routes: number): Mutable<RouteTrie> {
  const nodes = () => new Int32Array(most).fill(none)
  return {
    parent: nodes(),
    firstChild: nodes(),
    nextSibling: nodes(),
    text: [""],
    parameterChild: nodes(),
    greedyChild: nodes(),
    length: nodes(),
    literals: nodes(),
    radix: emptyRadixTree(most, characters),
    routeAt: new Int32Array(most * methods.length).fill(none),
    leaf: new Int32Array(routes),
  }
}

/** The node at which a path ends. Neighbours in a log mostly start alike: what they share is not looked up again. */
function nodeFor(builder: Builder, path: readonly string[]): Node {
  let depth = 0
  while (depth < path.length && path[depth] === builder.path[depth]) depth++
  let node = depth === 0 ? 0 : builder.nodes[depth - 1]!
  for (; depth < path.length; depth++) {
    const known = childOf(builder.trie, node, path[depth]!)
    node = known === none ? addChild(builder, node, path[depth]!) : known
    builder.nodes[depth] = node
  }
  builder.path = path
  return node
}

function addChild(builder: Builder, node: Node, segment: string): Node {
  const { trie } = builder
  const child = builder.size++
  trie.parent[child] = node
  trie.nextSibling[child] = trie.firstChild[node]!
  trie.firstChild[node] = child
  trie.text.push(segment)
  trie.length[child] = segment.length
  if (isGreedy(segment)) trie.greedyChild[node] = child
  else if (isParameter(segment)) trie.parameterChild[node] = child
  else trie.literals[node] = insertLiteral(trie.radix, trie.literals[node]!, segment, child)
  return child
}
