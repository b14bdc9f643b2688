/** The function as it is deployed, over a table of its own. */
import type { PermissionStore } from "@claimgate/store"
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest"
import { createTestStore, type Dynalite, startDynalite } from "../../../store/test/dynalite.ts"
import { type Deployed, restEvent, startDeployed } from "../../test/deployed.ts"

const subject = "6f1c2c3e-0001-4000-8000-00000000aaaa"
const by = (idempotencyKey: string) =>
  ({ actor: "test", door: "seed", requestId: "test", idempotencyKey }) as const

let deployed: Deployed
let dynalite: Dynalite
let store: PermissionStore
let environment: Record<string, string>
beforeAll(async () => {
  ;[deployed, dynalite] = await Promise.all([startDeployed(), startDynalite()])
  // One for all: a binding is read when it is first looked at, and kept.
  const table = await dynalite.createTable()
  store = await createTestStore({ client: dynalite.client, createTable: async () => table })
  environment = {
    SST_RESOURCE_Permissions: JSON.stringify({ name: table }),
    POLICY_RESOURCE: "resource",
    AWS_ENDPOINT_URL_DYNAMODB: dynalite.endpoint,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  }
})
afterAll(async () => {
  deployed.stop()
  await dynalite.stop()
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** The token says that it holds everything, which counts for nothing. */
const event = (method: string, path: string, resource: string) =>
  restEvent(
    method,
    path,
    resource,
    deployed.authorization({ "custom:permissions": "GET:/api/users,GET:/api/reports" }),
  )

const effectOf = (answer: {
  readonly policyDocument: { readonly Statement: readonly { Effect: string }[] }
}) => answer.policyDocument.Statement.map(({ Effect }) => Effect)

it("decides by the store, as it is at that moment", async () => {
  deployed.bind(environment)
  const { handler } = await import("./handler.ts")
  const ask = async () => effectOf(await handler(event("GET", "/api/users", "/api/users")))
  expect(await ask()).toEqual(["Deny"])
  const draft = { subject, roles: [], permissions: ["GET:/api/users"], disabled: false }
  await store.putMember(draft, 0, by("1"))
  expect(await ask()).toEqual(["Allow"])
  expect(effectOf(await handler(event("GET", "/api/reports", "/api/reports")))).toEqual(["Deny"])
  await store.putMember({ ...draft, disabled: true }, 1, by("2"))
  expect(await ask()).toEqual(["Deny"])
  expect(deployed.logged()).toMatchObject([
    { status: 403, because: "no_permission", subject },
    { status: 200, decision: "allowed", route: "GET /api/users" },
    { status: 403 },
    { status: 403 },
  ])
})

it("is a failed call while the table is out of reach: nobody passes, and nothing is remembered", async () => {
  deployed.bind({ ...environment, AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:9" })
  const { handler } = await import("./handler.ts")
  const answer = handler(event("GET", "/api/users", "/api/users"))
  await expect(answer).rejects.toMatchObject({ code: "dependency_failed" })
  expect(deployed.logged()).toMatchObject([{ status: 500, decision: "failed" }])
})

it("does not load without POLICY_RESOURCE", async () => {
  deployed.bind({ ...environment, POLICY_RESOURCE: "" })
  await expect(import("./handler.ts")).rejects.toThrow("POLICY_RESOURCE: expected `path` or `resource`")
})
