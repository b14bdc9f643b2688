import { describe, expect, test } from "vitest"
import { allowedTo, today } from "../test/event.ts"
import { callerReader, readCallerContext } from "./caller.ts"

describe("readCallerContext", () => {
  test("reads every field of a context", () => {
    const context = allowedTo("GET /api/users/{id}", { roles: "admin,editor", epoch: "2.7.1.3" })
    expect(readCallerContext(context)).toEqual({
      subject: "11111111-1111-4111-8111-111111111111",
      roles: ["admin", "editor"],
      epoch: "2.7.1.3",
      exp: today + 600,
      decided: { decision: "allowed" },
      route: "GET /api/users/{id}",
    })
  })

  const accepted: readonly [string, Record<string, unknown>][] = [
    ["no route", { route: undefined }],
    ["an empty epoch, of a token without one", { epoch: "" }],
    ["a machine", { subject: "client:7abcdef" }],
    ["a recheck with a reason", { decision: "recheck", because: "stale_epoch" }],
    ["a recheck for a reason that has no name here", { decision: "recheck", because: "feed_down" }],
    ["sixteen roles", { roles: Array.from({ length: 16 }, (_, i) => `r${i}`).join(",") }],
    ["a field more, of an authorizer that is newer", { tenant: "x" }],
  ]
  test.each(accepted)("takes %s", (_, changes) => {
    expect(readCallerContext(allowedTo("GET /x", changes))).toBeDefined()
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
    ["seventeen roles", { roles: Array.from({ length: 17 }, (_, i) => `r${i}`).join(",") }],
    ["no epoch", { epoch: undefined }],
    ["an epoch that is no list of numbers", { epoch: "1.x" }],
    ["an epoch that ends in a dot", { epoch: "1." }],
    ["no exp", { exp: undefined }],
    ["an exp that is a number", { exp: today }],
    ["an exp that is no time", { exp: "soon" }],
    ["an exp with a sign", { exp: "-1" }],
    ["an exp in hexadecimal", { exp: "0xffffffff" }],
    ["an exp beyond all times", { exp: "9".repeat(400) }],
    ["no decision", { decision: undefined }],
    ["another decision", { decision: "refused" }],
    ["a decision in upper case", { decision: "ALLOWED" }],
    ["a decision that is a boolean", { decision: true }],
    ["an allowed one with a doubt", { because: "stale_epoch" }],
    ["a recheck without a reason", { decision: "recheck" }],
    ["a recheck with a reason that is no word", { decision: "recheck", because: "a b" }],
    ["an empty route", { route: "" }],
    ["a route that is none", { route: "/x" }],
    ["a route that is null", { route: null }],
  ]
  test.each(refused)("knows nobody by %s", (_, changes) => {
    expect(readCallerContext(allowedTo("GET /x", changes))).toBeUndefined()
  })

  test.each([undefined, null, "", "allowed", 1, [], {}])("knows nobody by %j", (context) => {
    expect(readCallerContext(context)).toBeUndefined()
  })
})

describe("callerReader", () => {
  test.each(["hybrid", "claims"] as const)("%s reads the authorizer's context", (strategy) => {
    expect(callerReader(strategy)).toBe(readCallerContext)
  })

  test.each(["backend", "cached"] as const)("%s is refused at load", (strategy) => {
    expect(() => callerReader(strategy)).toThrow(
      `strategy \`${strategy}\`: expected \`hybrid\` or \`claims\``,
    )
  })
})
