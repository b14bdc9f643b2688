import { ClaimgateError, type ErrorCode } from "@claimgate/core"
import { describe, expect, test } from "vitest"
import { problem, problemOf, problemResponse } from "./problem.ts"

const statuses: Record<ErrorCode, number> = {
  malformed_route: 400,
  malformed_permission: 400,
  malformed_name: 400,
  malformed_input: 400,
  uncovered_permission: 400,
  claim_too_large: 400,
  unauthenticated: 401,
  forbidden: 403,
  no_such_route: 404,
  not_found: 404,
  conflict: 409,
  dependency_failed: 503,
  malformed_catalog: 500,
  malformed_record: 500,
  malformed_configuration: 500,
  internal: 500,
}

describe("a fault", () => {
  // The record above has every code, or it would not compile.
  test.each(Object.entries(statuses) as [ErrorCode, number][])("%s is a %i", (code, status) => {
    expect(problemOf(new ClaimgateError(code, "table `t` of account 7")).status).toBe(status)
  })

  test.each([
    new ClaimgateError("dependency_failed", "table `t` of account 7"),
    new ClaimgateError("malformed_record", "member `x`"),
    new ClaimgateError("internal", "secret"),
    new TypeError("secret"),
    "secret",
    undefined,
  ])("inside stays inside: %s", async (fault) => {
    const body = await problemResponse(problemOf(fault), "r").text()
    expect(body).not.toMatch(/secret|table|member|TypeError|stack/)
    expect(["internal", "dependency_failed"]).toContain(JSON.parse(body).code)
  })
})

describe("a response", () => {
  const bytes = async (response: Response) => ({
    type: response.headers.get("content-type"),
    body: await response.json(),
  })

  test("has what RFC 9457 names, and the code", async () => {
    const said = problem("conflict", "current version is 3", { version: 3 })
    expect(await bytes(problemResponse(said, "JKJaXmPLvHcESHA="))).toEqual({
      type: "application/problem+json",
      body: {
        type: "about:blank",
        title: "Conflict",
        status: 409,
        code: "conflict",
        detail: "current version is 3",
        version: 3,
        instance: "JKJaXmPLvHcESHA=",
      },
    })
  })

  test.each(["", "a b", "a\nb", "//evil.example", "x".repeat(129)])(
    "has no instance for the id %j",
    async (id) => {
      expect(await problemResponse(problem("forbidden", ""), id).json()).not.toHaveProperty("instance")
    },
  )

  test("asks to sign in, or to come again", () => {
    expect(problemResponse(problem("unauthenticated", ""), "").headers.get("www-authenticate")).toBe("Bearer")
    expect(problemResponse(problem("dependency_failed", ""), "").headers.get("retry-after")).toBe("1")
    expect(problemResponse(problem("forbidden", ""), "").headers.get("www-authenticate")).toBeNull()
  })
})
