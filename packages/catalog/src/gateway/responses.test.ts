import { describe, expect, it } from "vitest"
import { gatewayResponses } from "./responses.ts"

const problemOf = (type: keyof ReturnType<typeof gatewayResponses>) => {
  const { statusCode, headers, body } = gatewayResponses(undefined)[type]
  return { statusCode, headers, body: body === undefined ? undefined : JSON.parse(body) }
}

describe("what a REST API answers itself", () => {
  const rows = [
    ["UNAUTHORIZED", 401, "Unauthorized", "unauthenticated"],
    ["ACCESS_DENIED", 403, "Forbidden", "forbidden"],
    ["MISSING_AUTHENTICATION_TOKEN", 404, "Not Found", "no_such_route"],
    ["AUTHORIZER_FAILURE", 500, "Internal Server Error", "internal"],
    ["AUTHORIZER_CONFIGURATION_ERROR", 500, "Internal Server Error", "internal"],
  ] as const
  it.each(rows)("is a problem: %s is %i %s, `%s`", (type, status, title, code) => {
    const { statusCode, headers, body } = problemOf(type)
    expect(statusCode).toBe(status)
    expect(headers).toMatchObject({
      "Content-Type": "'application/problem+json'",
      "Cache-Control": "'no-store'",
    })
    expect(body).toEqual({
      type: "about:blank",
      status,
      title,
      code,
      detail: expect.any(String),
      instance: "$context.requestId",
    })
  })

  it("says with a 401 that a new token would help, and with nothing else", () => {
    const challenges = Object.entries(gatewayResponses(undefined)).flatMap(([type, { headers }]) =>
      "WWW-Authenticate" in headers ? [[type, headers["WWW-Authenticate"]]] : [],
    )
    expect(challenges).toEqual([["UNAUTHORIZED", `'Bearer error="invalid_token"'`]])
  })

  it("names no status where several share a type", () => {
    expect(problemOf("DEFAULT_5XX")).toMatchObject({ statusCode: undefined, body: { code: "internal" } })
    expect(problemOf("DEFAULT_5XX").body).not.toHaveProperty("status")
    expect(problemOf("DEFAULT_4XX")).toEqual({ statusCode: undefined, headers: {}, body: undefined })
  })

  it("repeats nothing of a request but its id", () => {
    for (const { body, headers } of Object.values(gatewayResponses("https://app.example"))) {
      expect((body ?? "").replaceAll("$context.requestId", "")).not.toContain("$")
      expect(Object.values(headers).every((value) => /^'[^']*'$/.test(value))).toBe(true)
    }
  })
})

describe("the origin whose pages may read the answers", () => {
  it("is named in every one of them, and lets pages see the challenge", () => {
    for (const { headers } of Object.values(gatewayResponses("https://app.example")))
      expect(headers).toMatchObject({
        "Access-Control-Allow-Origin": "'https://app.example'",
        "Access-Control-Expose-Headers": "'WWW-Authenticate'",
      })
  })

  it("is none where none is given", () => {
    expect(JSON.stringify(gatewayResponses(undefined))).not.toContain("Access-Control")
  })

  it.each(["http://localhost:5173", "https://app.example:8443"])("may be %s", (origin) => {
    expect(gatewayResponses(origin).UNAUTHORIZED.headers["Access-Control-Allow-Origin"]).toBe(`'${origin}'`)
  })

  it.each([
    "*",
    "",
    "null",
    "app.example",
    "https://app.example/",
    "https://app.example/path",
    "https://a.example,https://b.example",
    "https://*.example",
    "https://app.example' 'x",
    "ftp://app.example",
    "method.request.header.Origin",
  ])("may not be %j", (origin) => {
    expect(() => gatewayResponses(origin)).toThrow(
      expect.objectContaining({ code: "malformed_configuration" }),
    )
  })
})
