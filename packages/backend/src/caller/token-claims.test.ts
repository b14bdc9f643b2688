import { describe, expect, test } from "vitest"
import { clientId, cognitoClaims, jwtClaims, today, tokens } from "../../test/event.ts"
import { formatJavaDate } from "./java-date.ts"
import { readCognitoClaims, readJwtClaims, type TokenRules } from "./token-claims.ts"

/** The two spellings of one token, and who reads each. */
const gateways = [
  {
    gateway: "a JWT authorizer",
    claimsOf: jwtClaims,
    time: String,
    read: (claims: unknown, rules: TokenRules = tokens) =>
      readJwtClaims({ jwt: { claims, scopes: null } }, rules, today),
  },
  {
    gateway: "a Cognito authorizer",
    claimsOf: cognitoClaims,
    time: formatJavaDate,
    read: (claims: unknown, rules: TokenRules = tokens) => readCognitoClaims({ claims }, rules, today),
  },
]

describe.each(gateways)("claims that $gateway hands on", ({ claimsOf, time, read }) => {
  test("are read field by field", () => {
    expect(read(claimsOf({ "custom:role": "admin,editor" }))).toEqual({
      known: true,
      caller: {
        subject: "11111111-1111-4111-8111-111111111111",
        roles: ["admin", "editor"],
        epoch: "0.1.1",
        source: "token",
        exp: today + 600,
        grounds: { kind: "claim", permissions: "-" },
      },
    })
  })

  test("of a machine have its client for a subject", () => {
    const machine = tokens.clientIds[1]
    expect(read(claimsOf({ sub: machine, client_id: machine }))).toMatchObject({
      caller: { subject: `client:${machine}` },
    })
  })

  test("of somebody whose `sub` is a client, in an ID token, are no machine's", () => {
    const claims = claimsOf({ sub: clientId, aud: clientId, client_id: undefined, token_use: "id" })
    expect(read(claims, { ...tokens, tokenUse: "id" })).toMatchObject({ caller: { subject: clientId } })
  })

  test("that the trigger never wrote are a guest's, and cannot tell what it holds", () => {
    const bare = { "custom:role": undefined, "custom:epoch": undefined, "custom:permissions": undefined }
    expect(read(claimsOf(bare))).toMatchObject({
      caller: { roles: ["guest"], epoch: "", grounds: { kind: "claim", permissions: undefined } },
    })
  })

  const times: readonly [string, number, number][] = [
    ["24 hours long", today, today + 86_400],
    ["issued a minute from now", today + 60, today + 600],
    ["over already, which is found for all callers alike", today - 600, today - 1],
  ]
  test.each(times)("may be of a token that is %s", (_, iat, exp) => {
    expect(read(claimsOf({ iat: time(iat), exp: time(exp) }))).toMatchObject({ known: true, caller: { exp } })
  })

  const another = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other0001"
  const refused: readonly [string, Record<string, unknown>, string][] = [
    ["another pool", { iss: another }, "wrong_issuer"],
    ["no issuer", { iss: undefined }, "wrong_issuer"],
    ["an ID token", { token_use: "id", aud: clientId }, "wrong_use"],
    ["no use", { token_use: undefined }, "wrong_use"],
    ["two uses", { token_use: "access,id" }, "wrong_use"],
    ["another client", { client_id: "7another" }, "wrong_client"],
    ["no client", { client_id: undefined }, "wrong_client"],
    ["a client for an audience alone", { client_id: undefined, aud: clientId }, "wrong_client"],
    ["two clients", { client_id: `${clientId},7another` }, "wrong_client"],
    ["clients as a list", { client_id: `[${clientId}]` }, "wrong_client"],
    ["clients as a list indeed", { client_id: [clientId] }, "wrong_client"],
    ["no exp", { exp: undefined }, "no_expiry"],
    ["no iat", { iat: undefined }, "no_expiry"],
    ["an exp that is a number", { exp: today + 600 }, "no_expiry"],
    ["an exp that is no time", { exp: "soon" }, "no_expiry"],
    ["an exp with an exponent", { exp: "1.7500006E9" }, "no_expiry"],
    ["an exp with a fraction", { exp: "1750000600.5" }, "no_expiry"],
    ["an iat that is empty", { iat: "" }, "no_expiry"],
    ["an iat of tomorrow", { iat: time(today + 61) }, "not_yet_valid"],
    ["a lifetime of more than a day", { iat: time(today), exp: time(today + 86_401) }, "lives_too_long"],
    ["no subject", { sub: undefined }, "no_subject"],
    ["an empty subject", { sub: "" }, "no_subject"],
    ["a subject that could end a key", { sub: "a#REPORT#b" }, "no_subject"],
    ["a subject that is called like a machine", { sub: `client:${clientId}` }, "no_subject"],
    ["a subject that is a list", { sub: ["a"] }, "no_subject"],
    ["roles that are none", { "custom:role": "Admin" }, "malformed_claims"],
    ["empty roles", { "custom:role": "" }, "malformed_claims"],
    ["roles that were a list", { "custom:role": "[admin editor]" }, "malformed_claims"],
    ["an epoch that is none", { "custom:epoch": "1.x" }, "malformed_claims"],
    ["an epoch that is a number", { "custom:epoch": 1 }, "malformed_claims"],
    ["permissions that are no text", { "custom:permissions": ["GET:/**"] }, "malformed_claims"],
  ]
  test.each(refused)("are nobody's with %s: %j, %s", (_, changes, because) => {
    expect(read(claimsOf(changes))).toEqual({ known: false, because })
  })

  test.each([undefined, null, "claims", 7])("are nobody's where they are %j", (claims) => {
    expect(read(claims)).toEqual({ known: false, because: "no_caller" })
  })
})

describe("ID tokens, where those carry the claims", () => {
  const rules = { ...tokens, tokenUse: "id" } as const
  const { claimsOf, read } = gateways[1]!
  const id = { token_use: "id", aud: clientId, client_id: undefined }

  test("have their client for an audience", () => {
    expect(read(claimsOf(id), rules)).toMatchObject({ known: true })
    expect(read(claimsOf({ ...id, aud: "7another" }), rules)).toMatchObject({ because: "wrong_client" })
    expect(read(claimsOf({ ...id, aud: `${clientId},7another` }), rules)).toMatchObject({
      because: "wrong_client",
    })
    expect(read(claimsOf(), rules)).toMatchObject({ because: "wrong_use" })
  })
})

describe("the other gateway's spelling of times", () => {
  test("is no time here", () => {
    const [jwt, cognito] = gateways
    expect(jwt?.read(cognitoClaims())).toEqual({ known: false, because: "no_expiry" })
    expect(cognito?.read(jwtClaims())).toEqual({ known: false, because: "no_expiry" })
  })
})
