import { describe, expect, test } from "vitest"
import { allowedTo, today } from "../../test/event.ts"
import { readFlatContext, readNestedContext } from "./authorizer-context.ts"

const nested = (context: unknown) => readNestedContext({ lambda: context }, "token")
const flat = (context: object) =>
  readFlatContext({ principalId: "a", integrationLatency: 7, ...context }, "token")
const nobody = { known: false, because: "no_caller" }

describe.each([
  ["nested, as an HTTP API has it", nested],
  ["flat, as a REST API has it", flat],
])("a context, %s", (_, read) => {
  test("is read field by field", () => {
    const context = allowedTo("GET /api/users/{id}", { roles: "admin,editor", epoch: "2.7.1.3" })
    expect(read(context)).toEqual({
      known: true,
      caller: {
        subject: "11111111-1111-4111-8111-111111111111",
        roles: ["admin", "editor"],
        epoch: "2.7.1.3",
        source: "token",
        exp: today + 600,
        grounds: {
          kind: "decision",
          route: "GET /api/users/{id}",
          decided: { decision: "allowed" },
        },
      },
    })
  })

  const accepted: readonly [string, Record<string, unknown>][] = [
    ["an empty epoch, of a token without one", { epoch: "" }],
    ["a machine", { subject: "client:7abcdef" }],
    ["a recheck with a reason", { decision: "recheck", because: "stale_epoch" }],
    ["a recheck for a reason that has no name here", { decision: "recheck", because: "feed_down" }],
    ["sixteen roles", { roles: Array.from({ length: 16 }, (_, i) => `r${i}`).join(",") }],
  ]
  test.each(accepted)("may have %s", (_, changes) => {
    expect(read(allowedTo("GET /x", changes))).toMatchObject({ known: true })
  })

  const refused: readonly [string, Record<string, unknown>][] = [
    ["no subject", { subject: undefined }],
    ["an empty subject", { subject: "" }],
    ["a subject with a line break", { subject: "a\nb" }],
    ["a subject that could end a key", { subject: "a#REPORT#b" }],
    ["a subject of 129 characters", { subject: "a".repeat(129) }],
    ["a subject that is a list", { subject: ["a"] }],
    ["no roles", { roles: undefined }],
    ["empty roles", { roles: "" }],
    ["a role with an upper-case letter", { roles: "Admin" }],
    ["a role that is empty", { roles: "a,,b" }],
    ["a role behind a space", { roles: "a, b" }],
    ["roles as a list", { roles: ["admin"] }],
    ["roles as the JWT authorizer writes a list", { roles: "[admin]" }],
    ["seventeen roles", { roles: Array.from({ length: 17 }, (_, i) => `r${i}`).join(",") }],
    ["no epoch", { epoch: undefined }],
    ["an epoch that is no list of numbers", { epoch: "1.x" }],
    ["an epoch that ends in a dot", { epoch: "1." }],
    ["an epoch of 5,000 characters", { epoch: "1".repeat(5000) }],
    ["no exp", { exp: undefined }],
    ["an exp that is a number", { exp: today }],
    ["an exp that is no time", { exp: "soon" }],
    ["an exp with a sign", { exp: "-1" }],
    ["an exp in hexadecimal", { exp: "0xffffffff" }],
    ["an exp with an exponent", { exp: "1.75e9" }],
    ["an exp beyond all times", { exp: "9".repeat(400) }],
    ["no decision", { decision: undefined }],
    ["another decision", { decision: "refused" }],
    ["a decision in upper case", { decision: "ALLOWED" }],
    ["a decision that is a boolean", { decision: true }],
    ["a decision that is a boolean in a REST API's spelling", { decision: "true" }],
    ["an allowed one with a doubt", { because: "stale_epoch" }],
    ["a recheck without a reason", { decision: "recheck" }],
    ["a recheck with a reason that is no word", { decision: "recheck", because: "a b" }],
    ["no route", { route: undefined }],
    ["an empty route", { route: "" }],
    ["a route that is none", { route: "/x" }],
    ["a route that is null", { route: null }],
  ]
  test.each(refused)("with %s is nobody's", (_, changes) => {
    expect(read(allowedTo("GET /x", changes))).toEqual(nobody)
  })
})

describe("fields that nobody expects", () => {
  const context = allowedTo("GET /x")

  test("are a newer authorizer's in an object of their own", () => {
    expect(nested({ ...context, tenant: "x" })).toMatchObject({ known: true })
  })

  test.each([{ tenant: "x" }, { claims: {} }, { scopes: null }, { lambda: context }, { jwt: {} }])(
    "are another authorizer's where all lie flat: %j",
    (more) => {
      expect(flat({ ...context, ...more })).toEqual(nobody)
    },
  )
})

describe("a context in the other gateway's place", () => {
  const context = allowedTo("GET /x")

  test("is nobody's", () => {
    expect(readNestedContext(context, "token")).toEqual(nobody)
    expect(readFlatContext({ lambda: context }, "token")).toEqual(nobody)
  })
})

test.each([undefined, null, "", "allowed", 1, [], {}])("%j is nobody's", (authorizer) => {
  expect(readNestedContext(authorizer, "token")).toEqual(nobody)
  expect(readNestedContext({ lambda: authorizer }, "token")).toEqual(nobody)
  expect(readFlatContext(authorizer, "token")).toEqual(nobody)
})
