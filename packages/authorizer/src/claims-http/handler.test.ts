import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest"
import { type Deployed, startDeployed } from "../../test/deployed.ts"

let deployed: Deployed
beforeAll(async () => {
  deployed = await startDeployed()
})
afterAll(() => deployed.stop())
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const event = (method: string, path: string, routeKey: string, claims: Record<string, unknown> = {}) => ({
  version: "2.0",
  type: "REQUEST",
  routeKey,
  rawPath: path,
  headers: { authorization: deployed.authorization(claims) },
  requestContext: { requestId: "req-1", http: { method, path } },
})

it("decides by the token alone, and writes one line for each decision", async () => {
  deployed.bind()
  const { handler } = await import("./handler.ts")
  expect(await handler(event("GET", "/api/users", "GET /api/users"))).toMatchObject({
    isAuthorized: true,
    context: { decision: "allowed", route: "GET /api/users" },
  })
  expect(await handler(event("DELETE", "/api/users/7", "DELETE /api/users/{id}"))).toMatchObject({
    isAuthorized: false,
  })
  expect(deployed.logged()).toMatchObject([
    { event: "decision", requestId: "req-1", status: 200, decision: "allowed" },
    { event: "decision", requestId: "req-1", status: 403, because: "no_permission" },
  ])
})

it("refuses what the token cannot tell: nobody behind it asks the store", async () => {
  deployed.bind()
  const { handler } = await import("./handler.ts")
  const unreadable = event("GET", "/api/users", "GET /api/users", { "custom:permissions": "B_____AAA" })
  await expect(handler(unreadable)).rejects.toThrow(/^Unauthorized$/)
})
