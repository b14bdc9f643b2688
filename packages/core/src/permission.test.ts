import fc from "fast-check"
import { describe, expect, expectTypeOf, test } from "vitest"
import { anyText } from "../test/any-text.ts"
import { createCatalog } from "./catalog.ts"
import { ClaimgateError } from "./errors.ts"
import { expand, parsePermission } from "./permission.ts"
import type { Covering, PermissionOf } from "./permission-type.ts"
import { defineRoutes, methods, shapeOf } from "./route.ts"
import { routeIds } from "./route-set.ts"

/** What permissions mean in a catalog of these lines, as `METHOD /path` of each route. */
function meaning(log: readonly string[], permissions: readonly string[]): string[] {
  const catalog = createCatalog(log)
  return routeIds(expand(catalog, permissions)).map(
    (id) => `${catalog.routes[id]!.method} ${catalog.routes[id]!.path}`,
  )
}

describe("a well-formed permission", () => {
  const literal = (text: string) => ({ kind: "literal", text })
  test.each([
    ["GET:/", false, "GET", []],
    ["*:/**", false, "*", [{ kind: "rest" }]],
    ["!DELETE:/api/*", true, "DELETE", [literal("api"), { kind: "one" }]],
    ["!*:/a/{rest+}", true, "*", [literal("a"), { kind: "greedy" }]],
    ["PATCH:/a/{id}/b", false, "PATCH", [literal("a"), { kind: "parameter" }, literal("b")]],
    ["GET:/v1:batch/a:b", false, "GET", [literal("v1:batch"), literal("a:b")]],
    ["HEAD:/!/caf%C3%A9/...", false, "HEAD", [literal("!"), literal("caf%C3%A9"), literal("...")]],
    [
      "OPTIONS:/{a.b-c_d:1}/*/**",
      false,
      "OPTIONS",
      [{ kind: "parameter" }, { kind: "one" }, { kind: "rest" }],
    ],
  ])("%s is read", (text, denies, method, segments) => {
    expect(parsePermission(text)).toEqual({ denies, method, segments })
  })

  test.each(methods)("may have the method %s", (method) => {
    expect(parsePermission(`${method}:/a`).method).toBe(method)
  })

  test("may have a path of 4,096 characters, and no more", () => {
    const longest = "/a".repeat(2048)
    expect(parsePermission(`GET:${longest}`).segments).toHaveLength(2048)
    expect(() => parsePermission(`!GET:${longest}b`)).toThrow("at character 4102: expected the path's end")
  })
})

const aPermission = "`METHOD:/path`"
const aMethod = "one of GET HEAD POST PUT PATCH DELETE OPTIONS or `*`"
const aPath = "a path that starts with `/`"
const aSegment = "a literal, `{name}`, `*`, or as the last segment `**` or `{name+}`"

describe("a malformed permission names the position and what was expected:", () => {
  test.each([
    ["nothing", "", 1, aPermission],
    ["a method alone", "GET", 4, aPermission],
    ["an exclamation mark alone", "!", 2, aPermission],
    ["the spelling of routes", "GET /a", 7, aPermission],
    ["a path alone", "/a", 3, aPermission],

    ["no method", ":/a", 1, aMethod],
    ["an unknown method", "FETCH:/a", 1, aMethod],
    ["a method in small letters", "get:/a", 1, aMethod],
    ["ANY, which is for routes", "ANY:/a", 1, aMethod],
    ["two stars as method", "**:/a", 1, aMethod],
    ["a list of methods", "GET,PUT:/a", 1, aMethod],
    ["a space before the method", " GET:/a", 1, aMethod],
    ["a space before the colon", "GET :/a", 1, aMethod],
    ["two exclamation marks", "!!GET:/a", 2, aMethod],
    ["an exclamation mark and no method", "!:/a", 2, aMethod],
    ["a colon in the path only", "/a:b", 1, aMethod],

    ["no path", "GET:", 5, aPath],
    ["a path without its slash", "GET:a", 5, aPath],
    ["a space before the path", "GET: /a", 5, aPath],
    ["a star as path", "!GET:*", 6, aPath],
    ["two colons", "GET::/a", 5, aPath],

    ["an empty segment", "GET:/a//b", 8, aSegment],
    ["an empty first segment", "GET://a", 6, aSegment],
    ["a trailing slash", "GET:/a/", 8, aSegment],
    ["a trailing slash behind wildcards", "!*:/*/", 7, aSegment],
    ["a dot segment", "GET:/a/../b", 8, aSegment],
    ["a star inside of a literal", "GET:/a/b*", 8, aSegment],
    ["a star before a literal", "GET:/*.json", 6, aSegment],
    ["three stars", "GET:/***", 6, aSegment],
    ["a comma", "GET:/a,GET:/b", 6, aSegment],
    ["a brace that is not closed", "GET:/a/{id", 8, aSegment],
    ["a brace that was not opened", "GET:/a/id}", 8, aSegment],
    ["a parameter without a name", "GET:/{}", 6, aSegment],
    ["a greedy parameter without a name", "GET:/{+}", 6, aSegment],
    ["a parameter with two pluses", "GET:/{a++}", 6, aSegment],
    ["a parameter with a star", "GET:/{*}", 6, aSegment],
    ["text around a parameter", "GET:/v{id}", 6, aSegment],
    ["two parameters in a segment", "GET:/{a}{b}", 6, aSegment],
    ["a raw space", "GET:/my plan", 6, aSegment],
    ["a space at the end", "GET:/a ", 6, aSegment],
    ["a line break at the end", "GET:/a\n", 6, aSegment],
    ["a raw letter outside ASCII", "GET:/a/caf\u00e9", 8, aSegment],
    ["an encoded unreserved character", "GET:/%61", 6, aSegment],
    ["a query", "GET:/a?b", 6, aSegment],

    ["`**` before more", "GET:/a/**/b", 10, "the path's end, as `**` must be the last segment"],
    [
      "a greedy parameter before more",
      "!GET:/{a+}/b",
      11,
      "the path's end, as `{a+}` must be the last segment",
    ],
    ["`**` twice", "*:/**/**", 6, "the path's end, as `**` must be the last segment"],
  ])("%s: %j", (_, text, position, expected) => {
    const refusal = expect.objectContaining({ code: "malformed_permission" })
    const message = `: at character ${position}: expected ${expected}`
    expect(() => parsePermission(text)).toThrow(refusal)
    expect(() => parsePermission(text)).toThrow(message)
    expect(() => expand(createCatalog(["GET /a"]), ["GET:/a", text])).toThrow(message)
  })

  test("with control characters escaped", () => {
    expect(() => parsePermission("GET:/a\nb\u001b[2J")).toThrow(
      "permission `GET:/a\\u{a}b\\u{1b}[2J`: at character 6: expected a literal",
    )
  })

  test("for any text whatever, it is either read or refused so", () => {
    const part = fc.constantFrom(
      "GET",
      "*",
      ":",
      "/",
      "a",
      "{",
      "}",
      "+",
      "!",
      ",",
      "**",
      "{id}",
      "{x+}",
      ".",
      "%",
    )
    const texts = fc.oneof(
      fc.array(part, { maxLength: 9 }).map((parts) => parts.join("")),
      anyText(12),
    )
    const outcome = (text: string) => {
      try {
        return parsePermission(text).method
      } catch (error) {
        return error instanceof ClaimgateError ? error.code : error
      }
    }
    const known: readonly unknown[] = [...methods, "*", "malformed_permission"]
    fc.assert(
      fc.property(texts, (text) => known.includes(outcome(text))),
      { numRuns: 3_000 },
    )
  })
})

describe("coverage: a permission means these routes and no others", () => {
  const log = [
    "GET /",
    "GET /users",
    "GET /users/export",
    "GET /users/{id}",
    "GET /users/{id}/keys",
    "GET /users/{id}/{key}",
    "GET /users/{rest+}",
    "GET /files/{path+}",
    "GET /files/{dir}/list",
    "POST /users",
    "DELETE /users/{id}",
  ]
  test.each([
    ["GET:/", ["GET /"]],
    ["GET:/users", ["GET /users"]],
    ["GET:/Users", []],
    ["GET:/user", []],
    ["GET:/users/export", ["GET /users/export"]],
    ["GET:/users/{id}", ["GET /users/{id}"]],
    ["GET:/users/{whatever}", ["GET /users/{id}"]],
    ["GET:/users/42", []],
    ["GET:/users/{id}/{id}", ["GET /users/{id}/{key}"]],
    ["GET:/users/{id}/keys", ["GET /users/{id}/keys"]],
    ["GET:/users/export/keys", []],
    ["GET:/{id}", []],
    ["GET:/*", ["GET /users"]],
    ["GET:/users/*", ["GET /users/export", "GET /users/{id}"]],
    ["GET:/users/*/*", ["GET /users/{id}/keys", "GET /users/{id}/{key}"]],
    ["GET:/*/*/keys", ["GET /users/{id}/keys"]],
    ["GET:/*/*/list", ["GET /files/{dir}/list"]],
    ["GET:/*/*/*/*", []],
    ["GET:/users/{rest+}", ["GET /users/{rest+}"]],
    ["GET:/users/{id+}", ["GET /users/{rest+}"]],
    ["GET:/files/*", []],
    ["GET:/files/{path}", []],
    ["GET:/files/{path+}", ["GET /files/{path+}"]],
    ["GET:/*/{rest+}", ["GET /users/{rest+}", "GET /files/{path+}"]],
    ["GET:/{rest+}", []],
    ["GET:/files/**", ["GET /files/{path+}", "GET /files/{dir}/list"]],
    ["GET:/files/*/**", ["GET /files/{dir}/list"]],
    ["GET:/users/{id}/**", ["GET /users/{id}/keys", "GET /users/{id}/{key}"]],
    ["GET:/users/export/**", []],
    ["GET:/**", log.filter((line) => line.startsWith("GET /") && line !== "GET /")],
    ["POST:/**", ["POST /users"]],
    ["HEAD:/**", []],
    ["*:/users", ["GET /users", "POST /users"]],
    ["*:/users/{id}", ["GET /users/{id}", "DELETE /users/{id}"]],
    ["*:/", ["GET /"]],
    ["*:/**", log.slice(1)],
  ])("%s", (permission, routes) => {
    expect(meaning(log, [permission])).toEqual(routes)
  })

  test("none is nothing", () => {
    expect(meaning(log, [])).toEqual([])
  })
})

describe("`!` takes away, and wins over all that is added:", () => {
  const log = ["ANY /a", "GET /a/{id}", "DELETE /a/{id}", "GET /b"]
  test.each([
    ["before", ["!DELETE:/**", "*:/a/**"], ["GET /a/{id}"]],
    ["behind", ["*:/a/**", "!DELETE:/**"], ["GET /a/{id}"]],
    ["in between", ["GET:/**", "!*:/a", "GET:/a"], ["GET /a/{id}", "GET /b"]],
    ["exactly what was granted", ["GET:/b", "!GET:/b"], []],
    ["one method of seven", ["*:/a", "!GET:/a", "!PUT:/*"], methodsBut("GET", "PUT")],
    ["everything", ["*:/**", "*:/", "!*:/**", "!*:/"], []],
    ["nothing that was there", ["GET:/b", "!GET:/c"], ["GET /b"]],
    ["alone grants nothing", ["!GET:/b"], []],
  ])("%s", (_, permissions, routes) => {
    expect(meaning(log, permissions)).toEqual(routes)
    expect(meaning(log, permissions.toReversed())).toEqual(routes)
    expect(meaning(log, [...permissions, ...permissions])).toEqual(routes)
  })

  function methodsBut(...gone: string[]): string[] {
    return methods.filter((method) => !gone.includes(method)).map((method) => `${method} /a`)
  }
})

describe("what is never granted by a permission", () => {
  test("public routes and routes for whoever is signed in", () => {
    const log = ["GET /a", "GET /me", "GET /health", "ANY /open/{rest+}"]
    const access = { "GET /me": "signed-in", "GET /health": "public", "ANY /open/{all+}": "public" } as const
    const catalog = createCatalog(log, [log.length], access)
    for (const permissions of [["*:/**"], ["GET:/a", "GET:/me", "GET:/health"], ["*:/*"]])
      expect(routeIds(expand(catalog, permissions))).toEqual([0])
    expect(routeIds(expand(catalog, ["*:/open/**", "GET:/open/{rest+}"]))).toEqual([])
  })

  test("retired routes", () => {
    expect(meaning(["GET /a", "GET /b", "-GET /a"], ["*:/**"])).toEqual(["GET /b"])
  })

  test("a route that came back grants its new id only", () => {
    const catalog = createCatalog(["GET /a", "-GET /a", "GET /a"])
    expect(routeIds(expand(catalog, ["GET:/a"]))).toEqual([1])
  })

  test("a route that is added later: a set knows only the ids below its horizon", () => {
    const before = expand(createCatalog(["GET /a"]), ["*:/**"])
    expect(before.horizon).toBe(1)
    expect(routeIds(before)).toEqual([0])
    expect(meaning(["GET /a", "GET /b"], ["*:/**"])).toEqual(["GET /a", "GET /b"])
  })
})

/** The definition of coverage, word by word and segment by segment. */
function covers(permission: string, route: string): boolean {
  const colon = permission.indexOf(":")
  const [method, path] = route.split(" ") as [string, string]
  if (permission.slice(0, colon) !== "*" && permission.slice(0, colon) !== method) return false
  const pattern = partsOf(permission.slice(colon + 1))
  const parts = partsOf(path)
  if (pattern.at(-1) !== "**")
    return pattern.length === parts.length && pattern.every((one, i) => coversSegment(one, parts[i]!))
  const prefix = pattern.slice(0, -1)
  return parts.length > prefix.length && prefix.every((one, i) => coversSegment(one, parts[i]!))
}

function coversSegment(pattern: string, part: string): boolean {
  if (/^\{.*\+\}$/.test(part)) return /^\{.*\+\}$/.test(pattern)
  if (/^\{.*\}$/.test(part)) return pattern === "*" || /^\{.*[^+]\}$/.test(pattern)
  return pattern === "*" || pattern === part
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "")
}

const method = fc.constantFrom("GET", "POST", "DELETE")
const routePath = fc
  .tuple(
    fc.array(fc.constantFrom("a", "b", "c", "{p}"), { maxLength: 4 }),
    fc.constantFrom("", "", "", "{rest+}"),
  )
  // Parameter names must differ within a route.
  .map(([parts, tail]) => [...parts.map((part, i) => part.replace("p", `p${i}`)), tail])
  .map((parts) => `/${parts.filter((part) => part !== "").join("/")}`)
const log = fc.uniqueArray(
  fc.tuple(method, routePath).map(([verb, path]) => `${verb} ${path}`),
  { minLength: 4, maxLength: 25, size: "max", selector: shapeOf },
)
const permission = fc
  .tuple(
    fc.constantFrom("GET", "POST", "DELETE", "*", "*"),
    fc.array(fc.constantFrom("a", "b", "{x}", "*", "*"), { maxLength: 4 }),
    fc.constantFrom("", "", "**", "{z+}"),
  )
  .map(([verb, parts, tail]) => `${verb}:/${[...parts, tail].filter((part) => part !== "").join("/")}`)

describe("any permissions over any catalog", () => {
  test("mean what the segment-by-segment definition says", () => {
    let granted = 0
    fc.assert(
      fc.property(
        log,
        fc.array(permission, { maxLength: 3 }),
        fc.array(permission, { maxLength: 2 }),
        (lines, plus, minus) => {
          const expected = lines.filter(
            (line) => plus.some((one) => covers(one, line)) && !minus.some((one) => covers(one, line)),
          )
          const denials = minus.map((one) => `!${one}`)
          granted += Math.min(1, expected.length)
          expect(meaning(lines, [...plus, ...denials])).toEqual(expected)
          expect(meaning(lines, [...denials, ...plus])).toEqual(expected)
        },
      ),
      { numRuns: 1_000 },
    )
    expect(granted).toBeGreaterThan(200)
  })
})

/** Permissions as literals: what covers no route of the table does not compile. */
describe("a permission that is a literal", () => {
  const routes = defineRoutes({
    root: "GET /",
    listUsers: "GET /api/users",
    getUser: "GET /api/users/{id}",
    exportUsers: "POST /api/users/export",
    files: "ANY /files/{path+}",
    me: { route: "GET /api/me", access: "signed-in" },
    health: { route: "GET /health", access: "public" },
  })
  type Grantable = PermissionOf<typeof routes>
  const catalog = createCatalog(
    Object.values(routes).map((route) => route.route),
    undefined,
    { "GET /api/me": "signed-in", "GET /health": "public" },
  )
  const grant = <const Text extends string>(text: Text & Covering<Text, Grantable>): number =>
    routeIds(expand(catalog, [text.replace(/^!/, "")])).length

  test("is one of the table's own", () => {
    expectTypeOf<Extract<Grantable, `GET:${string}`>>().toEqualTypeOf<
      "GET:/" | "GET:/api/users" | "GET:/api/users/{id}" | "GET:/files/{path+}"
    >()
    expectTypeOf<"OPTIONS:/files/{path+}">().toExtend<Grantable>()
    expectTypeOf<"GET:/api/me">().not.toExtend<Grantable>()
    expectTypeOf<"GET:/health">().not.toExtend<Grantable>()
  })

  test.each<[string, () => number, number]>([
    ["the root", () => grant("GET:/"), 1],
    ["a route's own text", () => grant("GET:/api/users/{id}"), 1],
    ["another parameter name", () => grant("GET:/api/users/{user}"), 1],
    ["one segment", () => grant("GET:/api/*"), 1],
    ["one segment in the middle", () => grant("POST:/*/users/*"), 1],
    ["any rest", () => grant("GET:/api/**"), 2],
    ["any rest of the root", () => grant("*:/**"), 10],
    ["any method", () => grant("*:/files/{rest+}"), 7],
    ["one method of ANY", () => grant("PATCH:/files/**"), 1],
    ["a denial", () => grant("!POST:/api/**"), 1],
  ])("compiles where it covers a route by %s", (_, granted, count) => {
    expect(granted()).toBe(count)
  })

  test.each<[string, () => number]>([
    // @ts-expect-error no such path
    ["an unknown path", () => grant("GET:/api/user")],
    // @ts-expect-error no such method there
    ["an unknown method for the path", () => grant("PUT:/api/users")],
    // @ts-expect-error a literal that only a parameter would match
    ["a parameter's value", () => grant("GET:/api/users/42")],
    // @ts-expect-error the literal is no parameter
    ["a parameter for a literal", () => grant("POST:/api/users/{id}")],
    // @ts-expect-error one segment is not a greedy rest
    ["one segment for a greedy rest", () => grant("GET:/files/*")],
    // @ts-expect-error nor is a parameter
    ["a parameter for a greedy rest", () => grant("GET:/files/{path}")],
    // @ts-expect-error nor the other way round
    ["a greedy rest for a parameter", () => grant("GET:/api/users/{id+}")],
    // @ts-expect-error the rest has at least one segment
    ["any rest of a leaf", () => grant("POST:/api/users/export/**")],
    // @ts-expect-error too many segments
    ["too many segments", () => grant("GET:/*/*/*/*")],
    // @ts-expect-error for whoever is signed in
    ["a route for whoever is signed in", () => grant("GET:/api/me")],
    // @ts-expect-error for everyone
    ["a public route", () => grant("GET:/health")],
    // @ts-expect-error a denial of nothing
    ["a denial that covers nothing", () => grant("!DELETE:/api/**")],
  ])("does not compile, and means nothing, for %s", (_, granted) => {
    expect(granted()).toBe(0)
  })

  test.each<[string, () => number]>([
    // @ts-expect-error malformed
    ["the spelling of routes", () => grant("GET /api/users")],
    // @ts-expect-error malformed
    ["a trailing slash", () => grant("GET:/api/users/")],
    // @ts-expect-error malformed
    ["a wildcard inside of a literal", () => grant("GET:/api/use*")],
    // @ts-expect-error malformed
    ["`**` before more", () => grant("GET:/**/users")],
    // @ts-expect-error malformed
    ["small letters", () => grant("get:/api/users")],
  ])("does not compile, and is malformed, for %s", (_, granted) => {
    expect(granted).toThrow(expect.objectContaining({ code: "malformed_permission" }))
  })
})
