/**
 * All routes of a catalog as one trie over path segments, flat in typed arrays. The matcher, the expansion of
 * permissions and the claim's model of neighbouring routes all walk it. Retired routes keep their nodes, because
 * claims minted before still number them, but no request ends at them.
 */
import type { CatalogRoute } from "./catalog.ts"
import {
  emptyRadixTree,
  findLiteral,
  finishRadixTree,
  insertLiteral,
  type RadixDraft,
  type RadixTree,
} from "./radix.ts"
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
  const draft = createDraft()
  const leaf = Int32Array.from(routes, (route) => nodeFor(draft, route.path))
  const routeAt = new Int32Array(draft.text.length * methods.length).fill(none)
  for (const { id, method, retiredAt } of routes)
    if (retiredAt === Infinity) routeAt[leaf[id]! * methods.length + methodIndex(method)] = id
  return {
    parent: new Int32Array(draft.parent),
    firstChild: new Int32Array(draft.firstChild),
    nextSibling: new Int32Array(draft.nextSibling),
    parameterChild: new Int32Array(draft.parameterChild),
    greedyChild: new Int32Array(draft.greedyChild),
    length: Int32Array.from(draft.text, (text) => text.length),
    literals: new Int32Array(draft.literals),
    radix: finishRadixTree(draft.radix),
    routeAt,
    leaf,
  }
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

/** A trie in the making: lists that grow, and what is needed to find a node again. */
interface Draft {
  readonly text: string[]
  readonly parent: Node[]
  readonly firstChild: Node[]
  readonly nextSibling: Node[]
  readonly parameterChild: Node[]
  readonly greedyChild: Node[]
  readonly literals: Node[]
  readonly radix: RadixDraft
  /** Literal children by `node/text`. */
  readonly known: Map<string, Node>
  /** The path that was put in last, and the node of each of its segments. */
  path: readonly string[]
  readonly nodes: Node[]
}

function createDraft(): Draft {
  const root = { text: [""], parent: [none], firstChild: [none], nextSibling: [none] }
  const children = { parameterChild: [none], greedyChild: [none], literals: [none], radix: emptyRadixTree() }
  return { ...root, ...children, known: new Map(), path: [], nodes: [] }
}

/** The node at which a path ends. Neighbours in a log mostly start alike: what they share is not looked up again. */
function nodeFor(draft: Draft, routePath: string): Node {
  const path = routePath === "/" ? [] : routePath.slice(1).split("/")
  let depth = 0
  while (depth < path.length && path[depth] === draft.path[depth]) depth++
  let node = depth === 0 ? 0 : draft.nodes[depth - 1]!
  for (; depth < path.length; depth++) {
    node = childFor(draft, node, path[depth]!)
    draft.nodes[depth] = node
  }
  draft.path = path
  return node
}

function childFor(draft: Draft, node: Node, segment: string): Node {
  if (isParameter(segment)) {
    const special = isGreedy(segment) ? draft.greedyChild : draft.parameterChild
    if (special[node] === none) special[node] = addChild(draft, node, segment)
    return special[node]!
  }
  const key = `${node}/${segment}`
  const known = draft.known.get(key)
  if (known !== undefined) return known
  const child = addChild(draft, node, segment)
  draft.known.set(key, child)
  draft.literals[node] = insertLiteral(draft.radix, draft.literals[node]!, segment, child)
  return child
}

function addChild(draft: Draft, node: Node, segment: string): Node {
  const child = draft.text.push(segment) - 1
  draft.parent.push(node)
  draft.nextSibling.push(draft.firstChild[node]!)
  draft.firstChild[node] = child
  draft.firstChild.push(none)
  draft.parameterChild.push(none)
  draft.greedyChild.push(none)
  draft.literals.push(none)
  return child
}
