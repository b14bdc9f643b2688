import { describe, expect, test } from "vitest"
import { eventOf } from "../../test/event.ts"
import { readHttpApiEvent } from "./http-api.ts"

const event = eventOf({ request: "GET /a/b c?x=1&x=2", context: { subject: "a" } })

test("an event is a request, its path in canonical spelling", () => {
  expect(readHttpApiEvent(event)).toEqual({
    ok: true,
    request: {
      method: "GET",
      path: "/a/b%20c",
      query: "x=1&x=2",
      headers: Object.entries(event.headers),
      body: undefined,
      requestId: "JKJaXmPLvHcESHA=",
      authorizer: { lambda: { subject: "a" } },
    },
  })
})

describe("a stage", () => {
  const at = (stage: unknown, rawPath: string) =>
    readHttpApiEvent({ ...event, rawPath, requestContext: { ...event.requestContext, stage } })

  test.each([
    ["$default", "/prod/users", "/prod/users"],
    ["prod", "/prod/users", "/users"],
    ["prod", "/prod/prod/users", "/prod/users"],
    ["prod", "/prod/", "/"],
    ["prod", "/prod", "/"],
    ["prod", "/prod//users", "//users"],
  ])("%s: %s is %s below it", (stage, rawPath, path) => {
    expect(at(stage, rawPath)).toMatchObject({ ok: true, request: { path } })
  })

  // Which path a route has cannot be guessed: another one might be let through.
  test.each([
    ["prod", "/users"],
    ["prod", "/production/users"],
    ["prod", "prod/users"],
    ["prod", "/Prod/users"],
    ["prod", "/%70rod/users"],
    [undefined, "/users"],
    [null, "/users"],
    ["", "users"],
  ])("%j: %j is not below it", (stage, rawPath) => {
    expect(at(stage, rawPath)).toMatchObject({ ok: false, requestId: "JKJaXmPLvHcESHA=" })
  })
})

describe("what is no payload 2.0", () => {
  const detail = "event: expected an HTTP API's payload 2.0"
  const rows: readonly [string, unknown][] = [
    ["nothing", undefined],
    ["null", null],
    ["text", "GET /open"],
    ["no version", { ...event, version: undefined }],
    ["payload 1.0 of an HTTP API", { ...event, version: "1.0", path: "/a", httpMethod: "GET" }],
    ["a REST API's event", { path: "/a", httpMethod: "GET", requestContext: {} }],
    ["a load balancer's event", { ...event, requestContext: { elb: {} } }],
    ["a path that is no text", { ...event, rawPath: ["/a"] }],
  ]
  test.each(rows)("%s", (_, given) => {
    expect(readHttpApiEvent(given)).toMatchObject({ ok: false, detail })
  })
})
