import { describe, expect, expectTypeOf, test } from "vitest"
import { defineRoutes, methods, methodsOf, parseRoute, type RouteTable, shapeOf } from "./route.ts"

/** A table that the compiler knows nothing about, as it comes out of a file. */
function fromData(table: unknown) {
  return defineRoutes(table as RouteTable)
}

const seven = "GET HEAD POST PUT PATCH DELETE OPTIONS"
const aMethod = `expected \`METHOD /path\` with one of ${seven} ANY`
const aSlash = "expected the path to start with `/`"
const aSegment = "expected `{name}`, `{name+}` or a literal in its canonical spelling without `,` `*` `{` `}`"
const greedyLast = "expected a greedy parameter only as the last segment"
const aName = "expected parameter names of 1 to 64 characters of A-Z a-z 0-9 . _ : -"
const aFreshness = 'freshness: expected "token", "now" or { within: seconds from 1 to 86400 }'
const anAccess = 'access: expected "granted", "signed-in" or "public"'

describe("a complete route table", () => {
  const routes = defineRoutes({
    root: "GET /",
    listUsers: "GET /api/users",
    getReport: { route: "GET /api/reports/{id}", freshness: { within: 30 } },
    deleteUser: { route: "DELETE /api/users/{id}", freshness: "now" },
    whoAmI: { route: "GET /api/me", access: "signed-in" },
    health: { route: "HEAD /health", access: "public" },
    files: "ANY /files/{path+}",
    named: "GET /a.b-c_d~e/{x.y_z:1-2}/caf%C3%A9/@:$&'()+;=!",
  })

  test("completes every route with its method, path, freshness and access", () => {
    const { getReport, deleteUser, whoAmI, health, files } = routes
    expect(getReport).toEqual({
      name: "getReport",
      route: "GET /api/reports/{id}",
      method: "GET",
      path: "/api/reports/{id}",
      freshness: { within: 30 },
      access: "granted",
    })
    expect(deleteUser).toMatchObject({ method: "DELETE", freshness: "now", access: "granted" })
    expect(whoAmI).toMatchObject({ freshness: "token", access: "signed-in" })
    expect(health).toMatchObject({ method: "HEAD", access: "public" })
    expect(files).toMatchObject({ method: "ANY", path: "/files/{path+}" })
  })

  test("keeps names in order, and each route's text and access as literal types", () => {
    expect(Object.keys(routes).slice(0, 3)).toEqual(["root", "listUsers", "getReport"])
    expectTypeOf(routes.listUsers.route).toEqualTypeOf<"GET /api/users">()
    expectTypeOf(routes.listUsers.access).toEqualTypeOf<"granted">()
    expectTypeOf(routes.whoAmI.access).toEqualTypeOf<"signed-in">()
    expectTypeOf(routes.deleteUser.route).toEqualTypeOf<"DELETE /api/users/{id}">()
    expectTypeOf(routes).not.toHaveProperty("noSuchRoute")
  })

  test("takes any name, also those that plain objects have a meaning for", () => {
    const table = JSON.parse('{ "__proto__": "GET /a", "constructor": "GET /b", "7": "GET /c" }')
    expect(Object.keys(fromData(table)).sort()).toEqual(["7", "__proto__", "constructor"])
  })

  test("takes a path of 4,096 characters", () => {
    const path = "/a".repeat(2048)
    expect(parseRoute(`GET ${path}`)).toEqual({ method: "GET", path })
  })

  test("is empty for an empty table", () => {
    expect(defineRoutes({})).toEqual({})
  })
})

describe("a route that is refused", () => {
  test.each([
    ["an unknown method", "FETCH /a", aMethod],
    ["a method in small letters", "get /a", aMethod],
    ["a method that gateways have and catalogs do not", "TRACE /a", aMethod],
    ["a method of permissions", "* /a", aMethod],
    ["the spelling of permissions", "GET:/a", aMethod],
    ["no method", "/a", aMethod],
    ["a space before the method", " GET /a", aMethod],
    ["a tab between method and path", "GET\t/a", aMethod],
    ["no text at all", "", aMethod],
    ["a method without a path", "GET", aMethod],
    ["an empty path", "GET ", aSlash],
    ["a path without its slash", "GET a/b", aSlash],
    ["two spaces", "GET  /a", aSlash],
    ["an empty segment", "GET /a//b", `segment 2 \`\`: ${aSegment}`],
    ["a trailing slash", "GET /a/", `segment 2 \`\`: ${aSegment}`],
    ["two slashes and nothing else", "GET //", `segment 1 \`\`: ${aSegment}`],
    ["a dot segment", "GET /a/..", `segment 2 \`..\`: ${aSegment}`],
    ["a raw space", "GET /my plan", `segment 1 \`my plan\`: ${aSegment}`],
    ["a raw letter outside ASCII", "GET /café", `segment 1 \`café\`: ${aSegment}`],
    ["an encoded unreserved character", "GET /%61", `segment 1 \`%61\`: ${aSegment}`],
    ["an encoded slash", "GET /a%2Fb", `segment 1 \`a%2Fb\`: ${aSegment}`],
    ["a query", "GET /a?b=c", `segment 1 \`a?b=c\`: ${aSegment}`],
    ["a comma, which separates plain claims", "GET /a,b", `segment 1 \`a,b\`: ${aSegment}`],
    ["a wildcard", "GET /a/*", `segment 2 \`*\`: ${aSegment}`],
    ["a double wildcard", "GET /a/**", `segment 2 \`**\`: ${aSegment}`],
    ["a brace that is not closed", "GET /{a/b", `segment 1 \`{a\`: ${aSegment}`],
    ["a brace that was not opened", "GET /a}", `segment 1 \`a}\`: ${aSegment}`],
    ["text around a parameter", "GET /v{id}", `segment 1 \`v{id}\`: ${aSegment}`],
    ["a greedy parameter in the middle", "GET /{a+}/b", `segment 1 \`{a+}\`: ${greedyLast}`],
    ["a parameter without a name", "GET /{}", aName],
    ["a greedy parameter without a name", "GET /{+}", aName],
    ["two parameters in one segment", "GET /{a}{b}", aName],
    ["two greedy marks", "GET /{a++}", aName],
    ["a space in a parameter's name", "GET /{a b}", aName],
    ["a comma in a parameter's name", "GET /{a,b}", aName],
    ["a parameter's name of 65 characters", `GET /{${"a".repeat(65)}}`, aName],
    ["a parameter's name twice", "GET /{id}/b/{id}", "expected parameter names to differ"],
    ["a name twice, once greedy", "GET /{id}/{id+}", "expected parameter names to differ"],
    ["4,097 characters of path", `GET ${"/a".repeat(2047)}/bc`, "expected at most 4096 characters"],
  ])("for %s", (_, text, expected) => {
    const refusal = expect.objectContaining({ code: "malformed_route" })
    expect(() => parseRoute(text)).toThrow(refusal)
    expect(() => fromData({ it: text })).toThrow(refusal)
    expect(() => parseRoute(text)).toThrow(expected)
    expect(() => parseRoute(text)).toThrow(/^route `/)
  })

  test.each([
    ["freshness of another word", { freshness: "soon" }, aFreshness],
    ["freshness null", { freshness: null }, aFreshness],
    ["freshness as a bare number", { freshness: 30 }, aFreshness],
    ["freshness without a bound", { freshness: {} }, aFreshness],
    [
      "freshness of a route without permissions",
      { access: "signed-in", freshness: "now" },
      "freshness: expected none, as the route is signed-in",
    ],
    ["a bound of zero seconds", { freshness: { within: 0 } }, aFreshness],
    ["a negative bound", { freshness: { within: -1 } }, aFreshness],
    ["half a second", { freshness: { within: 0.5 } }, aFreshness],
    ["a bound past one day", { freshness: { within: 86_401 } }, aFreshness],
    ["an endless bound", { freshness: { within: Infinity } }, aFreshness],
    ["a bound that is no number", { freshness: { within: "30" } }, aFreshness],
    ["access of another word", { access: "pubic" }, anAccess],
    ["access null", { access: null }, anAccess],
    ["a misspelt field", { freshnes: "now" }, "field `freshnes`: expected only route, freshness, access"],
  ])("for %s names the table's entry", (_, fields, expected) => {
    const define = () => fromData({ first: "GET /", second: { route: "GET /a", ...fields } })
    expect(define).toThrow(expect.objectContaining({ code: "malformed_route" }))
    expect(define).toThrow(`route \`second\`: ${expected}`)
  })

  test.each([[null], [undefined], [7], [true], [["GET /a"]], [{}], [{ route: 7 }], [{ freshness: "now" }]])(
    "for the declaration %j names the table's entry",
    (declared) => {
      const expected = "route `it`: expected `METHOD /path`, or an object that holds it as `route`"
      expect(() => fromData({ it: declared })).toThrow(expected)
    },
  )

  test("keeps a line break in its text out of the message", () => {
    expect(() => parseRoute("GET /a\nGET /b")).toThrow("route `GET /a\\u{a}GET /b`")
  })
})

describe("two routes of one shape", () => {
  test.each([
    ["the same text", "GET /a", "GET /a", "GET /a"],
    ["other parameter names", "GET /a/{id}", "GET /a/{name}", "GET /a/{}"],
    ["other greedy names", "PUT /{all+}", "PUT /{rest+}", "PUT /{+}"],
    ["one method of an ANY", "ANY /a/{id}", "PATCH /a/{it}", "PATCH /a/{}"],
    ["an ANY over a method", "DELETE /a", "ANY /a", "DELETE /a"],
    ["two times ANY", "ANY /a", "ANY /a", "GET /a"],
  ])("are refused for %s", (_, first, second, shape) => {
    expect(() => fromData({ first, second })).toThrow(
      `route \`second\`: same method and shape as \`first\`: \`${shape}\``,
    )
  })

  test.each([
    ["another method", "GET /a", "HEAD /a"],
    ["a literal beside a parameter", "GET /a/export", "GET /a/{id}"],
    ["a parameter beside a greedy one", "GET /a/{id}", "GET /a/{id+}"],
    ["another case", "GET /a", "GET /A"],
    ["hex digits of another case", "GET /%c3%a9", "GET /%C3%A9"],
    ["the root beside a parameter", "GET /", "GET /{id}"],
  ])("are not what %s makes", (_, first, second) => {
    expect(Object.keys(fromData({ first, second }))).toEqual(["first", "second"])
  })
})

/** Each row is refused twice: by `tsc`, which checks that the error is there, and by the running code. */
describe("what does not compile", () => {
  test.each<[string, () => unknown]>([
    // @ts-expect-error no such method
    ["an unknown method", () => defineRoutes({ it: "FETCH /a" })],
    // @ts-expect-error methods are upper case
    ["a method in small letters", () => defineRoutes({ it: "get /a" })],
    // @ts-expect-error no slash
    ["a path without its slash", () => defineRoutes({ it: "GET a" })],
    // @ts-expect-error nothing at all
    ["no text", () => defineRoutes({ it: "" })],
    // @ts-expect-error empty segment
    ["an empty segment", () => defineRoutes({ it: "GET /a//b" })],
    // @ts-expect-error trailing slash
    ["a trailing slash", () => defineRoutes({ it: "GET /a/" })],
    // @ts-expect-error greedy in the middle
    ["a greedy parameter in the middle", () => defineRoutes({ it: "GET /{a+}/b" })],
    // @ts-expect-error text around a parameter
    ["text around a parameter", () => defineRoutes({ it: "GET /v{id}" })],
    // @ts-expect-error a parameter without a name
    ["a parameter without a name", () => defineRoutes({ it: "GET /{}" })],
    // @ts-expect-error two parameters in one segment
    ["two parameters in one segment", () => defineRoutes({ it: "GET /{a}{b}" })],
    // @ts-expect-error wildcards are for permissions
    ["a wildcard", () => defineRoutes({ it: "GET /a/*" })],
    // @ts-expect-error commas separate plain claims
    ["a comma", () => defineRoutes({ it: "GET /a,b" })],
    // @ts-expect-error malformed inside of a declaration too
    ["a malformed route inside", () => defineRoutes({ it: { route: "GET /a/", access: "public" } })],
    // @ts-expect-error no route
    ["a declaration without a route", () => defineRoutes({ it: { access: "public" } })],
    // @ts-expect-error no such access
    ["an unknown access", () => defineRoutes({ it: { route: "GET /a", access: "open" } })],
    // @ts-expect-error no such freshness
    ["an unknown freshness", () => defineRoutes({ it: { route: "GET /a", freshness: "soon" } })],
    // @ts-expect-error a bound is a number
    ["a bound as text", () => defineRoutes({ it: { route: "GET /a", freshness: { within: "1" } } })],
    // @ts-expect-error would leave the weaker default in force
    ["a misspelt field", () => defineRoutes({ it: { route: "GET /a", freshnes: "now" } })],
  ])("%s", (_, define) => {
    expect(define).toThrow(expect.objectContaining({ code: "malformed_route" }))
  })
})

describe("ANY", () => {
  test("stands for the seven methods, in order", () => {
    expect(methodsOf("ANY")).toEqual(seven.split(" "))
    expect(methodsOf("PATCH")).toEqual(["PATCH"])
    expect(methods.join(" ")).toBe(seven)
  })
})

describe("the shape of a path", () => {
  test.each([
    ["/", "/"],
    ["/a/{id}/b/{other}", "/a/{}/b/{}"],
    ["/{x}/{rest+}", "/{}/{+}"],
  ])("of %s is %s", (path, shape) => {
    expect(shapeOf(path)).toBe(shape)
  })
})
