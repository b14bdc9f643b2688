/** Random worlds: a route table, people and their tokens, and what happens to them in which order. */
import {
  type Access,
  type AccessByRoute,
  defineRoutes,
  type Method,
  type Routes,
  shapeOf,
} from "@claimgate/core"
import fc from "fast-check"

/** One route of a table: `GET /a/{p1}`. */
export interface RouteOfWorld {
  readonly text: `${Method} /${string}`
  readonly access: Access
}

export interface TokenOfWorld {
  readonly subject: number
  /** Seconds that it lives from the start on. */
  readonly lifetime: number
}

export type Step =
  | {
      readonly kind: "request"
      /** Beyond the last token: one that nobody knows, then none at all. */
      readonly token: number
      readonly route: number
      readonly method: Method | undefined
      /** What stands in for parameters, in turn. */
      readonly words: readonly string[]
      readonly spoiler: Spoiler
    }
  | { readonly kind: "wait"; readonly seconds: number }
  /** A grant or a revoke. */
  | { readonly kind: "change"; readonly subject: number; readonly route: number; readonly held: boolean }

export interface World {
  readonly routes: readonly RouteOfWorld[]
  /** By subject, then by route. */
  readonly held: readonly (readonly boolean[])[]
  readonly tokens: readonly TokenOfWorld[]
  readonly source: "claim" | "store"
  readonly steps: readonly Step[]
}

const subjects = 2
const mostRoutes = 6

/** Ways to spell a path badly, or to ask for another one. */
const spoilers = {
  none: (path: string) => path,
  slash: (path: string) => `${path}/`,
  doubled: (path: string) => path.replace("/", "//").replace(/^\/\//, "/"),
  dots: (path: string) => `${path}/..`,
  dot: (path: string) => path.replace(/[^/]+$/, "."),
  encoded: (path: string) => path.replace(/[ab]/, (letter) => (letter === "a" ? "%61" : "%62")),
  star: (path: string) => path.replace(/[^/]+$/, "*"),
  longer: (path: string) => `${path}/b`,
  long: (path: string) => path.replace(/[^/]+$/, "b".repeat(600)),
} as const
type Spoiler = keyof typeof spoilers

export const spoil = (path: string, spoiler: Spoiler) => spoilers[spoiler](path)

const path = fc
  .tuple(fc.array(fc.constantFrom("a", "b", "{}"), { maxLength: 3 }), fc.constantFrom("", "", "", "{rest+}"))
  .map(([segments, last]) => {
    const named = segments.map((segment, at) => (segment === "{}" ? `{p${at}}` : segment))
    return `/${[...named, ...(last === "" ? [] : [last])].join("/")}` as const
  })

const method = fc.constantFrom<Method>("GET", "GET", "POST", "DELETE")
const access = fc.constantFrom<Access>("granted", "granted", "granted", "granted", "signed-in", "public")

/** Few paths, so that methods share them. */
const routes = fc
  .tuple(
    fc.array(path, { minLength: 4, maxLength: 4 }),
    fc.array(fc.record({ verb: method, at: fc.nat({ max: 3 }), access }), {
      minLength: 1,
      maxLength: mostRoutes,
    }),
  )
  .map(([paths, picks]) => {
    const picked = picks.map(({ verb, at, access }) => ({
      text: `${verb} ${paths[at] ?? "/"}` as const,
      access,
    }))
    // One of each shape.
    return [...new Map(picked.map((route) => [shapeOf(route.text), route])).values()]
  })

const word = fc.constantFrom("a", "b", "c", "*", "a*", "%20", "~", "..", "")
const index = fc.nat({ max: 11 })

const request = fc.record({
  kind: fc.constant("request" as const),
  token: fc.nat({ max: 4 }),
  route: index,
  method: fc.option(method, { nil: undefined, freq: 5 }),
  words: fc.array(word, { minLength: 1, maxLength: 3 }),
  spoiler: fc.constantFrom<Spoiler>("none", "none", "none", "none", ...(Object.keys(spoilers) as Spoiler[])),
})
const wait = fc.record({
  kind: fc.constant("wait" as const),
  seconds: fc.constantFrom(1, 59, 61, 299, 301, 3600),
})
const change = fc.record({
  kind: fc.constant("change" as const),
  subject: fc.nat({ max: subjects - 1 }),
  route: index,
  held: fc.boolean(),
})

/** Any world; requests, waits and changes in any order. */
export const worlds: fc.Arbitrary<World> = fc.record({
  routes,
  held: fc.array(fc.array(fc.boolean(), { minLength: mostRoutes, maxLength: mostRoutes }), {
    minLength: subjects,
    maxLength: subjects,
  }),
  tokens: fc.array(
    fc.record({
      subject: fc.nat({ max: subjects - 1 }),
      lifetime: fc.constantFrom(30, 400, 90_000),
    }),
    { minLength: 3, maxLength: 3 },
  ),
  source: fc.constantFrom("claim" as const, "store" as const),
  steps: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: request },
      { weight: 1, arbitrary: wait },
      { weight: 1, arbitrary: change },
    ),
    {
      minLength: 2,
      maxLength: 8,
      size: "max",
    },
  ),
})

/** The table as its owner would declare it. */
export function tableOf(world: Pick<World, "routes">): Routes {
  const table = Object.fromEntries(
    world.routes.map(({ text, access }, at) => [`route${at}`, { route: text, access }]),
  )
  // Routes are literals to the compiler, and these are not written down anywhere.
  return defineRoutes(table as never)
}

export function accessOf(world: Pick<World, "routes">): AccessByRoute {
  return Object.fromEntries(world.routes.map(({ text, access }) => [text, access]))
}

/** The path of a request: its route's, with words for the parameters, then spoiled. */
export function pathOf(route: string, words: readonly string[], spoiler: Spoiler): string {
  let next = 0
  const filled = route.replace(/\{[^}]*\}/g, (parameter) => {
    const some = parameter.endsWith("+}") ? words : [words[next++ % words.length] ?? ""]
    return some.join("/")
  })
  return spoil(filled, spoiler)
}
