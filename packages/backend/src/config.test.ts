import { describe, expect, test } from "vitest"
import { tokens } from "../test/event.ts"
import { parseConfig } from "./config.ts"

const jwksUri = `${tokens.issuer}/.well-known/jwks.json`
const binding = { type: "sst.sst.Linkable", ...tokens, jwksUri }
const unread = () => {
  throw new Error("Tokens: not linked")
}
const memory = { PERMISSION_CACHE: "memory" }

describe("every door that there is", () => {
  test.each([
    ["hybrid", "http-api"],
    ["claims", "http-api"],
    ["claims", "rest-api"],
    ["cached", "rest-api"],
  ])("%s behind an %s asks for no tokens", (strategy, gateway) => {
    const environment = { AUTH_STRATEGY: strategy, API_GATEWAY: gateway, ...memory }
    expect(parseConfig(environment, unread)).toEqual({ door: { strategy, gateway }, cache: "memory" })
  })

  test.each(["http-api", "rest-api"])("backend behind an %s knows which tokens count", (gateway) => {
    const environment = { AUTH_STRATEGY: "backend", API_GATEWAY: gateway, PERMISSION_CACHE: "redis" }
    expect(parseConfig(environment, () => binding)).toEqual({
      door: { strategy: "backend", gateway, tokens },
      cache: "redis",
    })
  })
})

describe("environments that are none", () => {
  const hybrid = { AUTH_STRATEGY: "hybrid", API_GATEWAY: "http-api", ...memory }
  const rows: readonly [string, object, string][] = [
    [
      "no strategy",
      { ...hybrid, AUTH_STRATEGY: undefined },
      "AUTH_STRATEGY: expected `hybrid` or `claims` or `cached` or `backend`, got nothing",
    ],
    ["an empty strategy", { ...hybrid, AUTH_STRATEGY: "" }, "AUTH_STRATEGY: "],
    ["a strategy in upper case", { ...hybrid, AUTH_STRATEGY: "Hybrid" }, "got `Hybrid`"],
    ["a strategy before a space", { ...hybrid, AUTH_STRATEGY: "hybrid " }, "got `hybrid `"],
    ["a strategy of Object", { ...hybrid, AUTH_STRATEGY: "toString" }, "got `toString`"],
    [
      "no gateway",
      { ...hybrid, API_GATEWAY: undefined },
      "API_GATEWAY of strategy `hybrid`: expected `http-api`, got nothing",
    ],
    ["an empty gateway", { ...hybrid, API_GATEWAY: "" }, "API_GATEWAY of strategy `hybrid`"],
    ["a gateway by another name", { ...hybrid, API_GATEWAY: "http" }, "got `http`"],
    [
      "hybrid behind a REST API",
      { ...hybrid, API_GATEWAY: "rest-api" },
      "expected `http-api`, got `rest-api`",
    ],
    [
      "cached behind an HTTP API",
      { ...hybrid, AUTH_STRATEGY: "cached" },
      "API_GATEWAY of strategy `cached`: expected `rest-api`, got `http-api`",
    ],
    [
      "claims behind neither",
      { ...hybrid, AUTH_STRATEGY: "claims", API_GATEWAY: "alb" },
      "expected `http-api` or `rest-api`, got `alb`",
    ],
    [
      "backend behind neither",
      { ...hybrid, AUTH_STRATEGY: "backend", API_GATEWAY: undefined },
      "expected `http-api` or `rest-api`, got nothing",
    ],
    [
      "no cache",
      { ...hybrid, PERMISSION_CACHE: undefined },
      "PERMISSION_CACHE: expected `memory` or `redis`, got nothing",
    ],
    ["an empty cache", { ...hybrid, PERMISSION_CACHE: "" }, "PERMISSION_CACHE: "],
    ["another cache", { ...hybrid, PERMISSION_CACHE: "none" }, "got `none`"],
  ]
  test.each(rows)("%s", (_, environment, message) => {
    const parse = () => parseConfig(environment, unread)
    expect(parse).toThrow(expect.objectContaining({ code: "malformed_configuration" }))
    expect(parse).toThrow(message)
  })

  test("a line break is no part of a message", () => {
    const environment = { ...hybrid, AUTH_STRATEGY: "hybrid\n\u001b[31m" }
    expect(() => parseConfig(environment, unread)).toThrow("got `hybrid\\u{a}\\u{1b}[31m`")
  })
})

describe("tokens that backend cannot tell apart", () => {
  const environment = { AUTH_STRATEGY: "backend", API_GATEWAY: "http-api", ...memory }
  const rows: readonly [string, unknown, string][] = [
    ["nothing", undefined, "Tokens: issuer"],
    ["text", "tokens", "Tokens: issuer"],
    ["no issuer", { ...binding, issuer: undefined }, "Tokens: issuer"],
    ["an issuer that is no pool", { ...binding, issuer: "https://example.com" }, "Tokens: issuer"],
    [
      "a pool of another region than its address",
      { ...binding, issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-2_A1" },
      "Tokens: issuer",
    ],
    ["no clients", { ...binding, clientIds: [] }, "Tokens: clientIds"],
    ["one client that is no list", { ...binding, clientIds: "7abc" }, "Tokens: clientIds"],
    ["an empty client", { ...binding, clientIds: [""] }, "Tokens: clientIds"],
    ["any client", { ...binding, clientIds: ["*"] }, "Tokens: clientIds"],
    ["no use", { ...binding, tokenUse: undefined }, "Tokens: tokenUse: expected `id` or `access`"],
    ["another use", { ...binding, tokenUse: "refresh" }, "Tokens: tokenUse"],
  ]
  test.each(rows)("%s", (_, found, message) => {
    expect(() => parseConfig(environment, () => found)).toThrow(message)
  })

  test("where the binding is missing, the fault is its own", () => {
    expect(() => parseConfig(environment, unread)).toThrow("Tokens: not linked")
  })
})
