import { GetCommand, QueryCommand, ScanCommand } from "@aws-sdk/lib-dynamodb"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { by } from "../test/by.ts"
import { createTestClient, type Dynalite, startDynalite } from "../test/dynalite.ts"
import { type Answer, startWire, type Wire } from "../test/wire.ts"
import { createDynamoStore } from "./dynamo-store.ts"
import {
  administratorsKey,
  changeFeed,
  changeKey,
  feedHeadKey,
  idempotencyKey,
  type Key,
  memberKey,
  roleKey,
} from "./keys.ts"
import type { PermissionStore } from "./port.ts"

const alice = { subject: "Alice-1", roles: ["editor"], permissions: ["GET:/a"], disabled: false }
const at = Date.parse("2026-03-31T12:00:00.000Z")

let dynalite: Dynalite
let wire: Wire
let client: ReturnType<typeof createTestClient>
let table: string
/** Over the wire. */
let store: PermissionStore
/** Somebody else, whose requests nobody meddles with. */
let other: PermissionStore
beforeAll(async () => {
  dynalite = await startDynalite()
  wire = await startWire(dynalite.endpoint)
  client = createTestClient(wire.endpoint)
})
beforeEach(async () => {
  table = await dynalite.createTable()
  store = createDynamoStore({ client, table, now: () => at })
  other = createDynamoStore({ client: dynalite.client, table, now: () => at })
  wire.meddle((_sent, forward) => forward())
})
afterAll(async () => {
  client.destroy()
  await wire.stop()
  await dynalite.stop()
})

async function stored(key: Key): Promise<unknown> {
  return (await dynalite.client.send(new GetCommand({ TableName: table, Key: { ...key } }))).Item
}

async function numbers(): Promise<unknown[]> {
  const { Items = [] } = await dynalite.client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": changeFeed },
    }),
  )
  return Items.map((item) => item.number)
}

const operations = () => wire.sent.map((sent) => sent.operation)

describe("items as they are stored", () => {
  it("a member, listed in gsi1", async () => {
    await store.putMember(alice, 0, by())
    expect(await stored(memberKey("Alice-1"))).toEqual({
      ...{ pk: "MEMBER#Alice-1", sk: "STATE", gsi1pk: "MEMBERS", gsi1sk: "Alice-1" },
      ...{ entity: "member", schema: "1", version: 1, deleted: false },
      ...alice,
    })
  })

  it("a member's tombstone, no longer listed", async () => {
    await store.putMember(alice, 0, by())
    await store.deleteMember("Alice-1", 1, by())
    expect(await stored(memberKey("Alice-1"))).toEqual({
      ...{ pk: "MEMBER#Alice-1", sk: "STATE" },
      ...{ entity: "member", schema: "1", version: 2, deleted: true },
      ...{ subject: "Alice-1", roles: [], permissions: [], disabled: false },
    })
  })

  it("a role, listed in gsi1, and its tombstone", async () => {
    await store.putRole({ name: "editor", permissions: ["GET:/a"] }, 0, by())
    const common = { pk: "ROLE#editor", sk: "STATE", entity: "role", schema: "1", name: "editor" }
    expect(await stored(roleKey("editor"))).toEqual({
      ...{ ...common, gsi1pk: "ROLES", gsi1sk: "editor" },
      ...{ permissions: ["GET:/a"], version: 1, deleted: false },
    })
    await store.deleteRole("editor", 1, by())
    expect(await stored(roleKey("editor"))).toEqual({ ...common, permissions: [], version: 2, deleted: true })
  })

  it("all that one write stores: head, change, audit, key, number of administrators", async () => {
    const admin = { ...alice, roles: ["admin"] }
    const attribution = by({ actor: "ann", door: "seed", requestId: "r-1", idempotencyKey: "k-1" })
    const member = await store.putMember(admin, 0, attribution)
    const schema = { schema: "1" }
    expect(await stored(feedHeadKey)).toEqual({
      ...{ pk: "FEED#HEAD", sk: "STATE", entity: "feed-head", ...schema },
      ...{ number: 1, generation: 0 },
    })
    expect(await stored(changeKey(1))).toEqual({
      ...{ pk: "FEED#CHANGES", sk: "0000000000000001", entity: "change", ...schema },
      ...{ number: 1, kind: "member", name: "Alice-1", version: 1, at, expiresAt: at / 1000 + 90_060 },
    })
    const id = "2026-03-31T12:00:00.000Z#0000000000000001"
    expect(await stored({ pk: "AUDIT#member#Alice-1", sk: id })).toEqual({
      ...{ pk: "AUDIT#member#Alice-1", sk: id, gsi1pk: "AUDIT#2026-03", gsi1sk: id },
      ...{ entity: "audit", ...schema, id, month: "2026-03", kind: "member", name: "Alice-1", at },
      ...{ actor: "ann", door: "seed", requestId: "r-1", outcome: "done", action: "put" },
      ...{ number: 1, generation: 0, after: member },
    })
    expect(await stored(idempotencyKey("k-1"))).toEqual({
      ...{ pk: "IDEMPOTENCY#k-1", sk: "STATE", entity: "idempotency", ...schema },
      ...{ digest: expect.any(String), result: member, expiresAt: at / 1000 + 24 * 3600 },
    })
    expect(await stored(administratorsKey)).toEqual({
      ...{ pk: "ADMINISTRATORS", sk: "STATE", entity: "administrators", ...schema, count: 1 },
    })
    const { Items = [] } = await dynalite.client.send(new ScanCommand({ TableName: table }))
    expect(Items, "and nothing else").toHaveLength(6)
  })

  it("changes live as long as they are told to", async () => {
    const short = createDynamoStore({ client, table, now: () => at, changeLifetime: 60 })
    await short.raiseGeneration(by())
    expect(await stored(changeKey(1))).toMatchObject({ expiresAt: at / 1000 + 60 })
  })

  it("an import, on the head", async () => {
    const run = by({ idempotencyKey: "run-1" })
    await store.beginImport(run)
    const head = { pk: "FEED#HEAD", sk: "STATE", entity: "feed-head", schema: "1", generation: 1, number: 1 }
    const running = { importRun: "run-1", importSince: at }
    expect(await stored(feedHeadKey)).toEqual({ ...head, ...running, importOpen: true })
    await store.putMember(alice, 0, by())
    expect(await stored(feedHeadKey)).toEqual({ ...head, number: 2, ...running, importOpen: true })
    const paused: unknown[] = []
    const ending = createDynamoStore({
      ...{ client, table, timeLimit: 700 },
      pause: async (milliseconds) =>
        void paused.push(milliseconds, await stored(feedHeadKey), await store.readGeneration()),
    })
    await ending.endImport(run)
    expect(paused).toEqual([
      1200,
      { ...head, number: 2, ...running, importOpen: false },
      { generation: 1, importing: { since: at, mayWrite: false } },
    ])
    expect(await stored(feedHeadKey)).toEqual({ ...head, number: 2 })
  })
})

describe("requests of one write", () => {
  it("are two; one more for a conflict that is no more than that", async () => {
    await store.putMember(alice, 0, by())
    expect(operations()).toEqual(["BatchGetItem", "TransactWriteItems"])
    await expect(store.putMember(alice, 0, by())).rejects.toMatchObject({ code: "conflict" })
    expect(operations().slice(2)).toEqual(["BatchGetItem", "TransactGetItems"])
  })

  it("are one for a raise above what the generation is above already", async () => {
    await other.raiseGeneration(by(), 5)
    await store.raiseGeneration(by(), 5)
    expect(operations()).toEqual(["BatchGetItem"])
  })

  it("are one for a repetition", async () => {
    const key = by()
    await other.putMember(alice, 0, key)
    await store.putMember(alice, 0, key)
    expect(operations()).toEqual(["BatchGetItem"])
  })

  it("are none for malformed drafts", async () => {
    await expect(store.putMember({ ...alice, permissions: ["GET"] }, 0, by())).rejects.toMatchObject({
      code: "malformed_permission",
    })
    await expect(store.putRole({ name: "admin", permissions: [] }, 0, by())).rejects.toMatchObject({
      code: "malformed_name",
    })
    await expect(store.load("a b")).rejects.toMatchObject({ code: "malformed_name" })
    expect(wire.sent).toEqual([])
  })
})

describe("a write whose answer got lost", () => {
  const loseAnswers = (lost: number) => {
    let writes = 0
    wire.meddle(async ({ operation }, forward) => {
      const answer = await forward()
      return operation === "TransactWriteItems" && ++writes <= lost ? "break" : answer
    })
  }

  it("is known to DynamoDB by its token at the SDK's second attempt", async () => {
    loseAnswers(1)
    expect(await store.putMember(alice, 0, by())).toMatchObject({ version: 1 })
    expect(operations()).toEqual(["BatchGetItem", "TransactWriteItems", "TransactWriteItems"])
    expect(await numbers()).toEqual([1])
  })

  it.each(["put", "delete", "raise"])("is known by its key where the token is not: %s", async (action) => {
    if (action === "delete") await other.putMember(alice, 0, by())
    const before = await numbers()
    let writes = 0
    wire.meddle(async ({ operation }, forward) => {
      if (operation !== "TransactWriteItems" || ++writes > 1) return forward()
      await forward()
      return cancelled("ConditionalCheckFailed")
    })
    if (action === "put") expect(await store.putMember(alice, 0, by())).toMatchObject({ version: 1 })
    if (action === "delete")
      expect(await store.deleteMember("Alice-1", 1, by())).toMatchObject({ version: 2, deleted: true })
    if (action === "raise") expect(await store.raiseGeneration(by())).toBe(1)
    expect(await numbers()).toEqual([...before, before.length + 1])
  })

  it("is a fault when all of them get lost, and the caller's repetition has the one effect", async () => {
    loseAnswers(3)
    const key = by()
    await expect(store.putMember(alice, 0, key)).rejects.toMatchObject({ code: "dependency_failed" })
    const written = { ...alice, deleted: false, version: 1 }
    expect(await store.putMember(alice, 0, key)).toEqual(written)
    await other.putMember({ ...alice, roles: [] }, 1, by())
    expect(await store.putMember(alice, 0, key)).toEqual(written)
    expect((await store.load("Alice-1")).member).toMatchObject({ roles: [], version: 2 })
    expect(await numbers()).toEqual([1, 2])
  })

  it("is a conflict where it never was stored, and another writer came first", async () => {
    let writes = 0
    wire.meddle(async ({ operation }, forward) => {
      if (operation !== "TransactWriteItems" || ++writes > 1) return forward()
      await other.putMember(alice, 0, by())
      return "break"
    })
    const put = store.putMember(alice, 0, by())
    await expect(put).rejects.toMatchObject({ code: "conflict" })
    await expect(put).rejects.toThrow("member `Alice-1`: current version is 1, expected 0")
    expect(await numbers()).toEqual([1])
  })
})

/** Lets `work` happen right before the first transaction. */
function beforeWriting(work: () => Promise<unknown>): void {
  let writes = 0
  wire.meddle(async ({ operation }, forward) => {
    if (operation === "TransactWriteItems" && ++writes === 1) await work()
    return forward()
  })
}

describe("another writer between reading and writing", () => {
  it("of another record: both get through", async () => {
    beforeWriting(() => other.putRole({ name: "editor", permissions: [] }, 0, by()))
    expect(await store.putMember(alice, 0, by())).toMatchObject({ version: 1 })
    expect(await numbers()).toEqual([1, 2])
  })

  it("of the same record: the current version", async () => {
    beforeWriting(() => other.putMember({ ...alice, roles: [] }, 0, by()))
    await expect(store.putMember(alice, 0, by())).rejects.toThrow("current version is 1, expected 0")
    expect(await numbers()).toEqual([1])
  })

  it("who is the same request, delivered twice: its answer", async () => {
    const key = by()
    beforeWriting(() => other.putMember(alice, 0, key))
    expect(await store.putMember(alice, 0, key)).toMatchObject({ version: 1 })
    expect(await numbers()).toEqual([1])
  })

  it("who raises the generation: the audit has the one that was current", async () => {
    beforeWriting(() => other.raiseGeneration(by()))
    await store.putMember(alice, 0, by())
    const { items } = await store.listAudit({ kind: "member", name: "Alice-1" })
    expect(items).toMatchObject([{ number: 2, generation: 1 }])
  })

  it("of a member of an import: it is judged again", async () => {
    const run = by()
    await other.putMember(alice, 0, by())
    await other.putMember({ ...alice, subject: "boss", roles: ["admin"] }, 0, by())
    await store.beginImport(run)
    beforeWriting(() => other.putMember({ ...alice, roles: ["admin"] }, 1, by()))
    const drafts = ["Alice-1", "next"].map((subject) => ({ ...alice, subject, roles: [] }))
    expect(await store.importMembers(drafts, run)).toMatchObject([
      { outcome: "refused", message: expect.stringContaining("only an administrator may change") },
      { outcome: "written" },
    ])
    expect((await store.load("Alice-1")).member).toMatchObject({ roles: ["admin"], version: 2 })
  })

  it("who begins another import: this one writes nothing more", async () => {
    const run = by()
    await store.beginImport(run)
    beforeWriting(() => other.beginImport(by()))
    await expect(store.importMembers([alice], run)).rejects.toMatchObject({ code: "conflict" })
    expect((await store.load("Alice-1")).member).toBeUndefined()
  })
})

it("a batch that sees one half of a repeated write is not taken for a lost race", async () => {
  const key = by()
  await other.putMember(alice, 0, key)
  wire.meddle(async ({ operation }, forward) => {
    const answer = await forward()
    if (operation !== "BatchGetItem") return answer
    const { Responses } = JSON.parse(answer.body)
    const seen = Responses[table].filter((item: Item) => !item.pk.S.startsWith("IDEMPOTENCY"))
    return { status: 200, body: JSON.stringify({ Responses: { [table]: seen }, UnprocessedKeys: {} }) }
  })
  expect(await store.putMember(alice, 0, key)).toMatchObject({ version: 1 })
  expect(operations()).toEqual(["BatchGetItem", "TransactGetItems"])
})

interface Item {
  readonly pk: { readonly S: string }
}

/** A transaction that was cancelled, as DynamoDB says it. */
function cancelled(Code: string): Answer {
  const body = {
    __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${Code}, None]`,
    CancellationReasons: [{ Code, Message: "about arn:aws:iam" }, { Code: "None" }],
  }
  return { status: 400, body: JSON.stringify(body) }
}

describe("transactions that are cancelled", () => {
  const fail = (operation: string, code: string, times: number) => {
    let seen = 0
    wire.meddle((sent, forward) =>
      sent.operation === operation && ++seen <= times ? cancelled(code) : forward(),
    )
  }

  it.each([
    "TransactionConflict",
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
    "ConditionalCheckFailed",
  ])("because of %s, are tried again", async (code) => {
    fail("TransactWriteItems", code, 3)
    expect(await store.putMember(alice, 0, by())).toMatchObject({ version: 1 })
    expect(operations().filter((one) => one === "TransactWriteItems")).toHaveLength(4)
    expect(await numbers()).toEqual([1])
  })

  it("while reading, are tried again", async () => {
    await other.putMember(alice, 0, by())
    fail("TransactGetItems", "TransactionConflict", 2)
    await expect(store.putMember(alice, 0, by())).rejects.toMatchObject({ code: "conflict" })
    expect(operations().filter((one) => one === "TransactGetItems")).toHaveLength(3)
  })

  it.each(["ValidationError", "ItemCollectionSizeLimitExceeded", "AccessDenied"])(
    "because of %s, are a fault",
    async (code) => {
      fail("TransactWriteItems", code, Number.POSITIVE_INFINITY)
      const put = store.putMember(alice, 0, by())
      await expect(put).rejects.toMatchObject({ code: "dependency_failed" })
      await expect(put).rejects.toThrow(`\`TransactWriteItems\` on table \`${table}\`: \`${code}\``)
      expect(operations()).toHaveLength(2)
    },
  )

  it("for ever, are a fault when the call's time is over", async () => {
    fail("TransactWriteItems", "TransactionConflict", Number.POSITIVE_INFINITY)
    const hasty = createDynamoStore({ client, table, writeTimeLimit: 300 })
    await expect(hasty.putMember(alice, 0, by())).rejects.toMatchObject({
      code: "dependency_failed",
      message: expect.stringMatching(/no answer within 300 ms$/),
    })
    expect(operations().length).toBeGreaterThan(4)
  })
})
