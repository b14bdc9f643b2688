import { ClaimgateError } from "@claimgate/core"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { evaluatePolicy, longestResource, matchesWildcards } from "./iam-policy.ts"

const invoke = "execute-api:Invoke"
const api = "arn:aws:execute-api:eu-west-1:123456789012:api1/prod"

const statement = (Effect: string, Resource: unknown, more: object = {}) => ({
  Action: invoke,
  Effect,
  Resource,
  ...more,
})
const policy = (...Statement: unknown[]) => ({ Version: "2012-10-17", Statement })

describe("a policy", () => {
  it.each([
    ["allows what it names", policy(statement("Allow", `${api}/GET/users`)), "GET/users", "allow"],
    [
      "says nothing on what it does not name",
      policy(statement("Allow", `${api}/GET/users`)),
      "GET/roles",
      "implicit_deny",
    ],
    ["denies what it names", policy(statement("Deny", `${api}/GET/users`)), "GET/users", "explicit_deny"],
    [
      "lets a denial win over an allow, wherever it stands",
      policy(statement("Deny", `${api}/GET/*`), statement("Allow", "*")),
      "GET/users",
      "explicit_deny",
    ],
    [
      "takes a single statement that is no list",
      { Version: "2012-10-17", Statement: statement("Allow", `${api}/*`) },
      "GET/users",
      "allow",
    ],
    [
      "takes a list of resources",
      policy(statement("Allow", ["x", `${api}/GET/users`])),
      "GET/users",
      "allow",
    ],
    ["takes a policy without version", { Statement: [statement("Allow", "*")] }, "GET/users", "allow"],
    ["lets `*` cross `/`", policy(statement("Allow", `${api}/GET/users/*`)), "GET/users/1/secrets", "allow"],
    ["lets `*` be nothing", policy(statement("Allow", `${api}/GET/users*`)), "GET/users", "allow"],
    ["lets `?` be one character", policy(statement("Allow", `${api}/GET/users/?`)), "GET/users/1", "allow"],
    ["not two", policy(statement("Allow", `${api}/GET/users/?`)), "GET/users/10", "implicit_deny"],
    ["and not none", policy(statement("Allow", `${api}/GET/users/?`)), "GET/users/", "implicit_deny"],
    ["lets `?` be a `/`", policy(statement("Allow", `${api}/GET/a?b`)), "GET/a/b", "allow"],
    [
      "lets a trailing `*` cross `:`",
      policy(statement("Allow", "arn:aws:execute-api:*")),
      "GET/users",
      "allow",
    ],
    [
      "compares resources with case",
      policy(statement("Allow", `${api}/GET/Users`)),
      "GET/users",
      "implicit_deny",
    ],
    [
      "compares actions without case",
      policy(statement("Allow", "*", { Action: "EXECUTE-API:invoke" })),
      "GET/users",
      "allow",
    ],
    [
      "takes wildcards and lists in actions",
      policy(statement("Allow", "*", { Action: ["s3:*", "execute-api:In?oke"] })),
      "GET/users",
      "allow",
    ],
    [
      "does not take another action",
      policy(statement("Allow", "*", { Action: "execute-api:InvalidateCache" })),
      "GET/users",
      "implicit_deny",
    ],
    [
      "turns `NotResource` around",
      policy({ Effect: "Allow", Action: invoke, NotResource: `${api}/GET/admin/*` }),
      "GET/users",
      "allow",
    ],
    [
      "and leaves out what it names",
      policy({ Effect: "Allow", Action: invoke, NotResource: [`${api}/GET/admin/*`, "x"] }),
      "GET/admin/keys",
      "implicit_deny",
    ],
    [
      "turns `NotAction` around",
      policy({ Effect: "Deny", NotAction: "s3:*", Resource: "*" }),
      "GET/users",
      "explicit_deny",
    ],
  ])("%s", (_, document, path, verdict) => {
    expect(evaluatePolicy(document, invoke, `${api}/${path}`)).toBe(verdict)
  })

  const good = statement("Allow", "*")
  it.each([
    ["no object", null],
    ["a list", []],
    ["text", "Allow *"],
    ["no statement", { Version: "2012-10-17" }],
    ["an empty list of statements", policy()],
    ["a statement that is none", policy(good, "Allow *")],
    ["another version", { ...policy(good), Version: "2020-01-01" }],
    ["no effect", policy({ Action: invoke, Resource: "*" })],
    ["an effect in another case", policy(statement("allow", "*"))],
    ["no action", policy({ Effect: "Allow", Resource: "*" })],
    ["both action and its opposite", policy({ ...good, NotAction: "s3:*" })],
    ["no resource", policy({ Effect: "Allow", Action: invoke })],
    ["both resource and its opposite", policy({ ...good, NotResource: "x" })],
    ["an empty list of resources", policy(statement("Allow", []))],
    ["an empty resource", policy(statement("Allow", ""))],
    ["a resource that is no text", policy(statement("Allow", ["x", 1]))],
    ["a resource that is too long", policy(statement("Allow", "x".repeat(longestResource + 1)))],
    [
      "a condition",
      policy(statement("Allow", "*", { Condition: { Bool: { "aws:SecureTransport": "true" } } })),
    ],
    ["a principal", policy(statement("Allow", "*", { Principal: "*" }))],
    ["a policy variable", policy(statement("Allow", `${api}/GET/\${aws:username}`))],
    ["an element that IAM does not know", policy(statement("Allow", "*", { Ressource: "*" }))],
  ])("with %s is an error, also where another statement would allow", (_, document) => {
    expect(() => evaluatePolicy(document, invoke, `${api}/GET/users`)).toThrow(ClaimgateError)
  })

  it("may name a resource of just the longest length", () => {
    const longest = `${api}/GET/`.padEnd(longestResource, "x")
    expect(evaluatePolicy(policy(statement("Allow", longest)), invoke, longest)).toBe("allow")
  })
})

describe("wildcards", () => {
  const text = (alphabet: string) => fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 8 })

  it("mean what a regular expression made of them means", () => {
    fc.assert(
      fc.property(text("ab/*?"), text("ab/"), (pattern, value) => {
        const oracle = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`)
        expect(matchesWildcards(pattern, value)).toBe(oracle.test(value))
      }),
      { numRuns: 3000 },
    )
  })

  it("take no exponential time, whatever the pattern", () => {
    const start = performance.now()
    expect(matchesWildcards(`${"*a".repeat(200)}b`, "a".repeat(1600))).toBe(false)
    expect(performance.now() - start).toBeLessThan(200)
  })
})
