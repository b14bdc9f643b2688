import { describe, expect, it } from "vitest"
import { parseTokenConfig } from "./config.ts"

const issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123"
const binding = { issuer, clientIds: ["abc123"], tokenUse: "access" }

describe("a binding", () => {
  it("finds the keys below the issuer", () => {
    expect(parseTokenConfig(binding).jwksUri).toBe(`${issuer}/.well-known/jwks.json`)
  })

  it.each([
    "http://127.0.0.1:3001/x",
    "http://localhost:3001/x",
    "http://[::1]:3001/x",
    "https://keys.example/x",
  ])("may point to keys at %s", (jwksUri) => {
    expect(parseTokenConfig({ ...binding, jwksUri }).jwksUri).toBe(jwksUri)
  })

  const refused: readonly (readonly [string, unknown])[] = [
    ["nothing", undefined],
    ["no issuer", { ...binding, issuer: undefined }],
    ["an issuer over http", { ...binding, issuer: issuer.replace("https", "http") }],
    ["an issuer that is not Cognito", { ...binding, issuer: "https://example.com/eu-west-1_AbCdEf123" }],
    [
      "a pool of another region than its host",
      { ...binding, issuer: issuer.replace("idp.eu-west-1", "idp.us-east-1") },
    ],
    ["an issuer with something behind it", { ...binding, issuer: `${issuer}/` }],
    ["no clients", { ...binding, clientIds: [] }],
    ["clients that are one text", { ...binding, clientIds: "abc123" }],
    ["an empty client", { ...binding, clientIds: ["abc123", ""] }],
    ["no token use", { ...binding, tokenUse: undefined }],
    ["both token uses", { ...binding, tokenUse: ["id", "access"] }],
    ["keys over plain http", { ...binding, jwksUri: "http://keys.example/x" }],
    ["keys on a host that only looks like loopback", { ...binding, jwksUri: "http://127.0.0.1.example/x" }],
    ["keys in a file", { ...binding, jwksUri: "file:///etc/keys" }],
    ["keys nowhere", { ...binding, jwksUri: "" }],
  ]
  it.each(refused)("is refused with %s", (_, value) => {
    expect(() => parseTokenConfig(value)).toThrow(
      expect.objectContaining({ code: "malformed_configuration" }),
    )
  })
})
