import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { createCatalog } from "./catalog.ts"
import { condense } from "./condense.ts"
import { expand } from "./permission.ts"
import { routeIds, routeSet } from "./route-set.ts"

const log = [
  "GET /users",
  "POST /users",
  "GET /users/{id}",
  "PATCH /users/{id}",
  "DELETE /users/{id}",
  "GET /users/export",
  "GET /users/{id}/reports",
  "GET /reports",
  "POST /reports",
  "GET /reports/{id}",
  "GET /files/{path+}",
  "PUT /files/{path+}",
  "GET /old",
  "-GET /old",
  "GET /",
]
const catalog = createCatalog(log)
const shorten = (...permissions: string[]) => condense(catalog, expand(catalog, permissions))

describe("what is granted comes back as it would be written", () => {
  test.each([
    ["nothing", [], []],
    ["one route", ["GET:/users"], ["GET:/users"]],
    ["the root", ["GET:/"], ["GET:/"]],
    ["all that is read below", ["GET:/**"], ["GET:/**"]],
    ["everything", ["*:/**", "*:/"], ["GET:/", "*:/**"]],
    ["one subtree", ["*:/users/**"], ["*:/users/**"]],
    ["one level", ["GET:/users/*"], ["GET:/users/*"]],
    ["both methods of a path", ["*:/users"], ["*:/users"]],
    ["a rest", ["*:/files/**"], ["*:/files/{path+}"]],
    ["all but one", ["*:/**", "!DELETE:/users/{id}"], ["*:/**", "!DELETE:/users/{id}"]],
    ["all but a subtree", ["GET:/**", "!*:/users/**"], ["GET:/**", "!GET:/users/**"]],
    ["a retired route among others", ["GET:/old", "GET:/reports"], ["GET:/reports"]],
  ])("%s", (_, granted, expected) => {
    expect(shorten(...granted).sort()).toEqual([...expected].sort())
  })

  test("with the exceptions last", () => {
    expect(shorten("*:/**", "!DELETE:/users/{id}").at(-1)).toBe("!DELETE:/users/{id}")
  })
})

const segment = fc.constantFrom("a", "b", "{id}", "c")
const path = fc
  .tuple(fc.array(segment, { maxLength: 3 }), fc.constantFrom("", "/{rest+}"))
  .map(([parts, rest]) => parts.map((part) => `/${part}`).join("") + rest || "/")
  .filter((text) => (text.match(/\{id\}/g) ?? []).length < 2)
const line = fc
  .tuple(fc.constantFrom("GET", "POST", "DELETE"), path)
  .map(([method, text]) => `${method} ${text}`)
const lines = fc.uniqueArray(line, { minLength: 1, maxLength: 24 })

test("any set means the same as before, and never takes more entries than it has routes", () => {
  fc.assert(
    fc.property(lines, fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }), (added, flags) => {
      const any = createCatalog(added)
      const ids = added.flatMap((_, id) => (flags[id] === true ? [id] : []))
      const listed = condense(any, routeSet(added.length, ids))
      expect(routeIds(expand(any, listed))).toEqual(ids)
      expect(listed.length).toBeLessThanOrEqual(ids.length)
    }),
    { numRuns: 2000 },
  )
})
