import { describe, expect, it } from "vitest"
import { decodePercent, parseQuery, splitTarget } from "./request-target.ts"

describe("the target of a request line", () => {
  it.each([
    ["a path", "/users", { path: "/users", query: "" }],
    ["a path and a query", "/users?a=1&b=2", { path: "/users", query: "a=1&b=2" }],
    ["a second question mark", "/users?a?b", { path: "/users", query: "a?b" }],
    ["dot segments", "/public/../admin/./x", { path: "/public/../admin/./x", query: "" }],
    ["repeated slashes", "//users///1", { path: "//users///1", query: "" }],
    ["a backslash", "/public\\..\\admin", { path: "/public\\..\\admin", query: "" }],
    ["a tab", "/ad\tmin", { path: "/ad\tmin", query: "" }],
    ["a fragment", "/users#top?x", { path: "/users#top", query: "x" }],
    ["encoded dots and slashes", "/%2e%2e/%2F", { path: "/%2e%2e/%2F", query: "" }],
    ["the absolute form", "http://evil.example/users/..?a", { path: "/users/..", query: "a" }],
    ["the absolute form without a path", "HTTPS://evil.example", { path: "/", query: "" }],
    ["the absolute form with a query alone", "http://evil.example?a", { path: "/", query: "a" }],
  ])("keeps %s as it was sent", (_, target, parts) => {
    expect(splitTarget(target)).toEqual(parts)
  })

  it.each(["*", "users", "", "?a=1", "example.com:443", "ftp://example.com/x"])(
    "has no path in %j",
    (target) => {
      expect(splitTarget(target)).toBeUndefined()
    },
  )
})

describe("percent-decoding", () => {
  it.each([
    ["/my%20plan", "/my plan"],
    ["/a%2Fb", "/a/b"],
    ["/%E2%98%95%20Coffee", "/☕ Coffee"],
    ["/a+b", "/a+b"],
    ["/%2525", "/%25"],
    ["/%", "/%"],
    ["/%zz%41", "/%zzA"],
    ["/%ff", "/\u{fffd}"],
    ["/%00", "/\u0000"],
  ])("makes of %s what AWS hands on", (encoded, decoded) => {
    expect(decodePercent(encoded)).toBe(decoded)
  })
})

describe("a query", () => {
  it.each([
    [
      "a=1&a=2&b",
      [
        ["a", "1"],
        ["a", "2"],
        ["b", ""],
      ],
    ],
    [
      "literal=a+b&encoded=a%2Bb",
      [
        ["literal", "a b"],
        ["encoded", "a+b"],
      ],
    ],
    ["redirect=https%3A%2F%2Fexample.com%2F%3Fa%3D1", [["redirect", "https://example.com/?a=1"]]],
    ["&&=x&", [["", "x"]]],
    ["__proto__=1", [["__proto__", "1"]]],
    ["", []],
  ])("of %j is decoded, in the order sent", (query, pairs) => {
    expect(parseQuery(query)).toEqual(pairs)
  })
})
