import { describe, expect, it } from "vitest"
import { formatValue, keyOf, longestValue, parseValue } from "./redis-value.ts"

const key = keyOf("claimgate-production", "alice")
const value = {
  holdings: { roles: ["editor"], permissions: ["GET:/a", "!DELETE:/**"], epoch: "0.3.12" },
  sent: 1_700_000_000_123,
  sentByWall: 1_700_000_000_456,
}
/** As the script stores it: the time of keeping comes first. */
const stored = `1700000000200 ${formatValue(key, value)}`

describe("a value in Redis", () => {
  it("comes back as it was", () => {
    expect(parseValue(key, stored)).toEqual(value)
  })

  it("of someone who holds nothing comes back too", () => {
    const none = { ...value, holdings: { roles: [], permissions: [], epoch: "0.0" } }
    expect(parseValue(key, `1 ${formatValue(key, none)}`)).toEqual(none)
  })

  it("never claims to be younger than it is: fractions are cut off", () => {
    const text = formatValue(key, { ...value, sent: 10.9, sentByWall: 20.9 })
    expect(parseValue(key, `1 ${text}`)).toMatchObject({ sent: 10, sentByWall: 20 })
  })

  it("is no value with any one character changed, lost or doubled", () => {
    const kept = stored.indexOf(" ")
    const damaged = Array.from({ length: stored.length - kept }, (_, index) => kept + index).flatMap((at) => [
      `${stored.slice(0, at)}${String.fromCharCode(stored.charCodeAt(at) ^ 1)}${stored.slice(at + 1)}`,
      `${stored.slice(0, at)}${stored.slice(at + 1)}`,
      `${stored.slice(0, at)}${stored[at]}${stored.slice(at)}`,
    ])
    expect(damaged.length).toBeGreaterThan(300)
    expect(damaged.filter((text) => parseValue(key, text) !== undefined)).toEqual([])
  })

  it.each([
    ["another subject's", keyOf("claimgate-production", "mallory")],
    ["another stage's", keyOf("claimgate-staging", "alice")],
    ["another schema's", key.replace(":1:", ":2:")],
  ])("is no value under %s key", (_, other) => {
    expect(other).not.toBe(key)
    expect(parseValue(other, stored)).toBeUndefined()
  })

  it.each([
    "",
    " ",
    "OK",
    "null",
    "[]",
    '{"roles":["admin"],"permissions":["*:/**"],"epoch":"0.1"}',
    "1 2 0.1 x {",
  ])("is not: `%s`", (text) => {
    expect(parseValue(key, text)).toBeUndefined()
  })

  it("of a schema's shape is needed too, whoever made the digest", () => {
    const wrong = { ...value, holdings: { ...value.holdings, roles: "admin" as unknown as string[] } }
    expect(parseValue(key, `1 ${formatValue(key, wrong)}`)).toBeUndefined()
  })

  it("that would be too long is not made, and not read", () => {
    const permissions = Array.from({ length: 2_000 }, (_, n) => `GET:/${"x".repeat(200)}/${n}`)
    expect(formatValue(key, { ...value, holdings: { ...value.holdings, permissions } })).toBeUndefined()
    expect(parseValue(key, stored.replace("{", `{${" ".repeat(longestValue)}`))).toBeUndefined()
  })
})
