/**
 * Routers: each does what it is there for, from a method and a path to a route, and then a `Set` tells whether the
 * role holds it. All of them also cut out the parameters, which nobody here needs.
 */
import findMyWay from "find-my-way"
import { RegExpRouter } from "hono/router/reg-exp-router"
import { SmartRouter } from "hono/router/smart-router"
import { TrieRouter } from "hono/router/trie-router"
import { Memoirist } from "memoirist"
import { pathToRegexp } from "path-to-regexp"
import { addRoute, createRouter, findRoute } from "rou3"
import { compileRouter } from "rou3/compiler"
import type { Answer, Contender, Held } from "./contender.ts"

export const memoirist = "memoirist"
export const findMyWayName = "find-my-way"

export const routers: readonly Contender[] = [
  { name: memoirist, build: (held) => grantedBy(held, createMemoirist(held)) },
  { name: findMyWayName, build: (held) => grantedBy(held, createFindMyWay(held)) },
  { name: "rou3", build: (held) => grantedBy(held, createRou3(held)) },
  { name: "rou3, compiled", build: (held) => grantedBy(held, createCompiledRou3(held)) },
  { name: "hono RegExpRouter", build: (held) => grantedBy(held, createHono(held, new RegExpRouter())) },
  { name: "hono TrieRouter", build: (held) => grantedBy(held, createHono(held, new TrieRouter())) },
  { name: "hono SmartRouter", build: (held) => grantedBy(held, createHono(held, smartRouter())) },
  { name: "path-to-regexp", build: (held) => grantedBy(held, createPathToRegexp(held)) },
]

/** The id of the route that a request asks for, or undefined. */
export type Lookup = (method: string, path: string) => number | undefined

export function createMemoirist(held: Held): Lookup {
  const router = new Memoirist<number>()
  for (const { id, method, path } of served(held)) router.add(method, path, id)
  return (method, path) => router.find(method, path)?.store
}

function grantedBy({ granted }: Held, lookup: Lookup): Answer {
  return (method, path) => {
    const id = lookup(method, path)
    return id !== undefined && granted.has(id)
  }
}

function createFindMyWay(held: Held): Lookup {
  const router = findMyWay()
  const handler = () => undefined
  // Its types list methods one by one, ours among them; and it takes a store of 0 for none.
  for (const { id, method, path } of served(held)) router.on(method as "GET", path, handler, { id })
  return (method, path) => router.find(method as "GET", path)?.store.id
}

function createRou3(held: Held): Lookup {
  const router = fillRou3(held)
  return (method, path) => findRoute(router, method, path)?.data
}

function createCompiledRou3(held: Held): Lookup {
  const find = compileRouter(fillRou3(held))
  return (method, path) => find(method, path)?.data
}

function fillRou3(held: Held) {
  const router = createRouter<number>()
  for (const { id, method, path } of served(held)) addRoute(router, method, path, id)
  return router
}

interface HonoRouter {
  add(method: string, path: string, handler: number): void
  match(method: string, path: string): readonly [readonly (readonly [number, ...unknown[]])[], ...unknown[]]
}

function smartRouter(): HonoRouter {
  return new SmartRouter<number>({ routers: [new RegExpRouter(), new TrieRouter()] })
}

function createHono(held: Held, router: HonoRouter): Lookup {
  for (const { id, method, path } of inPrecedence(served(held))) router.add(method, path, id)
  // It builds its matchers at the first request; routes that it cannot hold are refused here.
  router.match("GET", "/")
  return (method, path) => router.match(method, path)[0][0]?.[0]
}

function createPathToRegexp(held: Held): Lookup {
  const byMethod = new Map<string, { readonly id: number; readonly shape: RegExp }[]>()
  for (const { id, method, path } of inPrecedence(served(held))) {
    const list = byMethod.get(method) ?? []
    list.push({ id, shape: pathToRegexp(path, { sensitive: true, trailing: false }).regexp })
    byMethod.set(method, list)
  }
  return (method, path) => byMethod.get(method)?.find(({ shape }) => shape.test(path))?.id
}

/** One route in the syntax that all of these share: `/users/:p2`. */
interface Served {
  readonly id: number
  readonly method: string
  readonly path: string
}

/** Parameters named for their place: some routers want one name wherever two routes share a parameter. */
function served({ catalog }: Held): Served[] {
  return catalog.routes.map(({ id, method, path }) => ({
    id,
    method,
    path: path
      .split("/")
      .map((segment, place) => (segment.startsWith("{") ? `:p${place}` : segment))
      .join("/"),
  }))
}

/** Literal before parameter, segment by segment: for routers where the route that was added first wins. */
function inPrecedence(routes: readonly Served[]): Served[] {
  const rank = (path: string) => path.replaceAll("/", "\u0001").replaceAll(":", "\uffff")
  return [...routes].sort((a, b) => (rank(a.path) < rank(b.path) ? -1 : 1))
}
