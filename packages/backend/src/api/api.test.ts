/** What holds for every route of the table, whatever it does. */
import { catalog, routes } from "@claimgate/catalog"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Api, startApi } from "../../test/api.ts"
import { allowedTo } from "../../test/event.ts"

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const all = Object.values(routes).map(({ name, method, path, access, freshness, route }) => ({
  name,
  route,
  access,
  freshness,
  request: `${method} ${path.replace(/\{[^}]*\}/g, "x")}`,
}))

describe("every route", () => {
  test.each(all)("$name answers, and nobody keeps the answer", async ({ request, route }) => {
    const { status, headers } = await api.call(request)
    expect(status).toBeLessThan(500)
    expect([401, 403]).not.toContain(status)
    expect(headers["cache-control"]).toBe("no-store")
    expect(api.log.at(-1)).toMatchObject({ event: "decision", decision: "allowed", route })
  })
})

describe("every route but public ones", () => {
  const closed = all.filter(({ access }) => access !== "public")

  test.each(closed)("$name is closed to whoever has no context", async ({ request }) => {
    expect(await api.call(request, { context: null })).toMatchObject({
      status: 401,
      json: { code: "unauthenticated", instance: "JKJaXmPLvHcESHA=" },
    })
  })

  test.each(closed)("$name is closed to whoever was let through elsewhere", async ({ request, route }) => {
    const elsewhere = catalog.routes.map((one) => `${one.method} ${one.path}`).filter((one) => one !== route)
    for (const other of elsewhere)
      expect((await api.call(request, { context: allowedTo(other) })).status).toBe(403)
  })
})

describe("every route that is granted", () => {
  const granted = all.filter(({ access }) => access === "granted")

  test.each(granted)(
    "$name is closed to a doubt that the store does not settle",
    async ({ request, route }) => {
      const doubt = { decision: "recheck", because: "unreadable_claim", subject: "client:x" }
      const { status, json } = await api.call(request, { context: allowedTo(route, doubt) })
      expect([status, json.reason]).toEqual([403, "no_permission"])
    },
  )
})

describe("every route that asks for more than a token", () => {
  const fresh = all.filter(({ freshness }) => freshness !== "token")

  test.each(fresh)("$name is closed to a token alone", async ({ request, route }) => {
    const context = allowedTo(route, { subject: "client:x" })
    expect((await api.call(request, { context })).status).toBe(403)
  })
})

describe("where there is no route", () => {
  test.each(["GET /", "GET /api", "GET /api/users/1/2", "DELETE /api/users", "HEAD /api/users"])(
    "%s",
    async (request) => {
      const { status, headers } = await api.call(request)
      expect([status, headers["content-type"]]).toEqual([404, "application/problem+json"])
    },
  )

  test("the problem says so", async () => {
    expect((await api.call("GET /nowhere")).json).toEqual({
      type: "about:blank",
      title: "Not Found",
      status: 404,
      code: "no_such_route",
      detail: "expected a method and path that the API has",
      reason: "no_route",
      instance: "JKJaXmPLvHcESHA=",
    })
  })
})
