/** The function as it is deployed, over a table of its own. */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { createDynamoStore } from "@claimgate/store"
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest"
import { type Dynalite, startDynalite } from "../test/dynalite.ts"
import { allowedTo, eventOf } from "../test/event.ts"

const subject = "11111111-1111-4111-8111-111111111111"
const execute = promisify(execFile)
const lines: string[] = []

let dynalite: Dynalite
beforeAll(async () => {
  dynalite = await startDynalite()
  const store = createDynamoStore(dynalite)
  await store.putMember({ subject, roles: ["admin"], permissions: [], disabled: false }, 0)
})
afterAll(() => dynalite.stop())

beforeEach(() => {
  vi.resetModules()
  vi.stubEnv("SST_RESOURCE_App", JSON.stringify({ name: "claimgate", stage: "test" }))
  vi.stubEnv("SST_RESOURCE_Permissions", JSON.stringify({ name: "claimgate", type: "sst.aws.Dynamo" }))
  vi.stubEnv("AUTH_STRATEGY", "hybrid")
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", dynalite.endpoint)
  vi.stubEnv("AWS_REGION", "eu-west-1")
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test")
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test")
  lines.length = 0
  vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const exp = String(Math.floor(Date.now() / 1000) + 600)
const asAdmin = (route: string) => allowedTo(route, { subject, roles: "admin", epoch: "0.1.0", exp })

test("reads and writes the table that it is linked to, and writes one line for each decision", async () => {
  const { handler } = await import("./handler.ts")
  const written = await handler(
    eventOf({
      request: "POST /api/users",
      context: asAdmin("POST /api/users"),
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "Ada", email: "ada@example.com" }),
    }),
  )
  expect(written.statusCode).toBe(201)
  const { id } = JSON.parse(written.body)
  const request = `GET /api/users/${id}`
  const read = await handler(eventOf({ request, context: asAdmin("GET /api/users/{id}") }))
  expect(JSON.parse(read.body)).toEqual(JSON.parse(written.body))
  const entries = lines.map((line) => JSON.parse(line))
  expect(entries.map(({ source, route }) => [route, source])).toEqual([
    ["POST /api/users", "store"],
    ["GET /api/users/{id}", "token"],
  ])
})

test("is a 503 when the table is out of reach, and says nothing of where it is", async () => {
  const elsewhere = "http://127.0.0.1:9"
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", elsewhere)
  const { handler } = await import("./handler.ts")
  for (const [request, route] of [
    ["DELETE /api/users/7", "DELETE /api/users/{id}"],
    ["GET /api/users/7", "GET /api/users/{id}"],
  ] as const) {
    const { statusCode, headers, body } = await handler(eventOf({ request, context: asAdmin(route) }))
    expect([statusCode, headers?.["retry-after"]]).toEqual([503, "1"])
    expect(body).not.toMatch(/127|ECONNREFUSED|claimgate/)
  }
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event: "decision", decision: "failed", status: 503, source: "store" },
    { event: "decision", decision: "allowed", source: "token" },
    { event: "fault", code: "dependency_failed", status: 503 },
  ])
})

test("does not load without a strategy", async () => {
  vi.stubEnv("AUTH_STRATEGY", undefined)
  await expect(import("./handler.ts")).rejects.toThrow("AUTH_STRATEGY: expected `hybrid` or `claims`")
})

test("does not load where it is not linked to the table", async () => {
  const { SST_RESOURCE_Permissions: _, ...env } = process.env
  const load = `await import(${JSON.stringify(new URL("./handler.ts", import.meta.url).href)})`
  const args = ["--import", "tsx", "--input-type=module", "--eval", load]
  const ended = execute(process.execPath, args, { env })
  await expect(ended).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('"Permissions" is not linked'),
  })
})
