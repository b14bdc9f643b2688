import { afterAll, beforeAll, expect, test } from "vitest"
import { type Api, startApi, subject } from "../../test/api.ts"
import { byTest } from "../../test/attribution.ts"
import { allowedTo, today } from "../../test/event.ts"

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const machine = "client:reader"
const me = (changes: Record<string, unknown>) =>
  api.call("GET /api/me", { context: allowedTo("GET /api/me", changes) })

test("an administrator holds every route that is granted at all", async () => {
  const { status, json } = await api.call("GET /api/me")
  expect(status).toBe(200)
  expect(json).toMatchObject({
    subject,
    roles: ["admin"],
    freshness: { source: "store", epoch: "0.1.0" },
    token: { roles: ["admin"], current: true, expiresAt: new Date((today + 600) * 1000).toISOString() },
  })
  expect(json.permissions).toHaveLength(39)
  expect(json.permissions).toContain("DELETE:/api/users/{id}")
  expect(json.permissions).not.toContain("GET:/health")
})

test("somebody without any grant is a guest, and holds nothing", async () => {
  const { json } = await me({ subject: machine, roles: "guest", epoch: "0.0" })
  expect(json).toMatchObject({
    subject: machine,
    roles: ["guest"],
    permissions: [],
    token: { current: true },
  })
})

test("a grant shows at once, and so does that the token is behind", async () => {
  await api.store.putRole(
    { name: "reader", permissions: ["GET:/api/reports/**", "!GET:/api/reports/{id}"] },
    0,
    byTest(),
  )
  await api.store.putMember(
    { subject: machine, roles: ["reader"], permissions: [], disabled: false },
    0,
    byTest(),
  )
  const { json, headers } = await me({ subject: machine, roles: "guest", epoch: "0.0" })
  expect(json).toMatchObject({
    roles: ["reader"],
    permissions: ["GET:/api/reports/{id}/comments"],
    freshness: { epoch: "0.1.1" },
    token: { roles: ["guest"], epoch: "0.0", current: false },
  })
  expect(headers["x-claimgate-refresh"]).toBe("1")
})

test("without a store there is no answer, least of all the token's", async () => {
  const { json, headers, status } = await me({ subject: "not in any store: malformed" })
  expect([status, json.code, headers["www-authenticate"]]).toEqual([401, "unauthenticated", "Bearer"])
})

test("what a cached authorizer has read is not called the token's, and asks for no new one", async () => {
  const cached = await startApi("cached")
  const { json, headers } = await cached.call("GET /api/me", { visitor: { roles: "guest", epoch: "0.0" } })
  expect(json).toMatchObject({
    subject,
    roles: ["admin"],
    freshness: { source: "store", epoch: "0.1.0" },
    authorizer: { roles: ["guest"], epoch: "0.0", current: false },
  })
  expect(json.token).toEqual({ expiresAt: new Date((today + 600) * 1000).toISOString() })
  expect(headers).not.toHaveProperty("x-claimgate-refresh")
  await cached.stop()
})
