import { defineRoutes, type Routes, type RouteTable } from "@claimgate/core"
import { describe, expect, it } from "vitest"
import { type HttpApiOptions, type HttpApiPlan, planHttpApi, planJwtApi } from "./http-api.ts"

const own = defineRoutes({
  users: "GET /users",
  user: "ANY /users/{id}",
  mine: { route: "GET /me", access: "signed-in" },
  open: { route: "GET /health", access: "public" },
})
const malformed = expect.objectContaining({ code: "malformed_configuration" })

/** So many routes, one of them public. */
function large(count: number): Routes {
  const table: RouteTable = Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `route${at}`,
      at === 0 ? { route: "GET /health", access: "public" } : (`GET /r${at}` as const),
    ]),
  )
  return defineRoutes(table as never)
}

describe("answers of a Lambda authorizer", () => {
  it("are kept under the token and the route key, where they are kept at all", () => {
    const plan = planHttpApi(own, { strategy: "claims", ttlSeconds: 300 })
    expect(plan).toMatchObject({
      layout: "routes",
      ttlSeconds: 300,
      identitySources: ["$request.header.Authorization", "$context.routeKey"],
    })
    expect(plan.routes.filter(({ routeKey }) => /ANY|\$default/.test(routeKey))).toEqual([])
  })

  it.each([
    {},
    { strategy: "claims", ttlSeconds: 0 },
    { layout: "proxy" },
    { layout: "proxy", ttlSeconds: 0 },
  ] as const)("are not kept with %j", (options) => {
    expect(planHttpApi(own, options)).toMatchObject({
      ttlSeconds: 0,
      identitySources: ["$request.header.Authorization"],
    })
  })

  it.each([60, 61, 3599, 3600])("may be kept for %i seconds", (ttlSeconds) => {
    expect(planHttpApi(own, { strategy: "claims", ttlSeconds }).ttlSeconds).toBe(ttlSeconds)
  })

  it.each([-1, 1, 59, 3601, 60.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "may not be kept for %d",
    (ttlSeconds) => {
      expect(() => planHttpApi(own, { strategy: "claims", ttlSeconds })).toThrow(malformed)
    },
  )

  it.each([
    ["a proxy, whose route key is everyone's", { layout: "proxy", strategy: "claims", ttlSeconds: 300 }],
    ["the strategy `hybrid`, whose changes must work at once", { strategy: "hybrid", ttlSeconds: 300 }],
    ["no strategy", { ttlSeconds: 300 }],
  ])("may not be kept with %s, also without types", (_, options) => {
    // As a program would that was never compiled.
    expect(() => planHttpApi(own, options as HttpApiOptions)).toThrow(malformed)
  })

  it("cannot be written down to be unsafe", () => {
    // @ts-expect-error: without a strategy, nothing is kept
    const noStrategy: HttpApiOptions = { ttlSeconds: 300 }
    // @ts-expect-error: behind a proxy, nothing is kept
    const proxied: HttpApiOptions = { layout: "proxy", strategy: "claims", ttlSeconds: 300 }
    // @ts-expect-error: kept under the token alone
    const byToken: HttpApiPlan = {
      layout: "routes",
      routes: [],
      ttlSeconds: 300,
      identitySources: ["$request.header.Authorization"],
    }
    const kept = {
      layout: "routes",
      ttlSeconds: 300,
      identitySources: ["$request.header.Authorization", "$context.routeKey"],
    } as const
    // @ts-expect-error: kept under a route key that is everyone's
    const any: HttpApiPlan = {
      ...kept,
      routes: [{ name: "proxy", routeKey: "ANY /{proxy+}", authorized: true }],
    }
    expect([noStrategy, proxied, byToken, any]).toHaveLength(4)
  })
})

describe("more routes than an HTTP API has room for", () => {
  it("are 301", () => {
    expect(planHttpApi(large(300)).routes).toHaveLength(300)
    expect(() => planHttpApi(large(301))).toThrow(malformed)
    expect(() => planHttpApi(large(301), { strategy: "claims", ttlSeconds: 60 })).toThrow(malformed)
    expect(() => planJwtApi(large(301))).toThrow(malformed)
  })

  it("are refused with what can be done", () => {
    expect(() => planHttpApi(large(301))).toThrow(
      'routes of an HTTP API: expected at most 300, got 301: take `layout: "proxy"`, or have AWS raise the quota and say so with `quota`',
    )
  })

  it("fit where the quota was raised", () => {
    expect(planHttpApi(large(301), { quota: 301 }).routes).toHaveLength(301)
    expect(planJwtApi(large(301), { quota: 400 }).routes).toHaveLength(301)
    expect(() => planHttpApi(large(402), { quota: 401 })).toThrow("expected at most 401, got 402")
  })

  it("fit behind a proxy, public ones beside it", () => {
    const keys = planHttpApi(large(1000), { layout: "proxy" }).routes.map(({ routeKey }) => routeKey)
    expect(keys).toEqual(["GET /health", "ANY /{proxy+}", "ANY /"])
  })

  it("are counted behind a proxy, too", () => {
    expect(() => planHttpApi(own, { layout: "proxy", quota: 2 })).toThrow("expected at most 2, got 3")
  })

  it.each([0, -1, 1.5, Number.NaN])("cannot be measured by a quota of %d", (quota) => {
    expect(() => planHttpApi(own, { quota })).toThrow(malformed)
  })
})

describe("an HTTP API with its JWT authorizer", () => {
  it("has the same routes, and asks for no scope unless told so", () => {
    const { routes, identitySources } = planJwtApi(own)
    expect(identitySources).toEqual(["$request.header.Authorization"])
    expect(routes.map(({ scopes: _, ...route }) => route)).toEqual(planHttpApi(own).routes)
    expect(routes.flatMap(({ scopes }) => scopes)).toEqual([])
  })

  it("asks for scopes on what is not public", () => {
    const { routes } = planJwtApi(own, { scopes: ["api/use"] })
    expect(routes.map(({ authorized, scopes }) => [authorized, scopes])).toEqual(
      routes.map(({ authorized }) => [authorized, authorized ? ["api/use"] : []]),
    )
  })

  it("can stand behind a proxy", () => {
    const keys = planJwtApi(own, { layout: "proxy", openPreflights: true }).routes.map(
      ({ routeKey }) => routeKey,
    )
    expect(keys).toEqual([
      "OPTIONS /{proxy+}",
      "OPTIONS /",
      "OPTIONS /users/{id}",
      "GET /health",
      "ANY /{proxy+}",
      "ANY /",
    ])
  })
})
