import { afterAll, beforeAll, expect, it } from "vitest"
import { type Action, actionOf, type Store } from "./dynalite.ts"
import { openStore } from "./open-store.ts"
import { perform } from "./perform.ts"

let store: Store
const item = { pk: { S: "a" } }
const put = { TableName: "perform", Item: item }

beforeAll(async () => {
  store = await openStore(undefined)
  const KeySchema = [{ AttributeName: "pk", KeyType: "HASH" }]
  const AttributeDefinitions = [{ AttributeName: "pk", AttributeType: "S" }]
  const table = { TableName: "perform", TableStatus: "ACTIVE", KeySchema, AttributeDefinitions }
  await store.db.batch([{ type: "put", key: "table~perform", value: table }])
})
afterAll(() => store.db.close())

it("keeps writes back until they are committed", async () => {
  const performed = await perform(store, actionOf("PutItem"), put)
  const get = () => perform(store, actionOf("GetItem"), { TableName: "perform", Key: item })
  expect(performed).toMatchObject({ ok: true, found: undefined, writes: [{ type: "put", value: item }] })
  expect(await get()).toMatchObject({ ok: true, answer: {} })
  await store.db.batch(performed.writes)
  expect(await get()).toMatchObject({ ok: true, found: item, answer: { Item: item } })
})

const breakage = () => {
  throw new TypeError("secret of the engine")
}

it.each<[string, Action]>([
  ["at once", breakage],
  ["reading a table", ({ getTable }) => getTable("perform", breakage)],
  ["reading a missing table", ({ getTable }) => getTable("missing", false, breakage)],
  ["reading an item", ({ getItemDb }) => getItemDb("perform").get("x", breakage)],
  ["reading the tables", ({ tableDb }) => tableDb.get("perform", breakage)],
  ["at an element of a stream", ({ tableDb }) => void tableDb.createKeyStream().on("data", breakage)],
  [
    "at the end of a stream",
    ({ getItemDb }) => void getItemDb("x").createValueStream().on("end", breakage).resume(),
  ],
])("an operation that throws %s is a 500 without its message", async (_title, action) => {
  expect(await perform(store, action, put)).toMatchObject({
    ok: false,
    error: { status: 500, message: "Internal server error" },
  })
})
