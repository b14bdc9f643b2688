import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { afterAll, beforeAll, expect, it } from "vitest"
import { by } from "../test/by.ts"
import { describeStore } from "../test/contract.ts"
import { createTestStore, type Dynalite, startDynalite } from "../test/dynalite.ts"
import { createDynamoStore } from "./dynamo-store.ts"

let dynalite: Dynalite
beforeAll(async () => {
  dynalite = await startDynalite()
})
afterAll(() => dynalite.stop())

describeStore("the DynamoDB store", (options) => createTestStore(dynalite, options))

it("takes a plain client as well as a document client", async () => {
  const client = new DynamoDBClient({
    endpoint: dynalite.endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  })
  const store = createDynamoStore({ client, table: await dynalite.createTable() })
  await store.putRole({ name: "editor", permissions: ["GET:/a"] }, 0, by())
  expect(await store.readRole("editor")).toMatchObject({ permissions: ["GET:/a"], version: 1 })
  client.destroy()
})
