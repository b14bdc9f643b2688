import { describe, expect, test } from "vitest"
import { createRandom, type Random } from "../test/random.ts"
import { type Catalog, type CatalogRoute, createCatalog } from "./catalog.ts"
import { matchRoute, resolveRoute } from "./match.ts"
import { isCanonicalPath } from "./path.ts"
import { methods, shapeOf } from "./route.ts"
import type { RouteTrie } from "./trie.ts"

/** The route that a request resolves to, as the catalog spells it, or why there is none. */
function resolve(catalog: Catalog, request: string): string {
  const space = request.indexOf(" ")
  const resolved = resolveRoute(catalog, request.slice(0, space), request.slice(space + 1))
  if (!resolved.ok) return resolved.because
  const { method, path } = catalog.routes[resolved.route]!
  return `${method} ${path}`
}

describe("a request resolves, literal before parameter before greedy:", () => {
  const catalog = createCatalog([
    "GET /",
    "GET /users",
    "GET /users/export",
    "GET /users/{id}",
    "DELETE /users/{id}",
    "GET /users/{id}/keys",
    "GET /users/export/{format}/now",
    "GET /users/{rest+}",
    "GET /files/{path+}",
    "GET /files/{dir}/list",
    "GET /files/shared/list",
    "PUT /files/shared/{name}",
    "ANY /any/{x}",
    "GET /caf%C3%A9",
    "GET /my%20plan",
    "GET /.well-known/{name}",
    "GET /old",
    "GET /old/{id}",
    "-GET /old",
    "GET /old/{x}/b",
    "-GET /old/{x}/b",
    "GET /constructor/__proto__",
  ])
  test.each([
    ["the root", "GET /", "GET /"],
    ["a literal", "GET /users", "GET /users"],
    ["a literal before its sibling parameter", "GET /users/export", "GET /users/export"],
    ["a parameter", "GET /users/42", "GET /users/{id}"],
    ["a parameter for what begins like the literal", "GET /users/exports", "GET /users/{id}"],
    ["a parameter for what the literal begins with", "GET /users/expor", "GET /users/{id}"],
    ["a parameter for the literal in another case", "GET /users/Export", "GET /users/{id}"],
    ["another case of a literal: none", "GET /Users", "no_route"],
    ["behind a parameter", "GET /users/42/keys", "GET /users/{id}/keys"],
    ["back from the literal to the parameter", "GET /users/export/keys", "GET /users/{id}/keys"],
    ["back from the parameter to the greedy rest", "GET /users/42/keys/7", "GET /users/{rest+}"],
    ["back from literal and parameter to the greedy rest", "GET /users/export/a/b", "GET /users/{rest+}"],
    ["deep inside of the literal", "GET /users/export/csv/now", "GET /users/export/{format}/now"],
    ["greedy with one segment", "GET /files/a", "GET /files/{path+}"],
    ["greedy with many segments", "GET /files/a/b/c/d/e", "GET /files/{path+}"],
    ["greedy with none: none", "GET /files", "no_route"],
    ["a literal before a parameter deeper down", "GET /files/shared/list", "GET /files/shared/list"],
    ["a parameter before the greedy rest", "GET /files/a/list", "GET /files/{dir}/list"],
    ["the greedy rest for other text", "GET /files/shared/other", "GET /files/{path+}"],
    ["by method: the literal has none for it", "DELETE /users/export", "DELETE /users/{id}"],
    ["by method: one level down", "PUT /files/shared/list", "PUT /files/shared/{name}"],
    ["by method: none at all", "POST /users", "no_route"],
    ["HEAD is not GET", "HEAD /users", "no_route"],
    ["any of the seven methods", "OPTIONS /any/1", "OPTIONS /any/{x}"],
    ["a method in small letters: none", "get /users", "no_route"],
    ["an eighth method: none", "TRACE /any/1", "no_route"],
    ["ANY as a method: none", "ANY /any/1", "no_route"],
    ["an empty method: none", " /users", "no_route"],
    ["an encoded literal as it is spelled", "GET /caf%C3%A9", "GET /caf%C3%A9"],
    ["an encoded literal in other hex digits: none", "GET /caf%c3%a9", "no_route"],
    ["an encoded space", "GET /my%20plan", "GET /my%20plan"],
    ["a plus for a space: none", "GET /my+plan", "no_route"],
    ["a parameter with an encoding", "GET /users/a%20b", "GET /users/{id}"],
    ["a leading dot", "GET /.well-known/jwks.json", "GET /.well-known/{name}"],
    ["a parameter that looks like one", "GET /users/%7Bid%7D", "GET /users/{id}"],
    ["an unknown first segment: none", "GET /nobody", "no_route"],
    ["too many segments: none", "GET /users-/x", "no_route"],
    ["a retired route: none", "GET /old", "no_route"],
    ["beside a retired route", "GET /old/b", "GET /old/{id}"],
    ["behind which a route is retired: none", "GET /old/a/b", "no_route"],
    ["names that objects inherit", "GET /constructor/__proto__", "GET /constructor/__proto__"],
    ["names that objects inherit, as a method: none", "toString /users", "no_route"],
    ["a trailing slash: refused", "GET /users/", "bad_path"],
    ["an empty segment: refused", "GET /users//42", "bad_path"],
    ["a dot segment under a greedy rest: refused", "GET /files/a/../b", "bad_path"],
    ["a dot segment with path parameters: refused", "GET /files/..;x/b", "bad_path"],
    ["an encoded slash under a parameter: refused", "GET /users/a%2Fb", "bad_path"],
    ["a raw brace: refused", "GET /users/{id}", "bad_path"],
    ["a query: refused", "GET /users?x=1", "bad_path"],
    ["a bad path under an unknown method: refused", "TRACE /a/../b", "bad_path"],
    ["a bad path that no route is near: refused", "GET /nobody/%00", "bad_path"],
    ["an empty path: refused", "GET ", "bad_path"],
  ])("%s: `%s`", (_, request, expected) => {
    expect(resolve(catalog, request)).toBe(expected)
  })

  test("a greedy root takes all but the root itself", () => {
    const greedy = createCatalog(["GET /{all+}", "GET /a/{x}"])
    expect(resolve(greedy, "GET /")).toBe("no_route")
    expect(resolve(greedy, "GET /b")).toBe("GET /{all+}")
    expect(resolve(greedy, "GET /a")).toBe("GET /{all+}")
    expect(resolve(greedy, "GET /a/b")).toBe("GET /a/{x}")
    expect(resolve(greedy, "GET /a/b/c")).toBe("GET /{all+}")
  })

  test("a path as deep and long as the rule takes", () => {
    const path = "/a".repeat(2048)
    const deep = createCatalog([`GET ${path}`, "GET /{all+}"])
    expect(resolve(deep, `GET ${path}`)).toBe(`GET ${path}`)
    expect(resolve(deep, `GET ${path.slice(2)}`)).toBe("GET /{all+}")
    expect(resolve(deep, `GET ${path}b`)).toBe("bad_path")
  })
})

describe("literals that begin alike", () => {
  const log = ["a", "ab", "abc", "abd", "abcde", "b", "a-c", "a.c"].map((text) => `GET /${text}`)
  const texts = [...log, "GET /abcd", "GET /abcdef", "GET /ac", "GET /a-", "GET /"].map((line) =>
    line.slice(5),
  )

  test.each([log, [...log].reverse()])("are told apart, whatever the order they came in", (...lines) => {
    const catalog = createCatalog(lines)
    for (const text of texts)
      expect(resolve(catalog, `GET /${text}`)).toBe(
        lines.includes(`GET /${text}`) ? `GET /${text}` : "no_route",
      )
  })

  test("are no match for a parameter's children, nor beside one", () => {
    const catalog = createCatalog([
      "GET /users/export",
      "GET /users/{id}",
      "GET /users/{id}/export",
      "GET /users/exp",
    ])
    expect(resolve(catalog, "GET /users/expo")).toBe("GET /users/{id}")
    expect(resolve(catalog, "GET /users/exports")).toBe("GET /users/{id}")
    expect(resolve(catalog, "GET /users/export/export")).toBe("GET /users/{id}/export")
  })
})

/** The matcher once more, slow and obvious: every live route is tried, the best of those that fit is taken. */
function slowMatch(routes: readonly SlowRoute[], method: string, path: string): number {
  const parts = partsOf(path)
  let best: SlowRoute | undefined
  for (const route of routes)
    if (route.method === method && fits(route.parts, parts) && (best === undefined || precedes(route, best)))
      best = route
  return best === undefined ? -1 : best.id
}

interface SlowRoute {
  readonly id: number
  readonly method: string
  readonly parts: readonly string[]
  /** For each segment 0 literal, 1 parameter, 2 greedy. */
  readonly ranks: readonly number[]
}

function slowRoutes(routes: readonly CatalogRoute[]): SlowRoute[] {
  return routes
    .filter((route) => route.retiredAt === Infinity)
    .map(({ id, method, path }) => ({ id, method, parts: partsOf(path), ranks: partsOf(path).map(rankOf) }))
}

function partsOf(path: string): string[] {
  return path === "/" ? [] : path.slice(1).split("/")
}

function rankOf(part: string): number {
  if (part.endsWith("+}")) return 2
  return part.endsWith("}") ? 1 : 0
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  const greedy = pattern.at(-1)?.endsWith("+}") === true
  if (greedy ? parts.length < pattern.length : parts.length !== pattern.length) return false
  return pattern.every((segment, i) => rankOf(segment) > 0 || segment === parts[i])
}

/** Whether `one` is more specific at the first segment where the two differ in kind. */
function precedes(one: SlowRoute, other: SlowRoute): boolean {
  const at = one.ranks.findIndex((rank, i) => rank !== other.ranks[i])
  return at >= 0 && one.ranks[at]! < (other.ranks[at] ?? 3)
}

const words = ["a", "b", "c", "ab", "abc", "a.b", "users", "caf%C3%A9", ":x", "..."]
const strangers = ["z", "A", "%20", "aa", "abcd", "a.", "user", "caf%C3%AA", "~"]
const spoilers = ["", ".", "..", "%2F", "x y", "%41"]
const verbs = ["GET", "GET", "GET", "POST", "DELETE"]

/** Siblings, parameters beside literals and greedy tails, some routes retired. */
function tangledCatalog(random: Random): Catalog {
  const alphabet = random.sample(words, 2 + random.below(4))
  const log = new Map<string, string>()
  const size = 3 + random.below(40)
  for (let i = 0; i < size; i++) {
    const depth = random.below(5)
    const parts = Array.from({ length: depth }, (_, at) =>
      random.next() < 0.4 ? `{p${at}}` : random.pick(alphabet),
    )
    if (random.next() < 0.15) parts.push("{rest+}")
    const line = `${random.pick(verbs)} /${parts.join("/")}`
    log.set(shapeOf(line), line)
  }
  const lines = [...log.values()]
  return createCatalog([...lines, ...random.sample(lines, random.below(3)).map((line) => `-${line}`)])
}

/** Mostly a route of the catalog with its parameters filled in, then perhaps changed a little. */
function request(catalog: Catalog, random: Random): { method: string; path: string } {
  const known = random.pick(catalog.routes)
  const parts = partsOf(known.path).flatMap((part) => {
    if (rankOf(part) === 0) return [part]
    const value = () => (random.next() < 0.7 ? random.pick(words) : random.pick(strangers))
    return rankOf(part) === 1 ? [value()] : Array.from({ length: 1 + random.below(3) }, value)
  })
  if (random.next() < 0.5) parts[random.below(parts.length + 1)] = random.pick([...words, ...strangers])
  if (random.next() < 0.1) parts.pop()
  if (random.next() < 0.03) parts.push(random.pick(spoilers))
  const method = random.next() < 0.8 ? known.method : random.pick([...methods, "get", "TRACE"])
  return { method, path: `/${parts.join("/")}` }
}

describe("any request to any catalog", () => {
  /** The environment raises the number of cases: `CLAIMGATE_FUZZ=10000000`. */
  const cases = Number(process.env.CLAIMGATE_FUZZ ?? 200_000)
  const perCatalog = 500

  test(
    `resolves as the slow matcher says, ${cases.toLocaleString("en")} times`,
    () => {
      let resolved = 0
      for (let seed = 0; seed * perCatalog < cases; seed++) {
        const random = createRandom(seed)
        const catalog = tangledCatalog(random)
        const slow = slowRoutes(catalog.routes)
        for (let i = 0; i < perCatalog; i++) {
          const { method, path } = request(catalog, random)
          const expected = isCanonicalPath(path) ? slowMatch(slow, method, path) : -2
          const found = matchRoute(catalog.trie, method, path)
          // Building a message for each of so many cases would take longer than matching.
          if (found !== expected)
            expect.fail(`${method} ${path} in ${JSON.stringify(catalog.routes)}: ${found}, not ${expected}`)
          if (found >= 0) resolved++
        }
      }
      expect(resolved).toBeGreaterThan(cases / 5)
    },
    15_000 + cases / 20,
  )
})

describe("the worst catalog for backtracking", () => {
  const depth = 10
  const catalog = createCatalog([...everyWay(depth).map((path) => `GET ${path}/end`), "GET /{p+}"])
  const path = `${"/a".repeat(depth)}/no-end`

  test("is one where every segment may be a literal or a parameter", () => {
    expect(catalog.routes).toHaveLength(2 ** depth + 1)
    expect(resolve(catalog, `GET ${path}`)).toBe("GET /{p+}")
  })

  test("is walked without visiting any node twice", () => {
    const visits = new Map<string, number>()
    const parameterChild = new Proxy(catalog.trie.parameterChild, {
      get(nodes, node: string) {
        visits.set(node, (visits.get(node) ?? 0) + 1)
        // Indexed access is all that the matcher does with it.
        return nodes[Number(node)]
      },
    })
    const trie: RouteTrie = { ...catalog.trie, parameterChild }
    expect(matchRoute(trie, "GET", path)).toBe(2 ** depth)
    expect(Math.max(...visits.values())).toBe(1)
    expect(visits.size).toBe(2 ** (depth + 1) - 1)
  })

  test("still answers within 20 ms", () => {
    const times = Array.from({ length: 20 }, () => {
      const start = performance.now()
      matchRoute(catalog.trie, "GET", path)
      return performance.now() - start
    })
    expect(Math.min(...times)).toBeLessThan(20)
  })

  /** `/a/a`, `/a/{p1}`, `/{p0}/a`, `/{p0}/{p1}` and so on. */
  function everyWay(length: number): string[] {
    if (length === 0) return [""]
    return everyWay(length - 1).flatMap((head) => [`${head}/a`, `${head}/{p${length}}`])
  }
})
