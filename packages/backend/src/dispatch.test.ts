/**
 * Which handler runs. Hono's adapter rebuilds a URL from the event's path, and a URL has a mind of its own: `/a/../b`
 * is `/b`, `\` is `/`, a tab is nothing. None of it may lead to another handler than the authorizer allowed.
 */
import {
  type Catalog,
  createCatalog,
  defineRoutes,
  encodePath,
  type Routes,
  type RouteText,
  resolveRoute,
} from "@claimgate/core"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { doors } from "../test/doors.ts"
import { allowedTo, eventOf, restEventOf, today } from "../test/event.ts"
import { createBackend } from "./app.ts"
import { bindRoutes, type Handlers } from "./bind.ts"
import { endpoint, nothing } from "./endpoint.ts"
import type { FrontDoor } from "./front-door.ts"
import { createGate } from "./gate.ts"
import { createLambda } from "./lambda.ts"

const notAsked = () => Promise.reject(new Error("not asked"))

/** A backend whose handlers only say their name; `ran` has the names of those that ran. */
function spyOn(routes: Routes, door: FrontDoor = doors.hybrid) {
  const ran: string[] = []
  const handlers: Handlers<Routes> = Object.fromEntries(
    Object.keys(routes).map((name) => [
      name,
      endpoint(nothing, ({ c, params }) => {
        ran.push(name)
        return c.json({ name, params })
      }),
    ]),
  )
  const catalog = createCatalog(
    Object.values(routes).map((route) => route.route),
    undefined,
    Object.fromEntries(
      Object.values(routes)
        .filter((one) => one.access !== "granted")
        .map((one) => [one.route, one.access]),
    ),
  )
  const common = { catalog, door, now: () => today * 1000 }
  const app = createBackend({ ...common, routes, handlers, readHoldings: notAsked, log: () => {} })
  return { ran, handlers, catalog, common, app, call: createLambda(app, door.gateway) }
}

const routes = defineRoutes({
  open: { route: "GET /public", access: "public" },
  openBelow: { route: "GET /public/{page}", access: "public" },
  openRest: { route: "GET /static/{path+}", access: "public" },
  admin: "GET /admin",
  adminWrites: "POST /admin",
  getUser: "GET /users/{id}",
  exportUsers: "GET /users/export",
  touchUser: "HEAD /users/{id}",
  anything: "ANY /any/{id}",
  batch: "POST /users:batch",
  usersOf: "GET /users/{id}/of/{other.id-x}",
})

/** What the authorizer says of a request that it found a route for; of any other one, that the first route was allowed. */
function allowedAs(catalog: Catalog, request: string) {
  const space = request.indexOf(" ")
  const resolved = resolveRoute(catalog, request.slice(0, space), encodePath(request.slice(space + 1)))
  const route = catalog.routes[resolved.ok ? resolved.route : 0]
  return allowedTo(route && `${route.method} ${route.path}`)
}

describe("a spelling that means something else to a URL", () => {
  const tricks: readonly [string, number][] = [
    ["GET /public/../admin", 400],
    ["GET /public/./", 400],
    ["GET /static/../admin", 400],
    ["GET /static/a/../../admin", 400],
    ["GET /static/..;/admin", 400],
    ["GET /%61dmin", 400],
    ["GET /public/%2e%2e/admin", 400],
    ["GET /static/..%2fadmin", 400],
    ["GET /static\\..\\admin", 400],
    ["GET /public\\..\\admin", 400],
    ["GET /ad\tmin", 400],
    ["GET /\tadmin", 400],
    ["GET /ad\nmin", 400],
    ["GET //admin", 400],
    ["GET /admin/", 400],
    ["GET //evil.example/admin", 400],
    ["GET /users/\ud800", 400],
    ["GET /static/x#/../../admin", 400],
    ["GET /Admin", 404],
    ["GET /users/export%20", 400],
    ["GET @evil.example/admin", 400],
    ["GET :443/admin", 400],
    ["GET ", 400],
  ]
  test.each(tricks)("%j: %i, and nothing runs that was not asked for", async (request, status) => {
    const { ran, call } = spyOn(routes)
    const answer = await call(eventOf({ request, context: allowedTo("GET /users/{id}") }))
    expect(ran).toEqual([])
    expect(answer.statusCode).toBe(status)
  })

  // A REST API hands paths over as they were sent: nothing is encoded for them.
  const asSent: readonly [string, number, string?][] = [
    ["GET /public/a%20b", 200, "openBelow"],
    ["GET /static/a%20b/c", 200, "openRest"],
    ["GET /static/%C3%BC", 200, "openRest"],
    ["GET /static/a b", 400],
    ["GET /static/ü", 400],
    ["GET /public/%2e%2e/admin", 400],
    ["GET /public/../admin", 400],
    ["GET /static/..%2fadmin", 400],
    ["GET /static/..%5cadmin", 400],
    ["GET /static/%252e%252e/admin", 400],
    ["GET /%61dmin", 400],
    ["GET /admin%20", 404],
    ["GET /admin%00", 400],
    ["GET /admin/", 400],
    ["GET //admin", 400],
    ["GET /prod/admin", 404],
    ["GET /static/%", 400],
    ["GET /static/%ff", 400],
    ["GET /users/export%3F", 400],
  ]
  test.each(asSent)("%j of a REST API: %i, %s", async (request, status, name) => {
    const { ran, call } = spyOn(routes, doors["claims-rest"])
    const answer = await call(restEventOf({ request, context: allowedTo("GET /users/{id}") }))
    expect([answer.statusCode, ran]).toEqual([status, name === undefined ? [] : [name]])
  })

  test("a question mark in the decoded path is no start of a query", async () => {
    const { ran, call } = spyOn(routes)
    const event = { ...eventOf({ request: "GET /x" }), rawPath: "/public?/x" }
    expect((await call(event)).statusCode).toBe(400)
    expect(ran).toEqual([])
  })

  test("even where Hono is led to another handler, the gate is not", async () => {
    const { catalog, common, handlers } = spyOn(routes)
    const gate = createGate({ ...common, read: notAsked })
    const bound = bindRoutes(routes, handlers, catalog)
    const requests = [
      "/public",
      "/public/a",
      "/users/7",
      "/users/export",
      "/static/a/b",
      "/nowhere",
      "/a/../admin",
    ]
    for (const path of requests)
      for (const one of bound) {
        const own = resolveRoute(catalog, "GET", path)
        const authorizer = { lambda: allowedAs(catalog, `GET ${path}`) }
        const { allowed } = await gate({ ...blank, path, authorizer }, one)
        expect([path, one.name, allowed]).toEqual([path, one.name, own.ok && own.route === one.id])
      }
  })
})

const blank = { method: "GET", query: "", headers: [], body: undefined, requestId: "" } as const

describe("methods", () => {
  const rows: readonly [string, number, string | undefined, string?][] = [
    ["GET /admin", 200, "admin"],
    ["POST /admin", 200, "adminWrites"],
    ["HEAD /admin", 404, undefined],
    ["HEAD /public", 404, undefined],
    ["HEAD /users/7", 200, "touchUser"],
    ["HEAD /users/export", 200, "touchUser"],
    ["GET /users/export", 200, "exportUsers"],
    ["GET /users/exports", 200, "getUser"],
    ["GET /any/1", 200, "anything"],
    ["HEAD /any/1", 200, "anything"],
    ["PATCH /any/1", 200, "anything"],
    ["OPTIONS /any/1", 200, "anything"],
    ["OPTIONS /admin", 404, undefined],
    ["PUT /admin", 404, undefined],
    ["POST /users:batch", 200, "batch"],
    ["POST /usersXbatch", 404, undefined],
    ["TRACE /any/1", 400, undefined],
    ["CONNECT /any/1", 400, undefined],
    ["get /admin", 400, undefined],
    ["GET /users/7/of/8", 200, "usersOf"],
  ]
  test.each(rows)("%s: %i, %s", async (request, status, name) => {
    const { ran, call, catalog } = spyOn(routes)
    const answer = await call(eventOf({ request, context: allowedAs(catalog, request) }))
    expect([answer.statusCode, ran]).toEqual([status, name === undefined ? [] : [name]])
  })

  test("an answer to HEAD has no body", async () => {
    const { call } = spyOn(routes)
    const { body } = await call(eventOf({ request: "HEAD /users/7", context: allowedTo("HEAD /users/{id}") }))
    expect(body).toBe("")
  })

  test("parameters have the names of the route, whatever Hono can spell", async () => {
    const { call, catalog } = spyOn(routes)
    const request = "GET /users/a b/of/ü:@"
    const answer = await call(eventOf({ request, context: allowedAs(catalog, request) }))
    expect(JSON.parse(answer.body)).toEqual({ name: "usersOf", params: { id: "a b", "other.id-x": "ü:@" } })
  })
})

describe("an app that is called without a gateway", () => {
  test("answers nobody", async () => {
    const { app, ran } = spyOn(routes)
    for (const path of ["/public", "/admin", "/"])
      expect((await app.request(`https://localhost${path}`)).status).toBe(400)
    expect(ran).toEqual([])
  })
})

test("Hono and core's matcher find the same route, in every table and for every path", async () => {
  const literal = fc.constantFrom(
    "a",
    "b",
    "ab",
    ":c",
    "@1",
    "a:b",
    "a.b",
    "(a)",
    "a+",
    "$",
    "a'!",
    "p1",
    "__proto__",
  )
  const name = fc.constantFrom("{x}", "{y.z}", "{w-v}")
  const path = fc
    .tuple(fc.array(fc.oneof(literal, name), { maxLength: 4 }), fc.constantFrom("", "", "{rest+}"))
    .map(([segments, rest]) => {
      // Names must differ within a route.
      const named = segments.map((one, index) => one.replace("}", `${index}}`))
      return `/${[...named, ...(rest === "" ? [] : [rest])].join("/")}`
    })
  const method = fc.constantFrom("GET", "HEAD", "POST", "ANY")
  const table = fc.uniqueArray(fc.tuple(method, path), {
    minLength: 1,
    maxLength: 12,
    selector: ([, one]) => one.replace(/\{[^}+]*\}/g, "{}"),
  })
  const asked = fc.array(fc.oneof(literal, fc.constantFrom("c", "x y", "é", "<c", "%", "..", "")), {
    maxLength: 5,
  })
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.array(fc.tuple(fc.constantFrom("GET", "HEAD", "POST"), asked)),
      async (given, requests) => {
        const declared = given.map(
          ([verb, one], index) => [`r${index}`, `${verb} ${one}` as RouteText] as const,
        )
        const { ran, call, catalog } = spyOn(
          defineRoutes(Object.fromEntries(declared) as Record<string, RouteText>),
        )
        for (const [verb, segments] of requests) {
          const rawPath = `/${segments.join("/")}`
          const resolved = resolveRoute(catalog, verb, encodePath(rawPath))
          const expected = resolved.ok
            ? declared.find(([, text]) => text.endsWith(` ${catalog.routes[resolved.route]?.path}`))?.[0]
            : undefined
          ran.length = 0
          const event = {
            ...eventOf({ request: `${verb} /`, context: allowedAs(catalog, `${verb} ${rawPath}`) }),
            rawPath,
          }
          await call(event)
          expect([rawPath, ran]).toEqual([rawPath, expected === undefined ? [] : [expected]])
        }
      },
    ),
    { numRuns: 150 },
  )
})
