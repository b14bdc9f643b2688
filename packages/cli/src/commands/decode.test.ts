import { createCatalog, encodeClaim, expand } from "@claimgate/core"
import { describe, expect, test } from "vitest"
import { createOutput } from "../output.ts"
import { decodeToken, runDecode } from "./decode.ts"

const catalog = createCatalog(["GET /users", "GET /users/{id}", "DELETE /users/{id}", "GET /reports"])
const claims = (permissions: string) => ({
  sub: "ben",
  token_use: "access",
  iat: 1_750_000_000,
  exp: 1_750_000_900,
  "custom:role": "editor,reader",
  "custom:permissions": permissions,
  "custom:epoch": "0.3.1.2",
})
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
const token = (payload: object) => `${encode({ alg: "RS256" })}.${encode(payload)}.c2ln`
const now = 1_750_000_000_000
const held = ["GET:/users/**", "GET:/users"]

describe("a token is shown as routes and as the few permissions that mean them", () => {
  test.each(["packed", "plain"] as const)("%s", (form) => {
    const text = encodeClaim(catalog, expand(catalog, held), form)
    expect(decodeToken(catalog, `Bearer ${token(claims(text))}\n`, now)).toEqual({
      verified: false,
      subject: "ben",
      tokenUse: "access",
      issuedAt: "2025-06-15T15:06:40.000Z",
      expiresAt: "2025-06-15T15:21:40.000Z",
      expired: false,
      roles: ["editor", "reader"],
      epoch: "0.3.1.2",
      claim: {
        text,
        form,
        readable: true,
        routes: ["GET /users", "GET /users/{id}"],
        permissions: ["GET:/users", "GET:/users/{id}"],
      },
    })
  })

  test("one that grants nothing", () => {
    expect(decodeToken(catalog, token(claims("-")), now).claim).toMatchObject({
      form: "none",
      readable: true,
      routes: [],
    })
  })

  test("one that nobody can read, with the reason", () => {
    expect(decodeToken(catalog, token(claims("Bzzzzzzzz")), now).claim).toMatchObject({
      readable: false,
      routes: [],
    })
    expect(decodeToken(catalog, token({}), now).claim).toMatchObject({ form: "absent", readable: false })
  })

  test("one that has expired", () => {
    expect(decodeToken(catalog, token(claims("-")), 1_750_000_900_000).expired).toBe(true)
  })
})

test.each([
  "",
  "abc",
  "a.b",
  "a.b.c",
  "....",
  `x.${encode([1]).slice(0, 1)}.y`,
  `x.${Buffer.from("null").toString("base64url")}.y`,
])("%j is no token, and is not repeated", (text) => {
  expect(() => decodeToken(catalog, text, now)).toThrow("token: expected a JWT")
})

test("what a token holds cannot write to the terminal", () => {
  const printed: string[] = []
  const streams = { out: (text: string) => printed.push(text), err: () => {}, hasColours: true }
  const evil = { ...claims("-"), sub: "ben\u001b[2Jroot\nadmin", "custom:role": "a\u202eb" }
  runDecode(catalog, token(evil), now, createOutput(streams, { json: false }))
  expect(printed.join("")).toContain("ben\\u{1b}[2Jroot\\u{a}admin")
  expect(printed.join("")).toContain("a\\u{202e}b")
})
