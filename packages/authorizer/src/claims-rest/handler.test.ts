import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest"
import { type Deployed, restEvent, startDeployed } from "../../test/deployed.ts"

let deployed: Deployed
beforeAll(async () => {
  deployed = await startDeployed()
})
afterAll(() => deployed.stop())
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const event = (method: string, path: string, resource: string, claims: Record<string, unknown> = {}) =>
  restEvent(
    method,
    path,
    resource,
    deployed.authorization({ "custom:permissions": "GET:/api/users/{id}", ...claims }),
  )

it.each([
  ["path", "GET/api/users/7"],
  ["resource", "GET/api/users/*"],
])("speaks of the %s, by the token alone, and writes one line for each decision", async (form, resource) => {
  deployed.bind({ POLICY_RESOURCE: form })
  const { handler } = await import("./handler.ts")
  const answers = [
    await handler(event("GET", "/api/users/7", "/api/users/{id}")),
    await handler(event("GET", "/api/reports", "/api/reports")),
  ]
  expect(answers.map(({ policyDocument }) => policyDocument.Statement)).toMatchObject([
    [{ Effect: "Allow", Resource: expect.stringContaining(`/prod/${resource}`) }],
    [{ Effect: "Deny", Resource: expect.stringContaining("/prod/GET/api/reports") }],
  ])
  expect(deployed.logged()).toMatchObject([
    { event: "decision", requestId: "req-1", status: 200, decision: "allowed" },
    { event: "decision", requestId: "req-1", status: 403, because: "no_permission" },
  ])
})

it("refuses what the token cannot tell: nobody behind it asks the store", async () => {
  deployed.bind({ POLICY_RESOURCE: "path" })
  const { handler } = await import("./handler.ts")
  const unreadable = event("GET", "/api/users/7", "/api/users/{id}", { "custom:permissions": "B_____AAA" })
  await expect(handler(unreadable)).rejects.toThrow(/^Unauthorized$/)
})

it.each(["", "*"])("does not load with POLICY_RESOURCE=%s", async (value) => {
  deployed.bind({ POLICY_RESOURCE: value })
  await expect(import("./handler.ts")).rejects.toThrow("POLICY_RESOURCE: expected `path` or `resource`")
})
