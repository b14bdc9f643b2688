import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { anyText } from "../test/any-text.ts"
import { createCatalog } from "./catalog.ts"
import { decide, decideRoute } from "./decide.ts"
import { expand } from "./permission.ts"
import { type RouteSet, routeSet } from "./route-set.ts"

const log = [
  "GET /users/{id}",
  "DELETE /users/{id}",
  "GET /me",
  "GET /health",
  "GET /old",
  "-GET /old",
  "GET /users/export",
  "GET /new-and-open",
]
const catalog = createCatalog(log, [6, 8], {
  "GET /me": "signed-in",
  "GET /health": "public",
  "GET /new-and-open": "signed-in",
})
/** The state of the catalog when the old tokens were minted. */
const earlier = createCatalog(log.slice(0, 6))

const holders: Readonly<Record<string, RouteSet | undefined>> = {
  nobody: routeSet(7),
  reader: expand(catalog, ["GET:/users/*"]),
  admin: expand(catalog, ["*:/**"]),
  "old reader": expand(earlier, ["GET:/users/*"]),
  "old nobody": routeSet(earlier.routes.length),
  "holder of the retired": routeSet(7, [4]),
  "first token of all": routeSet(0),
  unreadable: undefined,
}

const allowed = (route: number) => ({ allowed: true, route })
const refused = (because: string, route?: number) => ({
  allowed: false,
  recheck: false,
  because,
  ...(route === undefined ? {} : { route }),
})
const recheck = (because: string, route: number) => ({ allowed: false, recheck: true, because, route })

describe("a decision:", () => {
  test.each([
    ["reader", "GET /users/42", "is allowed", allowed(0)],
    ["reader", "GET /users/export", "is allowed, by the same wildcard", allowed(5)],
    ["reader", "DELETE /users/42", "is refused", refused("no_permission", 1)],
    [
      "reader",
      "DELETE /users/export",
      "is refused: that is a user named export",
      refused("no_permission", 1),
    ],
    ["reader", "HEAD /users/42", "is refused: HEAD is not GET", refused("no_route")],
    ["admin", "DELETE /users/42", "is allowed", allowed(1)],
    ["admin", "DELETE /users", "is refused: no such route", refused("no_route")],
    ["admin", "GET /old", "is refused: retired", refused("no_route")],
    ["admin", "GET /users/42/", "is refused: not the path's one spelling", refused("bad_path")],
    ["admin", "GET /users/../me", "is refused: a path that two may read differently", refused("bad_path")],
    ["admin", "GET /x/..;/health", "is refused, also on the way to a public route", refused("bad_path")],
    ["nobody", "GET /users/42", "is refused", refused("no_permission", 0)],
    ["nobody", "GET /users/export", "is refused", refused("no_permission", 5)],
    ["nobody", "GET /me", "is allowed: whoever is signed in may", allowed(2)],
    ["nobody", "GET /health", "is allowed: public", allowed(3)],
    ["nobody", "POST /health", "is refused: another method of a public path", refused("no_route")],
    ["old reader", "GET /users/42", "is allowed: still the same route", allowed(0)],
    ["old reader", "DELETE /users/42", "is refused: the token knew that route", refused("no_permission", 1)],
    ["old reader", "GET /users/export", "cannot be told: newer than the token", recheck("newer_route", 5)],
    ["old nobody", "GET /users/export", "cannot be told: newer than the token", recheck("newer_route", 5)],
    ["old reader", "GET /new-and-open", "is allowed: newer, but open", allowed(6)],
    ["first token of all", "GET /users/42", "cannot be told", recheck("newer_route", 0)],
    ["holder of the retired", "GET /old", "is refused: retired", refused("no_route")],
    ["unreadable", "GET /users/42", "cannot be told", recheck("unreadable_claim", 0)],
    ["unreadable", "GET /users/export", "cannot be told", recheck("unreadable_claim", 5)],
    ["unreadable", "GET /me", "is allowed: the token is verified, only its claim is not read", allowed(2)],
    ["unreadable", "GET /health", "is allowed: public", allowed(3)],
    ["unreadable", "GET /nobody", "is refused: no such route, whatever the token holds", refused("no_route")],
    ["unreadable", "GET /users/.", "is refused: bad whatever the token holds", refused("bad_path")],
  ])("%s, %s: %s", (holder, request, _, decision) => {
    const [method, path] = request.split(" ") as [string, string]
    expect(decide(catalog, holders[holder], method, path)).toEqual(decision)
  })

  test("is deny by default: of any request, only what is held or open is allowed", () => {
    const word = fc.constantFrom(
      "users",
      "export",
      "me",
      "health",
      "old",
      "42",
      "..",
      "",
      "%2e",
      "new-and-open",
    )
    const paths = fc.oneof(
      fc.array(word, { maxLength: 3 }).map((parts) => `/${parts.join("/")}`),
      anyText(8),
    )
    const verbs = fc.oneof(fc.constantFrom("GET", "DELETE", "HEAD", "get", "ANY", "*", ""), anyText(3))
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(holders)), verbs, paths, (holder, method, path) => {
        const decision = decide(catalog, holders[holder], method, path)
        if (!decision.allowed) return true
        const open = ["GET /me", "GET /health", "GET /new-and-open"].includes(`${method} ${path}`)
        const held = expand(catalog, ["*:/users/*"]).words[0]! & (1 << decision.route)
        return open || (held !== 0 && ["reader", "admin", "old reader"].includes(holder))
      }),
      { numRuns: 3_000 },
    )
  })
})

describe("a decision on a route that is known already", () => {
  test.each([
    ["no id of this catalog", 7],
    ["a negative id", -1],
    ["half an id", 0.5],
    ["no number", Number.NaN],
    ["an endless number", Infinity],
    ["a retired route", 4],
  ])("is refused for %s, whatever the token holds", (_, route) => {
    for (const holder of Object.keys(holders))
      expect(decideRoute(catalog, holders[holder], route)).toEqual(refused("no_route"))
  })

  test.each(["stale_epoch", "unreadable_epoch", "feed_unavailable"] as const)(
    "says why nobody could read what the token holds, where that matters: %s",
    (doubt) => {
      expect(decideRoute(catalog, undefined, 0, doubt)).toEqual(recheck(doubt, 0))
      expect(decideRoute(catalog, undefined, 2, doubt)).toEqual(allowed(2))
      expect(decideRoute(catalog, undefined, 4, doubt)).toEqual(refused("no_route"))
      expect(decideRoute(catalog, holders.nobody, 0, doubt)).toEqual(refused("no_permission", 0))
    },
  )

  test("is the same as for the request that resolves to it", () => {
    const requests = ["GET /users/1", "DELETE /users/1", "GET /me", "GET /health", "GET /users/export"]
    for (const holder of Object.keys(holders))
      for (const [index, request] of requests.entries()) {
        const [method, path] = request.split(" ") as [string, string]
        const route = index === 4 ? 5 : index
        expect(decideRoute(catalog, holders[holder], route)).toEqual(
          decide(catalog, holders[holder], method, path),
        )
      }
  })
})
