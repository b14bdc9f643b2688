import { expect, it } from "vitest"
import { openStore } from "./open-store.ts"
import { createOperations } from "./operations.ts"

const table = {
  TableName: "settled",
  BillingMode: "PAY_PER_REQUEST",
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
}

it("a table can be used, deleted and made again without a pause", async () => {
  const store = await openStore(undefined)
  const { answer } = createOperations(store, () => 0)
  for (let times = 0; times < 3; times++) {
    expect(await answer("CreateTable", structuredClone(table))).toMatchObject({
      TableDescription: { TableStatus: "CREATING" },
    })
    await answer("PutItem", { TableName: "settled", Item: { pk: { S: "a" } } })
    await answer("DeleteTable", { TableName: "settled" })
  }
  expect(await answer("ListTables", {})).toEqual({ TableNames: [] })
  await store.db.close()
})
