import { ClaimgateError } from "@claimgate/core"
import { describe, expect, it } from "vitest"
import { deploymentOf } from "./exchange.ts"
import { createRequest } from "./http-message.ts"
import { parseHttpApiSource, parseRestApiSource, readIdentity } from "./identity-source.ts"
import { scriptedExchange } from "./scripted-exchange.ts"

const exchange = scriptedExchange({
  deployment: deploymentOf({ id: "api1", stageVariables: { tenant: "acme", empty: "" } }, "prod"),
  request: createRequest("GET", "/", {
    headers: { Authorization: "Bearer a", "X-Twice": ["1", "2"], "X-Empty": "" },
    sourceIp: "192.0.2.7",
  }),
  method: "GET",
  path: "/users/1",
  sentPath: "/prod/users/1",
  query: "key=x%20y&Key=z&key=2&none=",
  routeKey: "GET /users/{id}",
  resourcePath: "/users/{id}",
})

describe("an identity source of an HTTP API", () => {
  it.each([
    ["$request.header.Authorization", "Bearer a"],
    ["$request.header.authorization", "Bearer a"],
    ["$request.header.x-twice", "1,2"],
    ["$request.querystring.key", "x y,2"],
    ["$request.querystring.Key", "z"],
    ["$context.routeKey", "GET /users/{id}"],
    ["$context.httpMethod", "GET"],
    ["$context.path", "/prod/users/1"],
    ["$context.stage", "prod"],
    ["$context.requestId", "id="],
    ["$context.identity.sourceIp", "192.0.2.7"],
    ["$stageVariables.tenant", "acme"],
  ])("%s is %j", (source, value) => {
    expect(parseHttpApiSource(source)(exchange)).toBe(value)
  })

  it.each([
    "$request.header.X-Missing",
    "$request.header.X-Empty",
    "$request.querystring.missing",
    "$request.querystring.none",
    "$request.querystring.KEY",
    "$request.querystring.toString",
    "$stageVariables.missing",
    "$stageVariables.empty",
    "$context.identity.userAgent",
  ])("%s is missing or empty", (source) => {
    expect(parseHttpApiSource(source)(exchange)).toBeUndefined()
  })

  it.each([
    "",
    "Authorization",
    "$request.header.",
    "$request.body.x",
    "$context.resourcePath",
    "$context.nothing",
    "$context.toString",
    "method.request.header.Authorization",
  ])("%j is refused", (source) => {
    expect(() => parseHttpApiSource(source)).toThrow(ClaimgateError)
  })
})

describe("an identity source of a REST API", () => {
  it.each([
    ["method.request.header.authorization", "Bearer a"],
    ["method.request.header.X-Twice", "2"],
    ["method.request.querystring.key", "2"],
    ["context.httpMethod", "GET"],
    ["context.path", "/prod/users/1"],
    ["context.resourcePath", "/users/{id}"],
    ["stageVariables.tenant", "acme"],
  ])("%s is %j", (source, value) => {
    expect(parseRestApiSource(source)(exchange)).toBe(value)
  })

  it.each(["method.request.path.id", "context.routeKey", "$request.header.Authorization"])(
    "%s is refused",
    (source) => {
      expect(() => parseRestApiSource(source)).toThrow(ClaimgateError)
    },
  )
})

describe("all sources together", () => {
  const sources = (...texts: string[]) => texts.map(parseHttpApiSource)

  it("are their values, in their order", () => {
    expect(readIdentity(sources("$context.routeKey", "$request.header.Authorization"), exchange)).toEqual([
      "GET /users/{id}",
      "Bearer a",
    ])
  })

  it("are nothing where one of them is", () => {
    expect(readIdentity(sources("$context.routeKey", "$request.header.X-Empty"), exchange)).toBeUndefined()
  })

  it("may be none at all", () => {
    expect(readIdentity([], exchange)).toEqual([])
  })
})
