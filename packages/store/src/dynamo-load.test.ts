import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { by } from "../test/by.ts"
import { createTestClient, type Dynalite, startDynalite } from "../test/dynalite.ts"
import { type Answer, failure, startWire, type Wire } from "../test/wire.ts"
import { createDynamoStore } from "./dynamo-store.ts"
import type { PermissionStore } from "./port.ts"

let dynalite: Dynalite
let wire: Wire
let client: ReturnType<typeof createTestClient>
let table: string
let store: PermissionStore
beforeAll(async () => {
  dynalite = await startDynalite()
  wire = await startWire(dynalite.endpoint)
  client = createTestClient(wire.endpoint)
  table = await dynalite.createTable()
  store = createDynamoStore({ client, table })
  const nothing = { permissions: [], disabled: false }
  await store.putRole({ name: "editor", permissions: ["GET:/a"] }, 0, by())
  await store.putRole({ name: "gone", permissions: ["GET:/a"] }, 0, by())
  await store.deleteRole("gone", 1, by())
  await store.putMember({ ...nothing, subject: "plain", roles: [] }, 0, by())
  await store.putMember({ ...nothing, subject: "admin", roles: ["admin"] }, 0, by())
  await store.putMember({ ...nothing, subject: "two", roles: ["editor", "gone"] }, 0, by())
  await store.putMember({ ...nothing, subject: "never", roles: ["never-stored"] }, 0, by())
  await store.putMember({ ...nothing, subject: "left", roles: ["editor"] }, 0, by())
  await store.deleteMember("left", 1, by())
})
beforeEach(() => wire.meddle((_sent, forward) => forward()))
afterAll(async () => {
  client.destroy()
  await wire.stop()
  await dynalite.stop()
})

describe("requests of one load", () => {
  const rows = [
    { subject: "nobody", expected: [], requests: 1 },
    { subject: "nobody", expected: ["editor"], requests: 1 },
    { subject: "plain", expected: [], requests: 1 },
    { subject: "plain", expected: ["guest"], requests: 1 },
    { subject: "admin", expected: ["admin"], requests: 1 },
    { subject: "admin", expected: [], requests: 1 },
    { subject: "left", expected: [], requests: 1 },
    { subject: "two", expected: ["editor", "gone"], requests: 1 },
    { subject: "two", expected: ["gone", "other", "editor"], requests: 1 },
    { subject: "never", expected: ["never-stored"], requests: 1 },
    { subject: "two", expected: ["editor"], requests: 2 },
    { subject: "two", expected: ["other"], requests: 2 },
    { subject: "two", expected: [], requests: 2 },
  ]
  it.each(rows)("$requests for $subject expecting $expected", async ({ subject, expected, requests }) => {
    await store.load(subject, expected)
    expect(wire.sent.map((sent) => sent.operation)).toEqual(Array(requests).fill("BatchGetItem"))
  })

  it("all read the base table consistently", async () => {
    await store.load("two")
    const inputs = wire.sent.map((sent) => JSON.parse(sent.body).RequestItems)
    for (const input of inputs)
      expect(input).toEqual({ [table]: { Keys: expect.any(Array), ConsistentRead: true } })
    expect(inputs).toHaveLength(2)
  })
})

describe("keys that DynamoDB leaves out", () => {
  /** Answers only the first item that was asked for, and hands the other keys back. */
  async function partly(body: string, forward: () => Promise<Answer>): Promise<Answer> {
    const [first, ...others] = JSON.parse(body).RequestItems[table].Keys
    const whole = JSON.parse((await forward()).body)
    const items = whole.Responses[table].filter((item: typeof first) => item.pk.S === first.pk.S)
    const UnprocessedKeys = others.length === 0 ? {} : { [table]: { Keys: others, ConsistentRead: true } }
    return { status: 200, body: JSON.stringify({ Responses: { [table]: items }, UnprocessedKeys }) }
  }

  it("are asked for again, and the answer is whole", async () => {
    const whole = await store.load("two", ["editor", "gone"])
    wire.meddle(({ body }, forward) => partly(body, forward))
    expect(await store.load("two", ["editor", "gone"])).toEqual(whole)
    const asked = wire.sent.map((sent) => JSON.parse(sent.body).RequestItems[table].Keys.length)
    expect(asked).toEqual([5, 4, 3, 2, 1])
    for (const sent of wire.sent) expect(JSON.parse(sent.body).RequestItems[table].ConsistentRead).toBe(true)
  })

  it("are a fault after five attempts, never a part of the answer", async () => {
    wire.meddle(({ body }, forward) => partly(body, forward))
    const load = store.load("two", ["editor", "gone", "other"])
    await expect(load).rejects.toMatchObject({ code: "dependency_failed" })
    await expect(load).rejects.toThrow(
      `DynamoDB: \`BatchGetItem\` on table \`${table}\`: 1 key unread after 5 attempts`,
    )
    expect(wire.sent).toHaveLength(5)
  })

  it("do not outlast the call's time", async () => {
    wire.meddle(({ body }, forward) => partly(body, forward))
    const hasty = createDynamoStore({ client, table, timeLimit: 40 })
    await expect(hasty.load("two", ["editor", "gone"])).rejects.toThrow("no answer within 40 ms")
  })
})

it("a fault of the second request fails the load: roles are never left out", async () => {
  wire.meddle((_sent, forward, attempt) => (attempt === 1 ? forward() : failure("AccessDeniedException")))
  await expect(store.load("two")).rejects.toMatchObject({ code: "dependency_failed" })
})
