import { createCatalog, defineRoutes } from "@claimgate/core"
import { describe, expect, expectTypeOf, test } from "vitest"
import { createBackend } from "./app.ts"
import {
  type AnyEndpoint,
  bindRoutes,
  type CallerOf,
  compareSpecificity,
  type Handlers,
  honoPattern,
} from "./bind.ts"
import type { Caller } from "./caller.ts"
import { endpoint, nothing } from "./endpoint.ts"

const routes = defineRoutes({
  getUser: "GET /users/{id}",
  exportUsers: "GET /users/export",
  openFile: { route: "GET /files/{path+}", access: "public" },
})
const catalog = createCatalog(["GET /users/{id}", "GET /users/export", "GET /files/{path+}"], undefined, {
  "GET /files/{path+}": "public",
})
const said = endpoint(nothing, ({ c }) => c.json({}))
const deps = {
  routes,
  catalog,
  readHoldings: () => Promise.reject(new Error("not asked")),
  door: { strategy: "hybrid", gateway: "http-api" },
  log: () => {},
  now: () => 0,
} as const

test("specificity: literal before parameter before greedy, segment by segment", () => {
  const inOrder = [
    "/a/b/c",
    "/a/b/{x}",
    "/a/b/{x+}",
    "/a/{x}/c",
    "/a/{x}/{y}",
    "/a/{x+}",
    "/{x}/b/c",
    "/{x}/{y}/c",
    "/{x+}",
  ]
  expect([...inOrder].reverse().sort(compareSpecificity)).toEqual(inOrder)
})

// A route that is equally specific as two others does not make those two equal: their order was lost once.
test("specificity is an order, routes of every length among them", () => {
  const paths = ["/{x}/{rest+}", "/{x}", "/{x}/{y}/{z}"]
  expect(paths.sort(compareSpecificity)).toEqual(["/{x}", "/{x}/{y}/{z}", "/{x}/{rest+}"])
})

test.each([
  ["/", "/"],
  ["/users/{id}", "/users/:p2"],
  ["/users/{user.id-x}/{other:y}", "/users/:p2/:p3"],
  ["/files/{path+}", "/files/:p2{.+}"],
  ["/v1/users:batch/@me", "/v1/users<batch/>me"],
])("%s is %s to Hono", (path, pattern) => {
  expect(honoPattern(path)).toBe(pattern)
})

describe("tables, handlers and catalogs that do not fit", () => {
  const all: Record<string, AnyEndpoint> = { getUser: said, exportUsers: said, openFile: said }

  test("a route without a handler", () => {
    const { openFile: _, ...rest } = all
    expect(() => bindRoutes(routes, rest, catalog)).toThrow(
      "route `openFile`: expected a handler of this name",
    )
  })

  test("a handler without a route", () => {
    expect(() => bindRoutes(routes, { ...all, toString: said }, catalog)).toThrow(
      "handler `toString`: expected a route of this name in the table",
    )
  })

  test("a handler that only Object.prototype has", () => {
    const table = defineRoutes({ toString: "GET /users/{id}" })
    expect(() => bindRoutes(table, {}, catalog)).toThrow("route `toString`: expected a handler")
  })

  test("a route that the catalog does not know", () => {
    const older = createCatalog(["GET /users/{id}", "GET /users/export"])
    expect(() => bindRoutes(routes, all, older)).toThrow(
      "route `openFile`: `GET /files/{path+}`: expected the catalog",
    )
  })

  test("a route that the catalog grants, and the table opens to all", () => {
    const stricter = createCatalog(["GET /users/{id}", "GET /users/export", "GET /files/{path+}"])
    expect(() => bindRoutes(routes, all, stricter)).toThrow("route `openFile`")
  })
})

test("ANY is bound to seven catalog routes", () => {
  const any = defineRoutes({ all: "ANY /x" })
  const bound = bindRoutes(any, { all: said }, createCatalog(["ANY /x"]))
  expect(bound.map((one) => one.method)).toEqual(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
})

test("what does not fit does not compile", () => {
  const handlers = { getUser: said, exportUsers: said, openFile: said }
  createBackend({ ...deps, handlers })

  const { openFile: _, ...missing } = handlers
  // @ts-expect-error: no handler for openFile
  expect(() => createBackend({ ...deps, handlers: missing })).toThrow("openFile")

  const surplus = { ...handlers, getUsers: said }
  // @ts-expect-error: no route for getUsers
  expect(() => createBackend({ ...deps, handlers: surplus })).toThrow("getUsers")

  const misnamed: Handlers<typeof routes> = {
    ...handlers,
    // @ts-expect-error: the route's parameter is called id
    getUser: endpoint(nothing, ({ params, c }) => c.json(params.userId)),
  }
  expect(misnamed.openFile).toBe(said)
})

test("the type of a caller follows from the route's access", () => {
  const table = defineRoutes({
    granted: "GET /a",
    signedIn: { route: "GET /b", access: "signed-in" },
    open: { route: "GET /c", access: "public" },
  })
  expectTypeOf<CallerOf<(typeof table)["granted"]>>().toEqualTypeOf<Caller>()
  expectTypeOf<CallerOf<(typeof table)["signedIn"]>>().toEqualTypeOf<Caller>()
  expectTypeOf<CallerOf<(typeof table)["open"]>>().toEqualTypeOf<undefined>()
})
