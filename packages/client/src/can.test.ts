import { catalog, type routes } from "@claimgate/catalog"
import { catalogAt, createCatalog, defineRoutes, encodeClaim, expand, newestRelease } from "@claimgate/core"
import { describe, expect, expectTypeOf, it } from "vitest"
import { mint, tokenOf } from "../test/token.ts"
import { type Can, createCan, type RouteOf } from "./can.ts"
import { readClaims } from "./claims.ts"

const now = () => 1_700_000_000_000
const exp = 1_700_000_900

const can = createCan<typeof routes>(catalog, { now })

/** The claims of who holds these permissions. */
const holding = (...permissions: string[]) => ({
  "custom:permissions": encodeClaim(catalog, expand(catalog, permissions)),
  exp,
})

describe("who can do what", () => {
  const ben = tokenOf(holding("GET:/api/**", "!GET:/api/users/export"))
  const rows: readonly (readonly [
    what: string,
    holder: Parameters<typeof can>[0],
    yes: boolean,
    no: boolean,
  ])[] = [
    ["a token", ben, true, false],
    ["claims without a token", holding("GET:/api/users"), true, false],
    ["claims without an expiry", { ...holding("GET:/api/users"), exp: undefined }, true, false],
    ["a plain claim", { "custom:permissions": "GET:/api/users,GET:/api/nowhere", exp }, true, false],
    ["nothing granted", { "custom:permissions": "-", exp }, false, false],
    ["no claim", { exp }, false, false],
    ["an empty claim", { "custom:permissions": "", exp }, false, false],
    ["a claim that is a list", { "custom:permissions": ["GET:/api/users"], exp }, false, false],
    ["a claim that was cut off", { ...holding("GET:/api/**"), "custom:permissions": "BC5oSm" }, false, false],
    ["a claim of an unknown release", { "custom:permissions": "BAAAAAAAAxyz", exp }, false, false],
    ["a token whose time is up", tokenOf({ ...holding("*:/api/**"), exp: 1_700_000_000 }), false, false],
    ["a token without an expiry", tokenOf({ ...holding("*:/api/**"), exp: undefined }), false, false],
    ["an expiry that is a text", { ...holding("*:/api/**"), exp: "2999" }, false, false],
    ["an expiry that is null", tokenOf({ ...holding("*:/api/**"), exp: null }), false, false],
    ["nobody", undefined, false, false],
    ["null", null, false, false],
    ["an empty text", "", false, false],
    ["no JWT", "no.jwt", false, false],
    ["a JWT of no JSON", "a.b.c", false, false],
    ["a JWT of no object", `a.${btoa("[1]")}.c`, false, false],
    ["a JWT of no base64url", "a.é!.c", false, false],
    ["a JWT with more parts than three", `${ben}.x`, false, false],
  ]
  it.each(rows)("%s: GET /api/users, DELETE /api/users/{id}", (_, holder, yes, no) => {
    expect([can(holder, "GET /api/users"), can(holder, "DELETE /api/users/{id}")]).toEqual([yes, no])
  })

  it("what is granted to no one depends on being signed in, and what is public on nothing", () => {
    const open = (holder: Parameters<typeof can>[0]) => [
      can(holder, "GET /api/me"),
      can(holder, "GET /health"),
    ]
    expect(open(tokenOf({ exp }))).toEqual([true, true])
    expect(open({ exp })).toEqual([true, true])
    expect(open(tokenOf({ exp: 1_699_999_999 }))).toEqual([false, true])
    expect(open("no.jwt")).toEqual([false, true])
    expect(open(undefined)).toEqual([false, true])
  })

  it("one route is taken away", () => expect(can(ben, "GET /api/users/export")).toBe(false))

  it("a token of a minute ago is one of now", () => {
    expect(createCan(catalog)(mint(1, holding("GET:/api/users")), "GET /api/users")).toBe(false)
    const fresh = { ...holding("GET:/api/users"), exp: Math.floor(Date.now() / 1000) + 60 }
    expect(createCan(catalog)(mint(1, fresh), "GET /api/users")).toBe(true)
  })
})

describe("a catalog that went on", () => {
  const log = ["GET /a", "ANY /b/{rest+}", "GET /c", "-GET /c", "POST /d"]
  const later = createCatalog(log, [3, 5])
  const earlier = catalogAt(later, later.releases[0]!.fingerprint)!
  const claims = { "custom:permissions": encodeClaim(earlier, expand(earlier, ["*:/**"])), exp }
  const may = createCan(later, { now })

  it.each([
    ["GET /a", true],
    ["PUT /b/{rest+}", true],
    ["PUT /b/{any+}", true],
    ["GET /c", false],
    ["POST /d", false],
    ["GET /nowhere", false],
  ] as const)("%s with an old token: %s", (route, allowed) => expect(may(claims, route)).toBe(allowed))

  it("a token of a release that the page does not know yet shows nothing, and the API decides", () => {
    const minted = { "custom:permissions": encodeClaim(later, expand(later, ["*:/**"])), exp }
    expect(newestRelease(earlier)).not.toEqual(newestRelease(later))
    expect(createCan(earlier, { now })(minted, "GET /a")).toBe(false)
  })
})

describe("the route table's types", () => {
  const table = defineRoutes({
    list: "GET /users",
    files: "ANY /files/{path+}",
    me: { route: "GET /me", access: "signed-in" },
    health: { route: "GET /health", access: "public" },
  })

  it("name each route, `ANY` taken apart, open ones among them", () => {
    expectTypeOf<RouteOf<typeof table>>().toEqualTypeOf<
      | "GET /users"
      | "GET /me"
      | "GET /health"
      | `${"GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS"} /files/{path+}`
    >()
    expectTypeOf(can).toEqualTypeOf<Can<RouteOf<typeof routes>>>()
  })

  it("refuse what is no route", () => {
    // @ts-expect-error a path is not a route
    expect(can(undefined, "DELETE /api/users/7")).toBe(false)
    // @ts-expect-error a request has one method
    expect(can(undefined, "ANY /health")).toBe(false)
    // @ts-expect-error misspelt
    expect(can(undefined, "GET /helth")).toBe(false)
    // @ts-expect-error a permission is not a route
    expect(can(undefined, "GET:/api/users")).toBe(false)
  })
})

describe("claims", () => {
  it("are read as UTF-8, whatever the padding", () => {
    for (const name of ["é", "𝄞𝄞", "a?>~", ""]) expect(readClaims(tokenOf({ name }))).toEqual({ name })
  })
})
