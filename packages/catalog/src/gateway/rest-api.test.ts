import { defineRoutes, type Routes, type RouteTable } from "@claimgate/core"
import { describe, expect, it } from "vitest"
import { routes as sample } from "../routes.ts"
import { planHttpApi } from "./http-api.ts"
import { planCognitoApi, planRestApi, type RestApiOptions, type RestApiPlan } from "./rest-api.ts"

const own = defineRoutes({
  users: "GET /users",
  user: "ANY /users/{id}",
  files: "GET /users/{name}/files/{path+}",
  mine: { route: "GET /me", access: "signed-in" },
  open: { route: "GET /health", access: "public" },
})
const malformed = expect.objectContaining({ code: "malformed_configuration" })
const token = "method.request.header.Authorization"

/** So many resources, the root among them. */
function large(resources: number): Routes {
  const table: RouteTable = Object.fromEntries(
    Array.from({ length: resources - 1 }, (_, at) => [`route${at}`, `ANY /r${at}` as const]),
  )
  return defineRoutes(table as never)
}

describe("answers of a Lambda authorizer", () => {
  const rows: readonly (readonly [RestApiOptions, Partial<RestApiPlan>])[] = [
    [
      {},
      {
        authorizer: "REQUEST",
        ttlSeconds: 300,
        identitySources: [token, "context.httpMethod", "context.resourcePath"],
        policyResource: "resource",
      },
    ],
    [
      { cachedBy: "path", ttlSeconds: 60 },
      {
        authorizer: "REQUEST",
        ttlSeconds: 60,
        identitySources: [token, "context.httpMethod", "context.path"],
        policyResource: "path",
      },
    ],
    [
      { ttlSeconds: 0 },
      { authorizer: "REQUEST", ttlSeconds: 0, identitySources: [token], policyResource: "path" },
    ],
    [
      { ttlSeconds: 0, authorizer: "TOKEN" },
      { authorizer: "TOKEN", ttlSeconds: 0, identitySources: [token], policyResource: "path" },
    ],
    [
      { ttlSeconds: 0, layout: "proxy" },
      {
        authorizer: "REQUEST",
        layout: "proxy",
        ttlSeconds: 0,
        identitySources: [token],
        policyResource: "path",
      },
    ],
  ]
  it.each(rows)("with %j, the plan has these together: %j", (options, expected) => {
    expect(planRestApi(own, options)).toMatchObject(expected)
  })

  it.each([60, 3600])("may be kept for %i seconds", (ttlSeconds) => {
    expect(planRestApi(own, { ttlSeconds }).ttlSeconds).toBe(ttlSeconds)
  })

  it.each([-1, 1, 59, 3601, 300.5, Number.NaN])("may not be kept for %d", (ttlSeconds) => {
    expect(() => planRestApi(own, { ttlSeconds })).toThrow(malformed)
  })

  it.each([
    ["a TOKEN authorizer: its key is the token alone", { authorizer: "TOKEN", ttlSeconds: 300 }],
    ["a TOKEN authorizer, where AWS would take 300", { authorizer: "TOKEN" }],
    ["a proxy", { layout: "proxy", ttlSeconds: 300 }],
    ["a proxy, where AWS would take 300", { layout: "proxy" }],
  ])("may not be kept with %s, also without types", (_, options) => {
    // As a program would that was never compiled.
    expect(() => planRestApi(own, options as RestApiOptions)).toThrow(malformed)
  })

  it("cannot be written down to be unsafe", () => {
    // @ts-expect-error: a TOKEN authorizer keeps nothing
    const byToken: RestApiOptions = { authorizer: "TOKEN", ttlSeconds: 300 }
    // @ts-expect-error: a TOKEN authorizer says so itself
    const byDefault: RestApiOptions = { authorizer: "TOKEN" }
    // @ts-expect-error: behind a proxy, nothing is kept
    const proxied: RestApiOptions = { layout: "proxy", ttlSeconds: 300 }
    const { gatewayResponses } = planRestApi(own)
    const kept = {
      gatewayResponses,
      authorizer: "REQUEST",
      layout: "routes",
      routes: [],
      ttlSeconds: 300,
    } as const
    // @ts-expect-error: kept under the token alone
    const alone: RestApiPlan = { ...kept, identitySources: [token], policyResource: "resource" }
    const byResource = [token, "context.httpMethod", "context.resourcePath"] as const
    // @ts-expect-error: one path's policy kept for a resource
    const wrongPolicy: RestApiPlan = { ...kept, identitySources: byResource, policyResource: "path" }
    expect([byToken, byDefault, proxied, alone, wrongPolicy]).toHaveLength(5)
  })
})

describe("the methods of a REST API", () => {
  it("are those of the table, one for each, behind the authorizer but for public ones", () => {
    for (const options of [{}, { ttlSeconds: 0 }] as const) {
      const { routes } = planRestApi(sample, options)
      expect(routes).toEqual(planHttpApi(sample).routes)
    }
  })

  it("share the names of variables at the same place, as a REST API demands", () => {
    const keys = planRestApi(own).routes.map(({ routeKey }) => routeKey)
    expect(keys).toContain("GET /users/{id}/files/{path+}")
    expect(keys.some((key) => key.includes("{name}"))).toBe(false)
  })

  it.each([{}, { ttlSeconds: 0 }] as const)(
    "cannot have two kinds of variables at one place: %j",
    (options) => {
      const table = defineRoutes({ one: "GET /files/{id}", all: "GET /files/{rest+}" })
      expect(() => planRestApi(table, options)).toThrow(malformed)
      expect(() => planCognitoApi(table)).toThrow(malformed)
    },
  )
})

describe("more resources than a REST API has room for", () => {
  it("are 301, however many methods are on them", () => {
    expect(planRestApi(large(300)).routes).toHaveLength(299 * 7)
    for (const plan of [planRestApi, planCognitoApi])
      expect(() => plan(large(301))).toThrow("resources of a REST API: expected at most 300, got 301: take")
  })

  it("count each segment of a path once", () => {
    const table = defineRoutes({ a: "GET /a/b/{c}", b: "PUT /a/b/{d}/e" })
    expect(planRestApi(table, { quota: 5 }).routes).toHaveLength(2)
    expect(() => planRestApi(table, { quota: 4 })).toThrow("expected at most 4, got 5")
  })

  it("fit where the quota was raised, or behind a proxy", () => {
    expect(planRestApi(large(301), { quota: 301 }).routes).toHaveLength(300 * 7)
    expect(planRestApi(large(301), { layout: "proxy", ttlSeconds: 0 }).routes).toHaveLength(2)
  })
})

describe("a REST API with its Cognito authorizer", () => {
  it("takes access tokens: every method behind it has a scope", () => {
    const { routes, identitySources } = planCognitoApi(own)
    expect(identitySources).toEqual([token])
    expect(routes.map(({ authorized, scopes }) => [authorized, scopes])).toEqual(
      routes.map(({ authorized }) => [authorized, authorized ? ["aws.cognito.signin.user.admin"] : []]),
    )
  })

  it("takes the scopes that it is given, and ID tokens where there are none", () => {
    const scopesWith = (scopes: readonly string[]) =>
      new Set(planCognitoApi(own, { scopes }).routes.flatMap((route) => route.scopes))
    expect(scopesWith(["api/use", "api/more"])).toEqual(new Set(["api/use", "api/more"]))
    expect(scopesWith([])).toEqual(new Set())
  })
})

it("every plan brings the gateway's own answers, for the one origin", () => {
  const allowOrigin = "https://app.example"
  for (const { gatewayResponses } of [
    planRestApi(own, { allowOrigin }),
    planCognitoApi(own, { allowOrigin }),
  ])
    expect(gatewayResponses.UNAUTHORIZED).toMatchObject({
      statusCode: 401,
      headers: { "Access-Control-Allow-Origin": "'https://app.example'" },
    })
  expect(() => planRestApi(own, { allowOrigin: "*" })).toThrow(malformed)
})
