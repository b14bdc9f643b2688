import { describe, expect, it } from "vitest"
import { applyChanges, applyScopes, NO_OVERRIDES, parseOverrides } from "./override.ts"
import type { Claims } from "./token.ts"

const idClaims: Claims = {
  sub: "sub",
  email: "a@example.com",
  email_verified: true,
  "custom:permissions": "everything",
  "cognito:groups": ["held"],
  "cognito:roles": ["role"],
  "cognito:preferred_role": "role",
  "cognito:username": "alice",
  aud: "web",
  token_use: "id",
}
const accessClaims: Claims = {
  sub: "sub",
  client_id: "web",
  scope: "a b",
  token_use: "access",
  username: "alice",
  "cognito:groups": ["held"],
}

const first = (claimsOverrideDetails: unknown) =>
  parseOverrides("V1_0", { request: {}, response: { claimsOverrideDetails } })
const second = (claimsAndScopeOverrideDetails: unknown) =>
  parseOverrides("V2_0", { request: {}, response: { claimsAndScopeOverrideDetails } })

describe("an answer of version 1", () => {
  it("changes the ID token alone", () => {
    const overrides = first({ claimsToAddOrOverride: { plan: "gold" }, claimsToSuppress: ["email"] })
    expect(overrides).toEqual({ ...NO_OVERRIDES, id: { add: { plan: "gold" }, suppress: ["email"] } })
  })

  it.each([
    ["a number", 7],
    ["a boolean", true],
    ["a list", ["x"]],
    ["an object", { x: "y" }],
    ["null", null],
  ])("refuses a value that is %s", (_what, value) => {
    expect(() => first({ claimsToAddOrOverride: { plan: value } })).toThrow("Unrecognizable lambda output")
  })

  it("has nothing to say in the words of version 2", () => {
    const payload = {
      response: {
        claimsAndScopeOverrideDetails: { idTokenGeneration: { claimsToAddOrOverride: { plan: "gold" } } },
      },
    }
    expect(parseOverrides("V1_0", payload)).toEqual(NO_OVERRIDES)
  })
})

describe("an answer of version 2 or 3", () => {
  it("changes both tokens and the scopes, in any JSON", () => {
    const add = { text: "x", number: 1.5, yes: true, list: ["a", 1, false], object: { deep: { er: [1] } } }
    const overrides = second({
      idTokenGeneration: { claimsToAddOrOverride: add, claimsToSuppress: ["email"] },
      accessTokenGeneration: { claimsToAddOrOverride: add, scopesToAdd: ["c"], scopesToSuppress: ["a"] },
    })
    expect(overrides.id).toEqual({ add, suppress: ["email"] })
    expect(overrides.access).toEqual({ add, suppress: [] })
    expect(applyScopes(["a", "b"], overrides)).toEqual(["b", "c"])
    expect(parseOverrides("V3_0", { response: {} })).toEqual(NO_OVERRIDES)
  })

  it.each([
    ["null for a claim", { accessTokenGeneration: { claimsToAddOrOverride: { plan: null } } }],
    ["a list of claims", { accessTokenGeneration: { claimsToAddOrOverride: ["plan"] } }],
    ["a word to suppress", { idTokenGeneration: { claimsToSuppress: "email" } }],
    ["a scope with a blank", { accessTokenGeneration: { scopesToAdd: ["a b"] } }],
    ["an empty scope", { accessTokenGeneration: { scopesToAdd: [""] } }],
    ["a group that is no name", { groupOverrideDetails: { groupsToOverride: [1] } }],
    ["text", "everything"],
  ])("refuses %s", (_what, details) => {
    expect(() => second(details)).toThrow("Unrecognizable lambda output")
  })
})

describe("an answer of any version", () => {
  it.each([
    ["nothing", undefined],
    ["null", null],
    ["text", "ok"],
    ["a list", []],
    ["an event without a response", { request: {} }],
    ["a response that is a word", { response: "yes" }],
    ["a response that is a list", { response: [] }],
  ])("is no answer when it is %s", (_what, payload) => {
    for (const version of ["V1_0", "V2_0", "V3_0"] as const)
      expect(() => parseOverrides(version, payload)).toThrow("Unrecognizable lambda output")
  })

  it.each([
    [
      "the details are null",
      { response: { claimsOverrideDetails: null, claimsAndScopeOverrideDetails: null } },
    ],
    ["the response is empty", { response: {} }],
  ])("changes nothing when %s", (_what, payload) => {
    for (const version of ["V1_0", "V2_0", "V3_0"] as const)
      expect(parseOverrides(version, payload)).toEqual(NO_OVERRIDES)
  })

  const none = { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null }
  it.each([
    ["keeps the groups that it does not mention", {}, undefined],
    ["takes them away by an empty object", { groupOverrideDetails: {} }, none],
    ["takes them away by null", { groupOverrideDetails: null }, none],
    [
      "replaces them",
      { groupOverrideDetails: { groupsToOverride: ["b"] } },
      { ...none, groupsToOverride: ["b"] },
    ],
  ])("%s", (_what, details, expected) => {
    expect(first(details).groups).toEqual(expected)
    expect(second(details).groups).toEqual(expected)
  })
})

describe("the changes made to a token", () => {
  const changed = (claims: Claims, add: Claims, suppress: readonly string[] = []) =>
    applyChanges(claims, { add, suppress })

  const untouchable = [
    ..."acr amr at_hash auth_time azp client_id cognito:username device_key event_id exp iat identities iss jti".split(
      " ",
    ),
    ..."nbf nonce origin_jti scope sub token_use username version cognito:groups cognito:roles cognito:other dev:x".split(
      " ",
    ),
  ]
  it.each(untouchable)("never set `%s`, and say nothing of it", (name) => {
    expect(changed(idClaims, { [name]: "other" })).toEqual(idClaims)
    expect(changed(accessClaims, { [name]: "other" })).toEqual(accessClaims)
  })

  it.each(untouchable.filter((name) => !/^(cognito:groups|dev:)/.test(name)))(
    "never suppress `%s`",
    (name) => {
      expect(changed(idClaims, {}, [name])).toEqual(idClaims)
      expect(changed(accessClaims, {}, [name])).toEqual(accessClaims)
    },
  )

  it("replace an attribute, custom ones too, and add claims that were not there", () => {
    expect(changed(idClaims, { "custom:permissions": "-", plan: "gold" })).toEqual({
      ...idClaims,
      "custom:permissions": "-",
      plan: "gold",
    })
  })

  it("suppress what is both set and suppressed", () => {
    const { "custom:permissions": _gone, ...rest } = idClaims
    expect(changed(idClaims, { "custom:permissions": "-" }, ["custom:permissions"])).toEqual(rest)
  })

  it("take the groups away with their roles", () => {
    const names = Object.keys(changed(idClaims, {}, ["cognito:groups"]))
    expect(names.filter((name) => name.startsWith("cognito:"))).toEqual(["cognito:username"])
    expect(changed(accessClaims, {}, ["cognito:groups"])).not.toHaveProperty("cognito:groups")
  })

  it("give an access token an audience only if it is the client, and an ID token none", () => {
    expect(changed(accessClaims, { aud: "web" }).aud).toBe("web")
    expect(changed(accessClaims, { aud: "other" })).toEqual(accessClaims)
    expect(changed(idClaims, { aud: "other" })).toEqual(idClaims)
  })

  it("set no object where the ID token's standard claim is none", () => {
    for (const name of ["phone_number_verified", "email_verified", "updated_at", "address"])
      expect(changed(idClaims, { [name]: { x: 1 } })).toEqual(idClaims)
    expect(changed(idClaims, { email_verified: "false" }).email_verified).toBe("false")
  })
})
