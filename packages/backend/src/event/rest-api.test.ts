import { describe, expect, test } from "vitest"
import { eventOf, restEventOf } from "../../test/event.ts"
import { readRestApiEvent } from "./rest-api.ts"

const event = restEventOf({ request: "GET /a/b%20c?x=1", context: { subject: "a" } })
const read = (changes: object) => readRestApiEvent({ ...event, ...changes })

test("an event is a request, its path as it was sent and without the stage", () => {
  expect(readRestApiEvent(event)).toEqual({
    ok: true,
    request: {
      method: "GET",
      path: "/a/b%20c",
      query: "x=1",
      headers: Object.entries(event.headers),
      body: undefined,
      requestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
      authorizer: { principalId: "somebody", integrationLatency: 12, subject: "a" },
    },
  })
})

test.each(["/a/%62", "/a//b", "/a%2Fb", "/prod/a", "/a/../b"])("the path %s is left as it is", (path) => {
  expect(read({ path })).toMatchObject({ request: { path } })
})

test("payload 1.0 may say so", () => {
  expect(read({ version: "1.0" })).toMatchObject({ ok: true })
})

describe("queries, which come decoded", () => {
  const queryOf = (multiple: unknown, single: unknown = null) => {
    const found = read({ multiValueQueryStringParameters: multiple, queryStringParameters: single })
    return found.ok ? [...new URLSearchParams(found.request.query)] : found.detail
  }

  test.each<[string, unknown, readonly (readonly string[])[]]>([
    ["none", null, []],
    [
      "every value of every name",
      { x: ["1", "2"], y: ["3"] },
      [
        ["x", "1"],
        ["x", "2"],
        ["y", "3"],
      ],
    ],
    ["what would be syntax", { "a&b": ["=&#%25+ ü"] }, [["a&b", "=&#%25+ ü"]]],
    ["a value that is empty", { x: [""] }, [["x", ""]]],
    ["a name that objects have", JSON.parse('{"__proto__":["1"]}'), [["__proto__", "1"]]],
  ])("%s", (_, multiple, pairs) => {
    expect(queryOf(multiple)).toEqual(pairs)
  })

  test("single values count where there are no others, as in the console's test call", () => {
    expect(queryOf(undefined, { x: "1" })).toEqual([["x", "1"]])
  })

  test.each([{ x: [1] }, { x: [["1"]] }, { x: null }])("%j is none", (multiple) => {
    expect(queryOf(multiple)).toBe("event: query: expected names and text")
  })
})

describe("headers", () => {
  test("that were sent twice are here twice", () => {
    const found = read({ multiValueHeaders: { "X-A": ["1", "2"] }, headers: { "X-A": "2" } })
    expect(found).toMatchObject({
      request: {
        headers: [
          ["X-A", "1"],
          ["X-A", "2"],
        ],
      },
    })
  })

  test.each([{ a: ["b\r\nc: d"] }, { "a b": ["c"] }, { a: [1] }, { a: "x\0" }, { "": ["c"] }])(
    "cannot be %j",
    (multiValueHeaders) => {
      expect(read({ multiValueHeaders })).toMatchObject({ ok: false })
    },
  )
})

describe("what is no payload 1.0", () => {
  const detail = "event: expected a REST API's payload 1.0"
  const rows: readonly [string, unknown][] = [
    ["nothing", undefined],
    ["null", null],
    ["text", "GET /open"],
    ["payload 2.0", eventOf({ request: "GET /a" })],
    ["payload 2.0 with fields of 1.0", { ...event, version: "2.0" }],
    ["a load balancer's event", { ...event, requestContext: { elb: { targetGroupArn: "arn" } } }],
    ["no path", { ...event, path: undefined }],
    ["a path that is no text", { ...event, path: ["/a"] }],
    ["no method", { ...event, httpMethod: undefined }],
  ]
  test.each(rows)("%s", (_, given) => {
    expect(readRestApiEvent(given)).toMatchObject({ ok: false, detail })
  })
})
