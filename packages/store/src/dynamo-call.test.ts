import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest"
import { by } from "../test/by.ts"
import { createTestClient, type Dynalite, startDynalite } from "../test/dynalite.ts"
import { failure, startWire, type Wire } from "../test/wire.ts"
import { createDynamoStore } from "./dynamo-store.ts"
import type { PermissionStore } from "./port.ts"

const alice = { subject: "alice", roles: ["editor"], permissions: ["GET:/secret-path"], disabled: false }

const calls: readonly {
  call: string
  /** The one that goes wrong. */
  operation: string
  run: (store: PermissionStore) => Promise<unknown>
}[] = [
  { call: "load", operation: "BatchGetItem", run: (store) => store.load("alice", ["editor"]) },
  { call: "putMember", operation: "BatchGetItem", run: (store) => store.putMember(alice, 0, by()) },
  { call: "putMember", operation: "TransactWriteItems", run: (store) => store.putMember(alice, 0, by()) },
  {
    call: "deleteMember",
    operation: "TransactGetItems",
    run: (store) => store.deleteMember("alice", 1, by()),
  },
  { call: "readRole", operation: "BatchGetItem", run: (store) => store.readRole("editor") },
  {
    call: "putRole",
    operation: "TransactWriteItems",
    run: (store) => store.putRole({ name: "e", permissions: [] }, 0, by()),
  },
  { call: "deleteRole", operation: "BatchGetItem", run: (store) => store.deleteRole("editor", 1, by()) },
  { call: "putRelease", operation: "PutItem", run: (store) => store.putRelease("AAAAA") },
  { call: "readGeneration", operation: "BatchGetItem", run: (store) => store.readGeneration() },
  { call: "raiseGeneration", operation: "TransactWriteItems", run: (store) => store.raiseGeneration(by()) },
  { call: "countAdministrators", operation: "BatchGetItem", run: (store) => store.countAdministrators() },
  { call: "beginImport", operation: "TransactWriteItems", run: (store) => store.beginImport(by()) },
  {
    call: "importMembers",
    operation: "TransactWriteItems",
    run: async (store) => {
      const run = by()
      await store.beginImport(run).catch(() => undefined)
      return store.importMembers([alice], run)
    },
  },
  { call: "endImport", operation: "BatchGetItem", run: (store) => store.endImport(by()) },
  {
    call: "recordRefusal",
    operation: "PutItem",
    run: (store) =>
      store.recordRefusal({ kind: "member", name: "alice", action: "grant", because: "not_held" }, by()),
  },
  { call: "listMembers", operation: "Query", run: (store) => store.listMembers() },
  { call: "listRoles", operation: "Query", run: (store) => store.listRoles() },
  { call: "listChanges", operation: "Query", run: (store) => store.listChanges() },
  {
    call: "listAudit",
    operation: "Query",
    run: (store) => store.listAudit({ kind: "member", name: "alice" }),
  },
]

let dynalite: Dynalite
let wire: Wire
let client: ReturnType<typeof createTestClient>
let table: string
beforeAll(async () => {
  dynalite = await startDynalite()
  wire = await startWire(dynalite.endpoint)
  client = createTestClient(wire.endpoint)
})
beforeEach(async () => {
  table = await dynalite.createTable()
  wire.meddle((_sent, forward) => forward())
})
afterAll(async () => {
  client.destroy()
  await wire.stop()
  await dynalite.stop()
})

/** The fault that a call ends with; fails where it does not. */
async function faultOf(call: Promise<unknown>): Promise<Error> {
  return call.then(
    () => expect.unreachable("the call answered"),
    (error: Error) => error,
  )
}

describe.each(calls)("$call, when $operation", ({ operation, run }) => {
  /** The import of `importMembers` begins by a write of its own, which is let through. */
  const spare = (body: string) => body.includes("FEED#CHANGES") && run === importRun
  const importRun = calls.find(({ call }) => call === "importMembers")?.run

  it("is refused, names operation and table, and no item", async () => {
    wire.meddle(({ operation: sent, body }, forward) =>
      sent === operation && !spare(body) ? failure("AccessDeniedException") : forward(),
    )
    const fault = await faultOf(run(createDynamoStore({ client, table })))
    expect(fault).toMatchObject({ code: "dependency_failed", cause: { name: "AccessDeniedException" } })
    expect(fault.message).toBe(`DynamoDB: \`${operation}\` on table \`${table}\`: \`AccessDeniedException\``)
    const refused = wire.sent.filter((sent) => sent.operation === operation && !spare(sent.body))
    expect(refused, "a refusal is not asked for again").toHaveLength(1)
  })

  it("hangs, gives up when its time is over, and the request with it", async () => {
    wire.meddle(({ operation: sent, body }, forward) =>
      sent === operation && !spare(body) ? "hang" : forward(),
    )
    const started = performance.now()
    // Something else is answered first.
    const limit = operation.startsWith("Transact") ? 250 : 60
    const options = { client, table, timeLimit: limit, writeTimeLimit: limit }
    const fault = await faultOf(run(createDynamoStore(options)))
    expect(fault).toMatchObject({ code: "dependency_failed" })
    expect(fault.message).toBe(
      `DynamoDB: \`${operation}\` on table \`${table}\`: no answer within ${limit} ms`,
    )
    expect(performance.now() - started).toBeLessThan(1000)
    await expect.poll(wire.abandoned, { timeout: 500 }).toBe(1)
  })
})

describe("faults", () => {
  const faults = [
    { fault: "a table that is missing", fate: failure("ResourceNotFoundException"), attempts: 1 },
    { fault: "a request that is invalid", fate: failure("ValidationException"), attempts: 1 },
    { fault: "an expired session", fate: failure("ExpiredTokenException"), attempts: 1 },
    { fault: "a server error", fate: failure("InternalServerError", 500), attempts: 3 },
    { fault: "a connection that breaks", fate: "break", attempts: 3 },
    { fault: "an answer that is no JSON", fate: { status: 200, body: "<html>" }, attempts: 1 },
  ] as const
  it.each(faults)("after $attempts attempts, $fault is dependency_failed", async ({ fate, attempts }) => {
    wire.meddle(() => fate)
    const fault = await faultOf(createDynamoStore({ client, table }).load("alice"))
    expect(fault).toMatchObject({ code: "dependency_failed", cause: expect.any(Error) })
    expect(fault.message).not.toMatch(/alice|arn:/)
    expect(wire.sent).toHaveLength(attempts)
  })

  it("throttling is waited for no longer than the call's time", async () => {
    wire.meddle(() => failure("ProvisionedThroughputExceededException"))
    // The SDK's back-off after throttling is random, up to a second before the second attempt.
    const longest = vi.spyOn(Math, "random").mockReturnValue(0.99)
    const fault = await faultOf(createDynamoStore({ client, table, timeLimit: 100 }).load("alice"))
    longest.mockRestore()
    expect(fault.message).toContain("no answer within 100 ms")
    expect(wire.sent).toHaveLength(1)
  })

  it("credentials that never come are waited for no longer than that", async () => {
    const stuck = createTestClient(wire.endpoint, { credentials: () => new Promise(() => {}) })
    const fault = await faultOf(createDynamoStore({ client: stuck, table, timeLimit: 60 }).load("alice"))
    expect(fault.message).toContain("no answer within 60 ms")
    expect(wire.sent).toHaveLength(0)
    stuck.destroy()
  })

  it("nobody listening is dependency_failed", async () => {
    const closed = await startWire(dynalite.endpoint)
    await closed.stop()
    const lonely = createTestClient(closed.endpoint)
    const fault = await faultOf(createDynamoStore({ client: lonely, table }).load("alice"))
    expect(fault.message).toBe(`DynamoDB: \`BatchGetItem\` on table \`${table}\`: \`ECONNREFUSED\``)
    lonely.destroy()
  })

  it("a fault that passes is not seen", async () => {
    const store = createDynamoStore({ client, table })
    await store.putMember(alice, 0, by())
    wire.meddle((_sent, forward, attempt) => (attempt < 3 ? failure("InternalServerError", 500) : forward()))
    expect((await store.load("alice")).member?.version).toBe(1)
  })

  it("a request that hangs is repeated within the call's time", async () => {
    const impatient = createTestClient(wire.endpoint, {
      requestHandler: { requestTimeout: 50, throwOnRequestTimeout: true },
    })
    wire.meddle((_sent, forward, attempt) => (attempt === 1 ? "hang" : forward()))
    const record = await createDynamoStore({ client: impatient, table }).load("alice")
    expect(record.member).toBeUndefined()
    expect(wire.sent).toHaveLength(2)
    impatient.destroy()
  })

  it("all requests of one call share its time", async () => {
    const store = createDynamoStore({ client, table, timeLimit: 550 })
    await store.putMember(alice, 0, by())
    wire.meddle(async (_sent, forward) => {
      await pause(350)
      return forward()
    })
    await expect(store.load("alice", ["editor"])).resolves.toMatchObject({ subject: "alice" })
    await expect(store.load("alice")).rejects.toThrow("no answer within 550 ms")
  })

  it("a fault says nothing about the next call", async () => {
    const store = createDynamoStore({ client, table, timeLimit: 100 })
    wire.meddle(() => "hang")
    await expect(store.load("alice")).rejects.toMatchObject({ code: "dependency_failed" })
    wire.meddle((_sent, forward) => forward())
    await expect(store.load("alice")).resolves.toMatchObject({ subject: "alice" })
  })
})
