/** A DynamoDB that fails behind a route that asks the store: real authorizer, real backend, the HTTP API between them. */
import { memberKey } from "@claimgate/store/keys"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { tableName } from "../../packages/local/src/bindings.ts"
import { startDynamo } from "../../packages/local/src/dynamo/server.ts"
import { type Sent, startWire, type Wire } from "../../packages/store/test/wire.ts"
import { deployedAt, openBackend, startApi } from "./api.ts"
import { type Hybrid, startHybrid } from "./hybrid.ts"
import { byTest, type PermissionTable, startPermissionTable } from "./permission-table.ts"
import { functionProcess, starting } from "./process.ts"
import type { Trouble } from "./proxy.ts"

let hybrid: Hybrid
/** An administrator's token: it says that everything is allowed. */
let ann: string
let ben: string

beforeAll(async () => {
  hybrid = await startHybrid()
  await Promise.all([hybrid.authorizer.start(), hybrid.backend.start()])
  ;[ann, ben] = await Promise.all([hybrid.tokenFor("sub-ann"), hybrid.tokenFor("sub-ben")])
}, starting)
afterAll(() => hybrid.stop())
afterEach(async () => {
  await suffer("none")
  leadTo(hybrid.table.dynamo.endpoint)
})

/** What lies between the backend and the table. */
async function suffer(trouble: Trouble) {
  await hybrid.before.backend.suffer(trouble)
  return () => hybrid.before.backend.suffer("none")
}
const leadTo = (endpoint: string) => hybrid.before.backend.leadTo(endpoint)

const lastDecision = () =>
  hybrid.backend.lines.map((line) => JSON.parse(line)).findLast((entry) => entry.event === "decision")

/** 503, when to come again, and nothing of what is behind it; in the log it is a failure, for the alarm. */
async function expectUnavailable(request: string, token: string): Promise<void> {
  const { status, headers, body, took } = await hybrid.ask(request, token)
  expect([status, headers["retry-after"], JSON.parse(body).code]).toEqual([503, "1", "dependency_failed"])
  expect(body).not.toMatch(/DynamoDB|Exception|claimgate-local|127\.0/)
  // All attempts together have two seconds.
  expect(took).toBeLessThan(3000)
  expect(lastDecision()).toMatchObject({ decision: "failed", status: 503, source: "store" })
}

const sensitive = "GET /api/admin/roles"
const forever = Number.POSITIVE_INFINITY

describe("503 and no way around, while the table", () => {
  const faults: readonly (readonly [string, () => Promise<() => unknown> | (() => unknown)])[] = [
    [
      "throttles",
      () => hybrid.table.dynamo.injectFault({ kind: "throttle", operation: "BatchGetItem", times: forever }),
    ],
    [
      "answers with status 500",
      () => hybrid.table.dynamo.injectFault({ kind: "internal", operation: "BatchGetItem", times: forever }),
    ],
    [
      "denies access",
      () => hybrid.table.dynamo.injectFault({ kind: "denied", operation: "BatchGetItem", times: forever }),
    ],
    ["says nothing", () => suffer("hang")],
    ["breaks connections", () => suffer("reset")],
    ["breaks off instead of answering", () => suffer("cut")],
    ["answers what cannot be read", () => suffer("corrupt")],
    ["cannot be reached", () => suffer("refuse")],
    ["is not there, as in another region", elsewhere],
  ]
  it.each(faults)("%s; and the next request is answered when that is over", async (_, begin) => {
    expect((await hybrid.ask(sensitive, ann)).status).toBe(200)
    const end = await begin()
    await expectUnavailable(sensitive, ann)
    await end()
    expect((await hybrid.ask(sensitive, ann)).status).toBe(200)
  })

  async function elsewhere() {
    const other = await startDynamo()
    leadTo(other.endpoint)
    return async () => {
      leadTo(hybrid.table.dynamo.endpoint)
      await other.close()
    }
  }
})

it("a copy that is older than its route allows is no way around, either", async () => {
  const within30 = "GET /api/reports/7"
  expect((await hybrid.ask(within30, ben)).status).toBe(404)
  await suffer("refuse")
  await hybrid.ask(within30, ben)
  // The copy still decides; it is the report that cannot be read.
  expect(lastDecision()).toMatchObject({ decision: "allowed", source: "store" })
  hybrid.backend.shift(31_000)
  await expectUnavailable(within30, ben)
  await suffer("none")
  expect((await hybrid.ask(within30, ben)).status).toBe(404)
})

it("what a token that was revoked says does not count while nobody can be asked", async () => {
  const operator = { subject: "sub-eve", roles: ["operator"], permissions: [], disabled: false }
  await hybrid.table.store.putMember(operator, 0, byTest())
  const eve = await hybrid.tokenFor("sub-eve")
  const remove = "DELETE /api/devices/7"
  expect((await hybrid.ask(remove, eve)).status).toBe(404)
  await hybrid.table.store.putMember({ ...operator, roles: [] }, 1, byTest())
  await suffer("refuse")
  await expectUnavailable(remove, eve)
  await suffer("none")
  expect((await hybrid.ask(remove, eve)).status).toBe(403)
})

it("an authorizer that asks the table itself lets nobody in, and the gateway keeps no answer of it", async () => {
  const addresses = { dynamo: hybrid.before.backend.address, userPool: hybrid.keys.proxy.address }
  const authorizer = functionProcess(await deployedAt("cached", "authorizer", addresses))
  await authorizer.start()
  const inside = openBackend()
  const askCached = startApi("cached", authorizer, inside)
  await suffer("hang")
  const { status, took } = await askCached(sensitive, ann)
  expect([status, inside.events.length]).toEqual([500, 0])
  expect(took).toBeLessThan(3000)
  await suffer("none")
  expect((await askCached(sensitive, ann)).status).toBe(200)
  // From here on the gateway has an answer of its own, and says it for as long as it was told to.
  await suffer("refuse")
  expect((await askCached(sensitive, ann)).status).toBe(200)
  expect((await askCached("GET /api/admin/members", ann)).status).toBe(500)
})

describe("a replica that lags behind", () => {
  let replica: PermissionTable
  let wire: Wire
  beforeAll(async () => {
    ;[replica, wire] = await Promise.all([startPermissionTable(), startWire(hybrid.table.dynamo.endpoint)])
    // What does not ask for consistency is answered from a table that never changes.
    wire.meddle((sent, forward) => (isConsistent(sent) ? forward() : answerOf(replica.dynamo.endpoint, sent)))
  }, starting)
  afterAll(async () => {
    await wire.stop()
    await replica.stop()
  })

  it("is never asked on a sensitive route: a revoke works at once", async () => {
    const remove = "DELETE /api/reports/7"
    const granted = {
      subject: "sub-cleo",
      roles: [],
      permissions: ["DELETE:/api/reports/{id}"],
      disabled: false,
    }
    const { version = 0 } = (await hybrid.table.store.load("sub-cleo")).member ?? {}
    await hybrid.table.store.putMember(granted, version, byTest())
    const cleo = await hybrid.tokenFor("sub-cleo")
    leadTo(wire.endpoint)
    expect((await hybrid.ask(remove, cleo)).status).toBe(404)
    await hybrid.table.store.putMember({ ...granted, permissions: [] }, version + 1, byTest())
    expect((await hybrid.ask(remove, cleo)).status).toBe(403)
    expect(wire.sent.filter((sent) => sent.operation === "BatchGetItem").every(isConsistent)).toBe(true)
  })

  it("would be noticed: it knows nothing of the change", async () => {
    const versionSeen = async (ConsistentRead: boolean) => {
      const Key = { pk: { S: memberKey("sub-cleo").pk }, sk: { S: memberKey("sub-cleo").sk } }
      const body = JSON.stringify({ TableName: tableName, Key, ConsistentRead })
      const answer = await answerOf(wire.endpoint, { operation: "GetItem", body })
      return JSON.parse(answer.body).Item.version.N
    }
    expect([await versionSeen(false), await versionSeen(true)]).toEqual(["1", "3"])
  })

  function isConsistent({ body }: Sent): boolean {
    const { RequestItems, ConsistentRead, TransactItems } = JSON.parse(body)
    if (TransactItems !== undefined) return true
    const asked: { ConsistentRead?: boolean }[] = Object.values(RequestItems ?? { one: { ConsistentRead } })
    return asked.every((one) => one.ConsistentRead === true)
  }

  async function answerOf(endpoint: string, { operation, body }: Sent) {
    const headers = {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-date": "20300101T000000Z",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      authorization: "AWS4-HMAC-SHA256 Credential=test/x, SignedHeaders=host, Signature=0",
    }
    const answer = await fetch(endpoint, { method: "POST", headers, body })
    return { status: answer.status, body: await answer.text() }
  }
})
