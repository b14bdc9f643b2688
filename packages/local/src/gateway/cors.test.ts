import { describe, expect, it } from "vitest"
import { createCors } from "./cors.ts"
import { createRequest, createResponse } from "./http-message.ts"

const config = {
  allowOrigins: ["https://app.example", "http://*"],
  allowMethods: ["GET", "DELETE"],
  allowHeaders: ["authorization"],
  exposeHeaders: ["x-claimgate-refresh"],
  maxAge: 300,
}

const preflight = (origin: string) =>
  createRequest("OPTIONS", "/users", {
    headers: { Origin: origin, "Access-Control-Request-Method": "DELETE" },
  })

describe("a preflight", () => {
  it("is an OPTIONS request with an origin and a method asked for", () => {
    const cors = createCors(config)
    const headers = { Origin: "https://app.example", "Access-Control-Request-Method": "GET" }
    expect(cors.isPreflight(createRequest("OPTIONS", "/", { headers }))).toBe(true)
    expect(cors.isPreflight(createRequest("GET", "/", { headers }))).toBe(false)
    expect(cors.isPreflight(createRequest("OPTIONS", "/", { headers: { Origin: "x" } }))).toBe(false)
    expect(cors.isPreflight(createRequest("OPTIONS", "/"))).toBe(false)
  })

  it.each(["https://app.example", "http://localhost:5173"])(
    "from %s is answered with all that is allowed",
    (origin) => {
      const { status, headers } = createCors(config).answerPreflight(preflight(origin))
      expect(status).toBe(204)
      expect(Object.fromEntries(headers)).toEqual({
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "GET,DELETE",
        "access-control-allow-headers": "authorization",
        "access-control-max-age": "300",
      })
    },
  )

  it.each(["https://evil.example", "https://app.example.evil.example", "https://app.example:8443", "null"])(
    "from %s is answered with nothing",
    (origin) => {
      expect(createCors(config).answerPreflight(preflight(origin))).toMatchObject({
        status: 204,
        headers: [],
      })
    },
  )
})

describe("an answer", () => {
  const own = createResponse(
    200,
    [
      ["Access-Control-Allow-Origin", "https://other.example"],
      ["x-own", "1"],
    ],
    "",
  )

  it("carries the API's CORS headers and none of the integration's", () => {
    const { headers } = createCors(config).decorate(preflight("https://app.example"), own)
    expect(headers).toEqual([
      ["x-own", "1"],
      ["access-control-allow-origin", "https://app.example"],
      ["access-control-expose-headers", "x-claimgate-refresh"],
    ])
  })

  it("loses the integration's also where the origin is not allowed", () => {
    expect(createCors(config).decorate(createRequest("GET", "/"), own).headers).toEqual([["x-own", "1"]])
  })

  it("names any origin as `*`, and says where credentials are allowed", () => {
    expect(createCors({ allowOrigins: ["*"] }).decorate(preflight("null"), own).headers).toContainEqual([
      "access-control-allow-origin",
      "*",
    ])
    const named = createCors({ allowOrigins: ["https://app.example"], allowCredentials: true })
    expect(named.decorate(preflight("https://app.example"), own).headers).toContainEqual([
      "access-control-allow-credentials",
      "true",
    ])
  })
})

it("credentials for any origin are refused", () => {
  expect(() => createCors({ allowOrigins: ["*"], allowCredentials: true })).toThrow(
    "cors: expected named origins",
  )
})
