import { describe, expect, it } from "vitest"
import type { GatewayRoute } from "./routes.ts"
import { withOneVariableEach } from "./siblings.ts"

const routes = (...keys: readonly string[]): readonly GatewayRoute[] =>
  // Keys are written out below.
  keys.map((routeKey) => ({
    name: routeKey,
    authorized: true,
    routeKey: routeKey as GatewayRoute["routeKey"],
  }))
const renamed = (...keys: readonly string[]) =>
  withOneVariableEach(routes(...keys)).map(({ routeKey }) => routeKey)

describe("variables below one resource", () => {
  it.each([
    [
      ["GET /", "GET /a/b"],
      ["GET /", "GET /a/b"],
    ],
    [
      ["GET /u/{id}", "GET /u/{name}/x"],
      ["GET /u/{id}", "GET /u/{id}/x"],
    ],
    [
      ["GET /{a}/{b}", "PUT /{c}/{d}/e"],
      ["GET /{a}/{b}", "PUT /{a}/{b}/e"],
    ],
    [
      ["GET /u/{id}", "GET /v/{name}"],
      ["GET /u/{id}", "GET /v/{name}"],
    ],
    [
      ["GET /f/{a+}", "PUT /f/{b+}"],
      ["GET /f/{a+}", "PUT /f/{a+}"],
    ],
  ])("have the first one's name: %j is %j", (keys, expected) => {
    expect(renamed(...keys)).toEqual(expected)
  })

  it.each([
    [
      ["GET /{a}/x/{b}", "GET /{b}/y/{a}"],
      ["GET /{a}/x/{b}", "GET /{a}/y/{_a}"],
    ],
    [
      ["GET /{a}", "GET /{b}/{a+}"],
      ["GET /{a}", "GET /{a}/{_a+}"],
    ],
  ])("never have one name twice along a path: %j is %j", (keys, expected) => {
    expect(renamed(...keys)).toEqual(expected)
  })

  it.each([
    [
      ["GET /f/{id}", "GET /f/{rest+}"],
      "route `GET /f/{rest+}`: a REST API has one variable below `/f`, and `{id}` is there",
    ],
    [
      ["GET /f/{rest+}", "PUT /f/{id}/x"],
      "route `PUT /f/{id}/x`: a REST API has one variable below `/f`, and `{rest+}` is there",
    ],
    [
      ["GET /{id}", "ANY /{proxy+}"],
      "route `ANY /{proxy+}`: a REST API has one variable below `/`, and `{id}` is there",
    ],
  ])("cannot be of two kinds: %j", (keys, message) => {
    expect(() => renamed(...keys)).toThrow(expect.objectContaining({ code: "malformed_configuration" }))
    expect(() => renamed(...keys)).toThrow(message)
  })
})
