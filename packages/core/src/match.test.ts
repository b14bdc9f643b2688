import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { anyPath, filledIn, twisted } from "../test/any-path.ts"
import { createRandom, type Random } from "../test/random.ts"
import { createReferenceMatch, objectionTo, segmentsOf } from "../test/reference.ts"
import { type Catalog, type CatalogRoute, createCatalog } from "./catalog.ts"
import { matchRoute, resolveRoute, routeNamed } from "./match.ts"
import { isCanonicalPath } from "./path.ts"
import { methods, shapeOf } from "./route.ts"
import type { RouteTrie } from "./trie.ts"

/** The environment raises the number of cases: `CLAIMGATE_FUZZ=10000000`. */
const cases = Number(process.env.CLAIMGATE_FUZZ ?? 200_000)

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

describe("a route is found by its name:", () => {
  const log = ["GET /users/{id}", "GET /users/export", "ANY /files/{path+}", "GET /", "GET /old", "-GET /old"]
  const catalog = createCatalog(log)
  test.each([
    ["as it is spelled", "GET /users/{id}", 0],
    ["with a parameter of another name", "GET /users/{user}", 0],
    ["a literal beside it", "GET /users/export", 1],
    ["one of seven methods", "PUT /files/{rest+}", 5],
    ["the root", "GET /", 9],
    ["not by a path that matches", "GET /users/42", undefined],
    ["not by another method", "POST /users/{id}", undefined],
    ["not by `ANY`, which stands for seven", "ANY /files/{path+}", undefined],
    ["not with a parameter for a greedy one", "GET /files/{path}", undefined],
    ["not by the gateway's own catch-all", "$default", undefined],
    ["not without a space", "GET/users/{id}", undefined],
    ["not with two spaces", "GET  /users/{id}", undefined],
    ["not with a space in front", " GET /users/{id}", undefined],
    ["not without a method", "/users/{id}", undefined],
    ["not when it is retired", "GET /old", undefined],
    ["not by nothing", "", undefined],
  ])("%s: `%s`", (_, text, id) => {
    expect(routeNamed(catalog, text)).toBe(id)
    expect(routeNamed(catalog, text)).toBe(id)
  })

  test("and remembered under up to twice as many names as there are routes, and one", () => {
    let lookUps = 0
    const routeAt = new Proxy(catalog.trie.routeAt, {
      get(routes, index: string) {
        lookUps++
        // Indexed access is all that looking a name up does with it.
        return routes[Number(index)]
      },
    })
    const counted: Catalog = { ...catalog, trie: { ...catalog.trie, routeAt } }
    const names = Array.from({ length: 2 * catalog.routes.length + 2 }, (_, i) => `GET /users/{name${i}}`)
    const kept = names.slice(0, -1)
    for (const name of [...kept, ...kept]) expect(routeNamed(counted, name)).toBe(0)
    expect(lookUps).toBe(kept.length)
    // One more, and they are looked up anew.
    for (const name of [names.at(-1)!, names[0]!]) expect(routeNamed(counted, name)).toBe(0)
    expect(lookUps).toBe(kept.length + 2)
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
  const parts = segmentsOf(known.path).flatMap((part) => {
    if (!part.endsWith("}")) return [part]
    const value = () => (random.next() < 0.7 ? random.pick(words) : random.pick(strangers))
    return !part.endsWith("+}") ? [value()] : Array.from({ length: 1 + random.below(3) }, value)
  })
  if (random.next() < 0.5) parts[random.below(parts.length + 1)] = random.pick([...words, ...strangers])
  if (random.next() < 0.1) parts.pop()
  if (random.next() < 0.03) parts.push(random.pick(spoilers))
  const method = random.next() < 0.8 ? known.method : random.pick([...methods, "get", "TRACE"])
  return { method, path: `/${parts.join("/")}` }
}

describe("any request to any catalog", () => {
  const perCatalog = 500

  test(
    `resolves as the reference says, ${cases.toLocaleString("en")} times`,
    () => {
      let resolved = 0
      for (let seed = 0; seed * perCatalog < cases; seed++) {
        const random = createRandom(seed)
        const catalog = tangledCatalog(random)
        const reference = createReferenceMatch(liveRoutes(catalog))
        for (let i = 0; i < perCatalog; i++) {
          const { method, path } = request(catalog, random)
          const expected = isCanonicalPath(path) ? reference(method, path) : -2
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

describe("the rule and the matcher together", () => {
  const literal = fc.constantFrom(
    ...[
      "a",
      "b",
      "a.b",
      "...",
      ":x",
      "@me",
      "caf%C3%A9",
      "caf%c3%a9",
      "my%20plan",
      "%7Bid%7D",
      ".well-known",
      "100%25",
    ],
  )
  const parts = fc.array(fc.oneof(literal, fc.constant("{}")), { maxLength: 4 })
  const path = fc.tuple(parts, fc.constantFrom([], [], ["{rest+}"])).map(([segments, rest]) => {
    // Names must differ within a route.
    const named = segments.map((segment, at) => (segment === "{}" ? `{p${at}}` : segment))
    return `/${[...named, ...rest].join("/")}`
  })
  const line = fc.tuple(fc.constantFrom("GET", "HEAD", "POST"), path).map((both) => both.join(" "))
  const table = fc.uniqueArray(line, { minLength: 1, maxLength: 12, selector: shapeOf })
  const anyVerb = fc.constantFrom(...methods, "get", "ANY", "TRACE", "")
  const asked = table.chain((lines) => {
    const near = fc.constantFrom(...lines).chain((line) => {
      const [verb = "", routePath = ""] = line.split(" ")
      return fc.tuple(usually(fc.constant(verb), anyVerb), usually(twisted(filledIn(routePath)), anyPath))
    })
    return fc.record({ lines: fc.constant(lines), requests: fc.array(near, { minLength: 1, maxLength: 30 }) })
  })

  function usually(one: fc.Arbitrary<string>, other: fc.Arbitrary<string>): fc.Arbitrary<string> {
    return fc.oneof({ weight: 9, arbitrary: one }, { weight: 1, arbitrary: other })
  }

  const timeout = 15_000 + cases / 20
  test("say of any request to any table what the reference says", { timeout }, () => {
    let all = 0
    const said = { found: 0, refused: 0 }
    const judged = fc.property(asked, ({ lines, requests }) => {
      const catalog = createCatalog(lines)
      const reference = createReferenceMatch(liveRoutes(catalog))
      for (const [method, path] of requests) {
        const expected = objectionTo(path) === undefined ? reference(method, path) : -2
        all++
        if (expected >= 0) said.found++
        if (expected === -2) said.refused++
        expect([method, path, matchRoute(catalog.trie, method, path)]).toEqual([method, path, expected])
      }
    })
    fc.assert(judged, { numRuns: cases / 200 })
    expect(said.found / all).toBeGreaterThan(0.2)
    expect(said.refused / all).toBeGreaterThan(0.2)
  })
})

/** The routes that requests can end at. */
function liveRoutes(catalog: Catalog): readonly CatalogRoute[] {
  return catalog.routes.filter((route) => route.retiredAt === Infinity)
}

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

  // Code that counts its mutants is many times slower, and its time says nothing.
  const milliseconds = cases < 10_000 ? 2_000 : 20
  test(`still answers within ${milliseconds} ms`, () => {
    const times = Array.from({ length: 20 }, () => {
      const start = performance.now()
      matchRoute(catalog.trie, "GET", path)
      return performance.now() - start
    })
    expect(Math.min(...times)).toBeLessThan(milliseconds)
  })

  /** `/a/a`, `/a/{p1}`, `/{p0}/a`, `/{p0}/{p1}` and so on. */
  function everyWay(length: number): string[] {
    if (length === 0) return [""]
    return everyWay(length - 1).flatMap((head) => [`${head}/a`, `${head}/{p${length}}`])
  }
})
