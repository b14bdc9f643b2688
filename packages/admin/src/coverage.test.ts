import { createCatalog, expand, parsePermission, routeIds } from "@claimgate/core"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { contains, covers, meet, reaches } from "./coverage.ts"

const catalog = createCatalog([
  "GET /users",
  "POST /users",
  "GET /users/{id}",
  "GET /users/export",
  "GET /reports",
  "GET /reports/{id}",
])

describe("held", () => {
  test.each([
    ["a route", ["GET:/users"], ["GET:/users"]],
    ["nothing", [], []],
    ["a route under a wildcard", ["GET:/**"], ["GET:/users/{id}"]],
    ["a narrower wildcard", ["GET:/**"], ["GET:/users/*"]],
    ["a wildcard of one method", ["*:/users/**"], ["GET:/users/**"]],
    ["the same wildcard", ["GET:/users/*"], ["GET:/users/*"]],
    [
      "routes spelled out",
      ["GET:/users/{id}", "GET:/users/export"],
      ["GET:/users/export", "GET:/users/{id}"],
    ],
    ["a role that is less than one's own", ["GET:/**", "!GET:/users/export"], ["GET:/**", "!GET:/users/*"]],
    ["the same with the same exception", ["GET:/**", "!GET:/reports"], ["GET:/**", "!GET:/reports"]],
    ["an exception alone", [], ["!GET:/users"]],
    ["a wildcard beside one's own exception", ["GET:/**", "!GET:/users/**"], ["GET:/reports/**"]],
    [
      "an exception of all methods where one's own is of one",
      ["GET:/**", "!GET:/users"],
      ["GET:/*", "!*:/users"],
    ],
    ["a route that is not there today, under a wildcard", ["GET:/**"], ["GET:/gone"]],
  ])("%s", (_, held, given) => {
    expect(covers(catalog, held, given)).toBe(true)
  })
})

describe("not held", () => {
  test.each([
    ["another route", ["GET:/users"], ["POST:/users"]],
    ["all methods of a path", ["GET:/users"], ["*:/users"]],
    ["more than a wildcard covers", ["GET:/users/*"], ["GET:/**"]],
    ["what is taken away again", ["GET:/**", "!GET:/users/export"], ["GET:/users/export"]],
    ["a wildcard over what is taken away", ["GET:/**", "!GET:/users/export"], ["GET:/users/*"]],
    // Today both mean the same two routes. Tomorrow the wildcard means a third one, which this holder does not hold.
    ["a wildcard that means the same today", ["GET:/users/{id}", "GET:/users/export"], ["GET:/users/*"]],
    ["all methods, of which one is live today", ["GET:/reports"], ["*:/reports"]],
    ["anything at all, where nothing is held", [], ["GET:/users"]],
    [
      "a wildcard less an exception that is another one",
      ["GET:/**", "!GET:/reports"],
      ["GET:/**", "!GET:/users"],
    ],
    // The exception that this holder is under grows with the API, the one that it gives does not.
    [
      "a wildcard whose exception means the same today",
      ["GET:/**", "!GET:/users/**"],
      ["GET:/**", "!GET:/users/{id}", "!GET:/users/export"],
    ],
    [
      "a wildcard of all methods, whose exception is of one",
      ["*:/**", "!*:/users"],
      ["*:/**", "!GET:/users", "!POST:/users"],
    ],
    ["a route that is not there today", ["GET:/users"], ["GET:/gone"]],
    ["a route that is not there today, and would be taken away", ["GET:/**", "!GET:/gone"], ["GET:/gone"]],
    ["a greedy rest by a wildcard for one segment", ["GET:/users/*"], ["GET:/users/{rest+}"]],
  ])("%s", (_, held, given) => {
    expect(covers(catalog, held, given)).toBe(false)
  })
})

const segment = fc.constantFrom("a", "b", "{id}", "*")
const last = fc.constantFrom("a", "{id}", "*", "**", "{rest+}")
const permission = fc
  .tuple(
    fc.constantFrom("*", "GET", "POST"),
    fc.array(segment, { maxLength: 2 }),
    fc.option(last, { nil: undefined }),
  )
  .map(([method, parts, end]) => `${method}:/${[...parts, ...(end === undefined ? [] : [end])].join("/")}`)

/** Every path of up to three segments over a small alphabet: each may be a route some day. */
const starts = ["", "/a", "/b", "/{id}"]
const ends = ["", "/a", "/b", "/{id}", "/{rest+}"]
const paths = starts.flatMap((one) => starts.flatMap((two) => ends.map((three) => one + two + three || "/")))
const hasOneName = (path: string) => (path.match(/\{id\}/g) ?? []).length < 2
const shapes = [...new Set(paths.filter(hasOneName))]
const everything = createCatalog(
  shapes.flatMap((path) => ["GET", "POST"].map((method) => `${method} ${path}`)),
)

test("what contains another permission covers all its routes, and what does not misses one", () => {
  fc.assert(
    fc.property(permission, permission, (outer, inner) => {
      const held = new Set(routeIds(expand(everything, [outer])))
      const isSubset = routeIds(expand(everything, [inner])).every((id) => held.has(id))
      if (contains(parsePermission(outer), parsePermission(inner))) expect(isSubset).toBe(true)
    }),
    { numRuns: 3000 },
  )
})

const some = fc.array(fc.tuple(fc.boolean(), permission), { maxLength: 3 })
const listOf = (entries: readonly (readonly [boolean, string])[]) =>
  entries.map(([denies, text]) => (denies ? `!${text}` : text))
const today = createCatalog([
  "GET /a",
  "POST /a",
  "GET /a/b",
  "GET /{id}/a",
  "POST /{id}",
  "GET /a/{id}/{rest+}",
])

test("what covers another list holds all its routes, whatever routes there will be", () => {
  let covered = 0
  fc.assert(
    fc.property(some, some, (one, other) => {
      const [held, given] = [listOf(one), listOf(other)]
      if (!covers(today, held, given)) return
      const routes = new Set(routeIds(expand(everything, held)))
      const gained = routeIds(expand(everything, given))
      if (gained.length > 0) covered++
      expect(gained.filter((id) => !routes.has(id))).toEqual([])
    }),
    { numRuns: 6000 },
  )
  expect(covered).toBeGreaterThan(20)
})

test("two permissions meet in exactly the routes that both cover", () => {
  fc.assert(
    fc.property(permission, permission, (one, other) => {
      const routesOf = (text: string) => routeIds(expand(everything, [text]))
      const both = routesOf(one).filter((id) => routesOf(other).includes(id))
      const met = meet(parsePermission(one), parsePermission(other))
      expect(met === undefined ? [] : routesOf(spell(met))).toEqual(both)
    }),
    { numRuns: 1500 },
  )
})

function spell({ method, segments }: ReturnType<typeof parsePermission>): string {
  const words = { parameter: "{id}", one: "*", rest: "**", greedy: "{rest+}" }
  return `${method}:/${segments.map((part) => (part.kind === "literal" ? part.text : words[part.kind])).join("/")}`
}

describe("reaches the admin routes", () => {
  test.each([
    ["one of them", ["GET:/api/admin/members"], true],
    ["a wildcard above them", ["POST:/**"], true],
    ["a wildcard across them", ["GET:/*/admin/*"], true],
    ["a wildcard beside them", ["*:/api/reports/**"], false],
    ["their parent alone", ["*:/api/admin", "*:/api/*"], false],
    ["everything, all of them excepted", ["*:/**", "!*:/api/admin/**"], false],
    ["one method, that method of them excepted", ["GET:/**", "!GET:/api/admin/**"], false],
    ["everything, one method of them excepted", ["*:/**", "!GET:/api/admin/**"], true],
    ["everything, those of today excepted", ["*:/**", "!*:/api/admin/*"], true],
    ["nothing", [], false],
  ])("%s: %j is %s", (_, permissions, expected) => {
    expect(reaches(permissions, "*:/api/admin/**")).toBe(expected)
  })
})
