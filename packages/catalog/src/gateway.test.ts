import { defineRoutes, methodsOf } from "@claimgate/core"
import { describe, expect, it } from "vitest"
import { planHttpApi } from "./gateway.ts"
import { routes } from "./routes.ts"

const own = defineRoutes({
  root: "GET /",
  anything: "ANY /any/{rest+}",
  fresh: { route: "PUT /a/{id}", freshness: "now" },
  mine: { route: "GET /me", access: "signed-in" },
  open: { route: "GET /health", access: "public" },
  openAny: { route: "ANY /open", access: "public" },
})

const rows: readonly [what: string, name: string, routeKey: string, authorized: boolean][] = [
  ["the root route", "root-GET", "GET /", true],
  ["a route that is read fresh", "fresh-PUT", "PUT /a/{id}", true],
  ["a route for everyone who is signed in", "mine-GET", "GET /me", true],
  ["a public route", "open-GET", "GET /health", false],
  ["ANY's GET", "anything-GET", "GET /any/{rest+}", true],
  ["ANY's HEAD", "anything-HEAD", "HEAD /any/{rest+}", true],
  ["ANY's POST", "anything-POST", "POST /any/{rest+}", true],
  ["ANY's PUT", "anything-PUT", "PUT /any/{rest+}", true],
  ["ANY's PATCH", "anything-PATCH", "PATCH /any/{rest+}", true],
  ["ANY's DELETE", "anything-DELETE", "DELETE /any/{rest+}", true],
  ["ANY's OPTIONS", "anything-OPTIONS", "OPTIONS /any/{rest+}", true],
  ["a public ANY's GET", "openAny-GET", "GET /open", false],
  ["a public ANY's HEAD", "openAny-HEAD", "HEAD /open", false],
  ["a public ANY's POST", "openAny-POST", "POST /open", false],
  ["a public ANY's PUT", "openAny-PUT", "PUT /open", false],
  ["a public ANY's PATCH", "openAny-PATCH", "PATCH /open", false],
  ["a public ANY's DELETE", "openAny-DELETE", "DELETE /open", false],
  ["a public ANY's OPTIONS", "openAny-OPTIONS", "OPTIONS /open", false],
]

describe("the plan of an HTTP API", () => {
  it.each(rows)("has %s once: %s, %s, behind the authorizer: %s", (_, name, routeKey, authorized) => {
    const planned = planHttpApi(own).routes.filter((route) => route.routeKey === routeKey)
    expect(planned).toEqual([{ name, routeKey, authorized }])
  })

  it("has no route besides, neither `ANY` nor `$default`", () => {
    const keys = planHttpApi(own).routes.map(({ routeKey }) => routeKey)
    expect(keys.toSorted()).toEqual(rows.map(([, , routeKey]) => routeKey).toSorted())
  })

  it("has each method of each route of the API's own table exactly once", () => {
    const keys = planHttpApi(routes).routes.map(({ routeKey }) => routeKey)
    const declared = Object.values(routes).flatMap(({ method, path }) =>
      methodsOf(method).map((each) => `${each} ${path}`),
    )
    expect(keys.toSorted()).toEqual(declared.toSorted())
    expect(new Set(keys).size).toBe(keys.length)
  })

  it("leaves only the health check and the description of the API open", () => {
    const open = planHttpApi(routes).routes.filter(({ authorized }) => !authorized)
    expect(open).toEqual([
      { name: "health-GET", routeKey: "GET /health", authorized: false },
      { name: "openApi-GET", routeKey: "GET /openapi.json", authorized: false },
    ])
  })

  it.each([
    ["the API's own table", routes],
    ["a table of every kind of route", own],
    ["an empty table", {}],
  ])("never caches an answer and asks for the token alone: %s", (_, table) => {
    expect(planHttpApi(table)).toMatchObject({
      ttlSeconds: 0,
      identitySources: ["$request.header.Authorization"],
    })
  })
})
