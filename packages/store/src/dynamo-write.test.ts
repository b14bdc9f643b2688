import { GetCommand } from "@aws-sdk/lib-dynamodb"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { createTestClient, type Dynalite, startDynalite } from "../test/dynalite.ts"
import { startWire, type Wire } from "../test/wire.ts"
import { createDynamoStore } from "./dynamo-store.ts"
import { type Key, memberKey, roleKey } from "./keys.ts"
import type { PermissionStore } from "./port.ts"

const alice = { subject: "Alice-1", roles: ["editor"], permissions: ["GET:/a"], disabled: false }
const writeId = expect.stringMatching(/^[0-9a-f-]{36}$/)

let dynalite: Dynalite
let wire: Wire
let client: ReturnType<typeof createTestClient>
let table: string
let store: PermissionStore
beforeAll(async () => {
  dynalite = await startDynalite()
  wire = await startWire(dynalite.endpoint)
  client = createTestClient(wire.endpoint)
})
beforeEach(async () => {
  table = await dynalite.createTable()
  store = createDynamoStore({ client, table })
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

describe("items as they are stored", () => {
  it("a member, listed in gsi1", async () => {
    await store.putMember(alice, 0)
    expect(await stored(memberKey("Alice-1"))).toEqual({
      ...{ pk: "MEMBER#Alice-1", sk: "STATE", gsi1pk: "MEMBERS", gsi1sk: "Alice-1" },
      ...{ entity: "member", schema: "1", version: 1, deleted: false, writeId },
      ...alice,
    })
  })

  it("a member's tombstone, no longer listed", async () => {
    await store.putMember(alice, 0)
    await store.deleteMember("Alice-1", 1)
    expect(await stored(memberKey("Alice-1"))).toEqual({
      ...{ pk: "MEMBER#Alice-1", sk: "STATE" },
      ...{ entity: "member", schema: "1", version: 2, deleted: true, writeId },
      ...{ subject: "Alice-1", roles: [], permissions: [], disabled: false },
    })
  })

  it("a role, listed in gsi1, and its tombstone", async () => {
    await store.putRole({ name: "editor", permissions: ["GET:/a"] }, 0)
    const common = { pk: "ROLE#editor", sk: "STATE", entity: "role", schema: "1", writeId, name: "editor" }
    expect(await stored(roleKey("editor"))).toEqual({
      ...{ ...common, gsi1pk: "ROLES", gsi1sk: "editor" },
      ...{ permissions: ["GET:/a"], version: 1, deleted: false },
    })
    await store.deleteRole("editor", 1)
    expect(await stored(roleKey("editor"))).toEqual({ ...common, permissions: [], version: 2, deleted: true })
  })
})

describe("a write whose answer got lost", () => {
  const loseFirstAnswer = () =>
    wire.meddle(async (_sent, forward, attempt) => {
      const answer = await forward()
      return attempt === 1 ? "break" : answer
    })

  it("is known as its own by the SDK's second attempt", async () => {
    loseFirstAnswer()
    expect(await store.putMember(alice, 0)).toMatchObject({ version: 1 })
    expect(wire.sent.map((sent) => sent.operation)).toEqual(["PutItem", "PutItem", "BatchGetItem"])
    expect((await store.load("Alice-1")).member?.version).toBe(1)
  })

  it("is known as its own for a tombstone too", async () => {
    await store.putMember(alice, 0)
    loseFirstAnswer()
    expect(await store.deleteMember("Alice-1", 1)).toMatchObject({ version: 2, deleted: true })
  })

  it("is a conflict where another writer of the very same content came first", async () => {
    const other = createDynamoStore({ client: dynalite.client, table })
    wire.meddle(async (_sent, forward, attempt) => {
      if (attempt > 1) return forward()
      await other.putMember(alice, 0)
      return "break"
    })
    await expect(store.putMember(alice, 0)).rejects.toMatchObject({ code: "conflict" })
    expect((await store.load("Alice-1")).member?.version).toBe(1)
  })
})

it("a write that succeeds costs one request, a conflict one more", async () => {
  await store.putMember(alice, 0)
  expect(wire.sent.map((sent) => sent.operation)).toEqual(["PutItem"])
  await expect(store.putMember(alice, 0)).rejects.toMatchObject({ code: "conflict" })
  expect(wire.sent.map((sent) => sent.operation)).toEqual(["PutItem", "PutItem", "BatchGetItem"])
})

it("malformed drafts send nothing", async () => {
  await expect(store.putMember({ ...alice, permissions: ["GET"] }, 0)).rejects.toMatchObject({
    code: "malformed_permission",
  })
  await expect(store.putRole({ name: "admin", permissions: [] }, 0)).rejects.toMatchObject({
    code: "malformed_name",
  })
  await expect(store.load("a b")).rejects.toMatchObject({ code: "malformed_name" })
  expect(wire.sent).toEqual([])
})
