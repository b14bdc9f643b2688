/** What a `Request` would stumble over: answered in its place, without a word on the console. */
import { createCatalog, defineRoutes } from "@claimgate/core"
import { afterEach, describe, expect, test, vi } from "vitest"
import { doors } from "../test/doors.ts"
import { allowedTo, eventOf, restEventOf } from "../test/event.ts"
import { createBackend } from "./app.ts"
import type { Handlers } from "./bind.ts"
import { endpoint, nothing } from "./endpoint.ts"
import { createLambda } from "./lambda.ts"

const routes = defineRoutes({
  open: { route: "ANY /open", access: "public" },
  broken: { route: "GET /broken/{how}", access: "public" },
  sweet: { route: "GET /sweet", access: "public" },
  mine: { route: "GET /mine", access: "signed-in" },
})
const faults: Readonly<Record<string, unknown>> = {
  error: new Error("secret"),
  text: "secret",
  nothing: undefined,
}
const log = vi.fn()
const handlers: Handlers<typeof routes> = {
  open: endpoint(nothing, ({ c }) => c.json({ open: true, name: c.req.header("x-name") })),
  broken: endpoint(nothing, async ({ params, holdings, roles, holds }) => {
    if (params.how === "holdings") await holdings()
    if (params.how === "roles") await roles()
    if (params.how === "holds") await holds(routes.mine)
    throw faults[params.how]
  }),
  sweet: endpoint(nothing, ({ c }) => {
    c.header("set-cookie", "a=1")
    c.header("set-cookie", "b=2; Expires=Thu, 01 Jan 2026 12:05:00 GMT", { append: true })
    return c.json({})
  }),
  mine: endpoint(nothing, ({ c }) => c.json({})),
}
const app = (door: (typeof doors)["claims" | "claims-rest"]) =>
  createBackend({
    routes,
    handlers,
    catalog: createCatalog(["ANY /open", "GET /broken/{how}", "GET /sweet", "GET /mine"], undefined, {
      "ANY /open": "public",
      "GET /broken/{how}": "public",
      "GET /sweet": "public",
      "GET /mine": "signed-in",
    }),
    readHoldings: () => Promise.reject(new Error("not asked")),
    door,
    log,
    now: () => 0,
  })

const gateways = [
  { gateway: "an HTTP API", lambda: createLambda(app(doors.claims), "http-api"), sent: eventOf },
  { gateway: "a REST API", lambda: createLambda(app(doors["claims-rest"]), "rest-api"), sent: restEventOf },
]

const written = vi.spyOn(console, "error")
afterEach(() => {
  expect(written).not.toHaveBeenCalled()
  log.mockClear()
})

describe.each(gateways)("an event of $gateway", ({ lambda, sent, gateway }) => {
  const event = sent({ request: "GET /open" })
  const single = (headers: object) => ({ headers, multiValueHeaders: undefined })
  const rows: readonly [string, unknown, number][] = [
    ["as it should be", event, 200],
    ["with no body, as null", { ...event, body: null }, 200],
    ["with an empty body", { ...event, body: "", isBase64Encoded: true }, 200],
    ["with cookies of any text", { ...event, cookies: ["a=ü€😀\n"] }, 200],
    ["with headers of any text", { ...event, ...single({ "x-name": "ü€😀\ud800\u0001" }) }, 200],
    ["with no headers", { ...event, ...single({}), headers: undefined }, 200],
    ["with no headers, as null", { ...event, headers: null, multiValueHeaders: null }, 200],
    ["with a method that nobody serves", sent({ request: "BREW /open" }), 400],
    ["with a method in lower case", sent({ request: "get /open" }), 400],
    ["with a path that is empty", sent({ request: "GET " }), 400],
    ["with a path that is another host", sent({ request: "GET @evil.example/open" }), 400],
    ["with a body and GET", { ...event, body: "x" }, 400],
    ["with a body that is no text", { ...sent({ request: "POST /open" }), body: { a: 1 } }, 400],
    [
      "with a body that is no base64",
      sent({ request: "POST /open", body: "{!}", isBase64Encoded: true }),
      400,
    ],
    ["with a header with a line break", { ...event, ...single({ a: "b\r\nc: d" }) }, 400],
    ["with a header whose name is none", { ...event, ...single({ "a b": "c" }) }, 400],
    ["with a header that is a list", { ...event, ...single({ a: ["b"] }) }, 400],
  ]
  test.each(rows)("%s: %i", async (_, given, status) => {
    const { statusCode, headers } = await lambda(given)
    expect(statusCode).toBe(status)
    if (status === 400) expect(headers["content-type"]).toBe("application/problem+json")
  })

  test.each([undefined, null, "GET /open", 7, []])("is not %j", async (given) => {
    expect(await lambda(given)).toMatchObject({
      statusCode: 400,
      headers: { "content-type": "application/problem+json" },
      isBase64Encoded: false,
    })
  })

  test.each(["error", "text", "nothing", "holdings", "roles", "holds"])(
    "whose handler throws (%s) is a 500 and a line in the log",
    async (how) => {
      const answer = await lambda(sent({ request: `GET /broken/${how}` }))
      expect([answer.statusCode, JSON.parse(answer.body).code]).toEqual([500, "internal"])
      expect(log).toHaveBeenCalledTimes(2)
      expect(log).toHaveBeenLastCalledWith(
        expect.objectContaining({ event: "fault", code: "internal", route: "GET /broken/{how}" }),
      )
      expect(JSON.stringify(log.mock.calls) + answer.body).not.toContain("secret")
    },
  )

  test("has its header's text as it was sent", async () => {
    const { body } = await lambda({ ...event, ...single({ "X-Name": "ü€" }) })
    expect(Buffer.from(JSON.parse(body).name, "latin1").toString()).toBe("ü€")
  })

  test("is answered in fields that this gateway knows, headers as they are", async () => {
    const context = allowedTo("GET /mine", { decision: "recheck", because: "newer_route" })
    const { body, ...answer } = await lambda(sent({ request: "GET /mine", context }))
    expect(answer).toEqual({
      statusCode: 200,
      headers: {
        "cache-control": "no-store",
        "content-type": "application/json",
        "x-claimgate-refresh": "1",
        "x-content-type-options": "nosniff",
      },
      isBase64Encoded: false,
    })
    expect(JSON.parse(body)).toEqual({})
  })

  test("without a caller is a problem, with the gateway's id of the request", async () => {
    const mine = sent({ request: "GET /mine" })
    const { statusCode, headers, body } = await lambda(mine)
    expect([statusCode, headers["content-type"], headers["www-authenticate"]]).toEqual([
      401,
      "application/problem+json",
      "Bearer",
    ])
    expect(JSON.parse(body)).toMatchObject({
      code: "unauthenticated",
      reason: "no_caller",
      instance: mine.requestContext.requestId,
    })
  })

  test("whose answer sets two cookies has both", async () => {
    const { headers, cookies, multiValueHeaders } = await lambda(sent({ request: "GET /sweet" }))
    const both = ["a=1", "b=2; Expires=Thu, 01 Jan 2026 12:05:00 GMT"]
    expect(headers).not.toHaveProperty("set-cookie")
    expect({ cookies, multiValueHeaders }).toEqual(
      gateway === "an HTTP API" ? { cookies: both } : { multiValueHeaders: { "set-cookie": both } },
    )
  })
})

describe("the other gateway's event", () => {
  const [http, rest] = gateways
  const context = allowedTo("GET /mine")

  test.each([
    ["an HTTP API's", http?.sent({ request: "GET /mine", context }), rest, "payload 1.0"],
    ["a REST API's", rest?.sent({ request: "GET /mine", context }), http, "payload 2.0"],
  ])("%s is a problem, whatever it says", async (_, event, other, expected) => {
    const answer = await other?.lambda(event)
    expect([answer?.statusCode, answer?.headers["content-type"]]).toEqual([400, "application/problem+json"])
    expect(JSON.parse(answer?.body ?? "")).toMatchObject({ detail: expect.stringContaining(expected) })
    expect(log).not.toHaveBeenCalled()
  })
})
