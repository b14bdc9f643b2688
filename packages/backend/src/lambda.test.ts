/** What Hono's adapter would stumble over: answered in its place, without a word on the console. */
import { createCatalog, defineRoutes } from "@claimgate/core"
import { createMemoryStore } from "@claimgate/store"
import { afterEach, expect, test, vi } from "vitest"
import { eventOf } from "../test/event.ts"
import { createBackend } from "./app.ts"
import type { Handlers } from "./bind.ts"
import { endpoint, nothing } from "./endpoint.ts"
import { createLambda } from "./lambda.ts"

const routes = defineRoutes({
  open: { route: "ANY /open", access: "public" },
  broken: { route: "GET /broken/{how}", access: "public" },
})
const faults: Readonly<Record<string, unknown>> = {
  error: new Error("secret"),
  text: "secret",
  nothing: undefined,
}
const log = vi.fn()
const handlers: Handlers<typeof routes> = {
  open: endpoint(nothing, ({ c }) => c.json({ open: true })),
  broken: endpoint(nothing, ({ params, holdings }) => {
    if (params.how === "holdings") return holdings().then(() => new Response())
    throw faults[params.how]
  }),
}
const lambda = createLambda(
  createBackend({
    routes,
    handlers,
    catalog: createCatalog(["ANY /open", "GET /broken/{how}"], undefined, {
      "ANY /open": "public",
      "GET /broken/{how}": "public",
    }),
    store: createMemoryStore(),
    strategy: "claims",
    log,
    now: () => 0,
  }),
)

const written = vi.spyOn(console, "error")
afterEach(() => {
  expect(written).not.toHaveBeenCalled()
  log.mockClear()
})

const event = eventOf({ request: "GET /open" })
const rows: readonly [string, unknown, number][] = [
  ["an event as it should be", event, 200],
  ["no body, as null", { ...event, body: null }, 200],
  ["cookies of any text", { ...event, cookies: ["a=ü€😀\n"] }, 200],
  ["headers of any text", { ...event, headers: { "x-name": "ü€😀" } }, 200],
  ["no headers", { ...event, headers: undefined }, 200],
  ["nothing", undefined, 400],
  ["null", null, 400],
  ["text", "GET /open", 400],
  ["a REST API's event", { path: "/open", httpMethod: "GET", requestContext: {} }, 400],
  ["a load balancer's event", { ...event, requestContext: { elb: {} } }, 400],
  ["a path that is no text", { ...event, rawPath: ["/open"] }, 400],
  ["a method that nobody serves", eventOf({ request: "BREW /open" }), 400],
  ["a body with GET", { ...event, body: "x" }, 400],
  ["a body that is no text", { ...eventOf({ request: "POST /open" }), body: { a: 1 } }, 400],
  ["a body that is no base64", eventOf({ request: "POST /open", body: "{!}", isBase64Encoded: true }), 400],
  ["a header with a line break", { ...event, headers: { a: "b\r\nc: d" } }, 400],
  ["a header whose name is none", { ...event, headers: { "a b": "c" } }, 400],
  ["a header that is a list", { ...event, headers: { a: ["b"] } }, 400],
]
test.each(rows)("%s: %i", async (_, given, status) => {
  const { statusCode, headers } = await lambda(given)
  expect(statusCode).toBe(status)
  if (status === 400) expect(headers?.["content-type"]).toBe("application/problem+json")
})

test.each(["error", "text", "nothing", "holdings"])(
  "a handler that throws (%s) is a 500 and a line in the log",
  async (how) => {
    const answer = await lambda(eventOf({ request: `GET /broken/${how}` }))
    expect([answer.statusCode, JSON.parse(answer.body).code]).toEqual([500, "internal"])
    expect(log).toHaveBeenCalledTimes(2)
    expect(log).toHaveBeenLastCalledWith(
      expect.objectContaining({ event: "fault", code: "internal", route: "GET /broken/{how}" }),
    )
    expect(JSON.stringify(log.mock.calls) + answer.body).not.toContain("secret")
  },
)
