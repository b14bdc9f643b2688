/** The function as it is deployed, over a table of its own. */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { catalog } from "@claimgate/catalog"
import { encodeClaim, expand } from "@claimgate/core"
import { createDynamoStore } from "@claimgate/store"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest"
import { captureStdout } from "../../../test/written/capture.ts"
import { byTest } from "../test/attribution.ts"
import { type DoorName, doorNames, doors, eventThrough } from "../test/doors.ts"
import { type Dynalite, startDynalite } from "../test/dynalite.ts"
import { type Sent, tokens } from "../test/event.ts"

const subject = "11111111-1111-4111-8111-111111111111"
const execute = promisify(execFile)
const lines: string[] = []

let dynalite: Dynalite
beforeAll(async () => {
  dynalite = await startDynalite()
  const store = createDynamoStore(dynalite)
  await store.putMember({ subject, roles: ["admin"], permissions: [], disabled: false }, 0, byTest())
})
afterAll(() => dynalite.stop())

beforeEach(() => {
  vi.resetModules()
  // Each handler that is loaded listens once; in a process of its own there is one.
  process.stdout.removeAllListeners("error")
  vi.stubEnv("SST_RESOURCE_App", JSON.stringify({ name: "claimgate", stage: "test" }))
  vi.stubEnv("SST_RESOURCE_Permissions", JSON.stringify({ name: "claimgate", type: "sst.aws.Dynamo" }))
  vi.stubEnv("SST_RESOURCE_Tokens", JSON.stringify({ ...tokens, type: "sst.sst.Linkable" }))
  vi.stubEnv("AUTH_STRATEGY", "hybrid")
  vi.stubEnv("API_GATEWAY", "http-api")
  vi.stubEnv("PERMISSION_CACHE", "memory")
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", dynalite.endpoint)
  vi.stubEnv("AWS_REGION", "eu-west-1")
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test")
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test")
  lines.length = 0
  captureStdout(lines)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const iat = Math.floor(Date.now() / 1000)
const claim = encodeClaim(catalog, expand(catalog, ["*:/**"]))
const asAdmin = (route: string, sent: Sent, door: DoorName = "hybrid") =>
  eventThrough(door, sent, { subject, roles: "admin", epoch: "0.1.0", iat, exp: iat + 600, claim, route })

test.each(doorNames)("serves the door %s, and writes one line for each decision", async (door) => {
  vi.stubEnv("AUTH_STRATEGY", doors[door].strategy)
  vi.stubEnv("API_GATEWAY", doors[door].gateway)
  const { handler } = await import("./handler.ts")
  const create = {
    request: "POST /api/users",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "Ada", email: "ada@example.com" }),
  }
  const written = await handler(asAdmin("POST /api/users", create, door))
  expect(written.statusCode).toBe(201)
  const { id } = JSON.parse(written.body)
  const read = await handler(asAdmin("GET /api/users/{id}", { request: `GET /api/users/${id}` }, door))
  expect(JSON.parse(read.body)).toEqual(JSON.parse(written.body))
  const entries = lines.map((line) => JSON.parse(line))
  expect(entries.map(({ source, route }) => [route, source])).toEqual([
    ["POST /api/users", "store"],
    ["GET /api/users/{id}", door === "cached" ? "authorizer" : "token"],
  ])
})

test("reads a subject with its roles in one request, or in none, as the route asks for", async () => {
  const store = createDynamoStore(dynalite)
  const editor = { subject: "editor", roles: ["editor", "keeper"], permissions: [], disabled: false }
  for (const name of editor.roles) await store.putRole({ name, permissions: ["*:/api/**"] }, 0, byTest())
  await store.putMember(editor, 0, byTest())
  const { handler } = await import("./handler.ts")
  const cost = async (request: string, route: string, times = 1) => {
    const visitor = {
      subject: "editor",
      roles: "editor,keeper",
      epoch: "0.1.1.1",
      iat,
      exp: iat + 600,
      route,
    }
    const before = dynalite.stats().BatchGetItem ?? 0
    for (let time = 0; time < times; time++) {
      const { statusCode } = await handler(eventThrough("hybrid", { request }, visitor))
      expect(statusCode).toBe(404)
    }
    return (dynalite.stats().BatchGetItem ?? 0) - before
  }
  expect(await cost("GET /api/users/7", "GET /api/users/{id}", 3)).toBe(0)
  expect(await cost("DELETE /api/users/7", "DELETE /api/users/{id}", 3)).toBe(3)
  // Within 30 s of the reads above.
  expect(await cost("GET /api/reports/7", "GET /api/reports/{id}", 3)).toBe(0)
})

test("explains in two reads of the table, beside the one about whoever asks", async () => {
  const store = createDynamoStore(dynalite)
  await store.putRole({ name: "explained", permissions: ["GET:/api/**"] }, 0, byTest())
  const held = { roles: ["explained"], permissions: [], disabled: false }
  await store.putMember({ subject: "explained", ...held }, 0, byTest())
  const { handler } = await import("./handler.ts")
  const reads = () => {
    const { BatchGetItem = 0, Query = 0, GetItem = 0, TransactGetItems = 0 } = dynalite.stats()
    return BatchGetItem + Query + GetItem + TransactGetItems
  }
  const before = reads()
  const request = "GET /api/admin/explain?subject=explained&method=GET&path=/api/users"
  const { statusCode, body } = await handler(asAdmin("GET /api/admin/explain", { request }))
  expect([statusCode, JSON.parse(body).because]).toEqual([200, "held"])
  expect(reads() - before).toBeLessThanOrEqual(3)
})

test("ends no sessions where it is linked to no user pool, and says so; tokens are rechecked all the same", async () => {
  const store = createDynamoStore(dynalite)
  const held = { roles: [], permissions: [], disabled: false }
  await store.putMember({ subject: "leaving", ...held }, 0, byTest())
  const { handler } = await import("./handler.ts")
  const request = "POST /api/admin/members/leaving/sign-out"
  const event = asAdmin("POST /api/admin/members/{subject}/sign-out", { request })
  expect((await handler(event)).statusCode).toBe(503)
  expect((await store.load("leaving")).member?.version).toBe(2)
})

test("goes on without its Redis, and says so once", async () => {
  vi.stubEnv("PERMISSION_CACHE", "redis")
  vi.stubEnv("REDIS_URL", "redis://:secret@127.0.0.1:9")
  const { handler } = await import("./handler.ts")
  for (let time = 0; time < 3; time++) {
    const { statusCode } = await handler(asAdmin("GET /api/reports/{id}", { request: "GET /api/reports/7" }))
    expect(statusCode).toBe(404)
  }
  const entries = lines.map((line) => JSON.parse(line))
  expect(entries.filter(({ event }) => event === "cache")).toMatchObject([{ state: "unreachable" }])
  expect(entries.filter(({ event }) => event === "decision")).toMatchObject(
    Array.from({ length: 3 }, () => ({ decision: "allowed", source: "store" })),
  )
  expect(lines.join()).not.toContain("secret")
})

test("is a 503 when the table is out of reach, and says nothing of where it is", async () => {
  const elsewhere = "http://127.0.0.1:9"
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", elsewhere)
  const { handler } = await import("./handler.ts")
  for (const [request, route] of [
    ["DELETE /api/users/7", "DELETE /api/users/{id}"],
    ["GET /api/users/7", "GET /api/users/{id}"],
  ] as const) {
    const { statusCode, headers, body } = await handler(asAdmin(route, { request }))
    expect([statusCode, headers["retry-after"]]).toEqual([503, "1"])
    expect(body).not.toMatch(/127|ECONNREFUSED|claimgate/)
  }
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event: "decision", decision: "failed", status: 503, source: "store" },
    { event: "decision", decision: "allowed", source: "token" },
    { event: "fault", code: "dependency_failed", status: 503 },
  ])
})

describe("does not load", () => {
  const rows: readonly [string, Record<string, string | undefined>, string][] = [
    ["without a strategy", { AUTH_STRATEGY: undefined }, "AUTH_STRATEGY: expected"],
    ["without a gateway", { API_GATEWAY: undefined }, "API_GATEWAY of strategy `hybrid`: expected"],
    ["without a cache", { PERMISSION_CACHE: undefined }, "PERMISSION_CACHE: expected"],
    [
      "without an address of Redis",
      { PERMISSION_CACHE: "redis", REDIS_URL: undefined },
      "REDIS_URL: expected",
    ],
    [
      "with an address that is none",
      { PERMISSION_CACHE: "redis", REDIS_URL: "http://user:secret@example.com" },
      "REDIS_URL: expected",
    ],
  ]
  test.each(rows)("%s", async (_, environment, message) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
    const loading = import("./handler.ts")
    await expect(loading).rejects.toThrow(message)
    await expect(loading).rejects.not.toThrow("secret")
  })

  // SST reads its links when it is loaded, so these take a process of their own.
  test.each(["Permissions", "Tokens"])("where it is not linked to %s", async (name) => {
    vi.stubEnv("AUTH_STRATEGY", "backend")
    const { [`SST_RESOURCE_${name}`]: _, ...env } = process.env
    const load = `await import(${JSON.stringify(new URL("./handler.ts", import.meta.url).href)})`
    const args = ["--import", "tsx", "--input-type=module", "--eval", load]
    const ended = execute(process.execPath, args, { env })
    await expect(ended).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`"${name}" is not linked`),
    })
  })
})
