import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createTable, wire } from "./contract/wire.ts"
import { type DynamoServer, startDynamo } from "./server.ts"

const TableName = "refusals"
let server: DynamoServer
const call = (operation: string, body: unknown) => wire(server.endpoint, operation, body)
const write = (TransactItems: unknown, more: object = {}) =>
  call("TransactWriteItems", { TransactItems, ...more })
const read = (TransactItems: unknown) => call("TransactGetItems", { TransactItems })
const put = (pk: string, more: object = {}) => ({ Put: { TableName, Item: { pk: { S: pk }, ...more } } })
const get = (pk: string) => ({ Get: { TableName, Key: { pk: { S: pk } } } })

beforeAll(async () => {
  server = await startDynamo()
  await createTable(server.endpoint, TableName)
})
afterAll(() => server.close())

describe("transactions that the service refuses, as requests", () => {
  const key = { TableName, Key: { pk: { S: "refused" } } }
  const update = { ...key, UpdateExpression: "ADD n :n", ExpressionAttributeValues: { ":n": { N: "1" } } }
  it.each([
    [
      "no list",
      undefined,
      "Value null at 'transactItems' failed to satisfy constraint: Member must not be null",
    ],
    ["no operation", [{}], "TransactWriteRequest should contain Delete or Put or Update request"],
    [
      "two operations in one",
      [{ ...put("refused"), Delete: key }],
      "TransactItems can only contain one of Check, Put, Update or Delete",
    ],
    ["no table", [{ Put: { Item: {} } }], "Value null at 'transactItems.1.member.put.tableName' failed"],
    [
      "a check without a condition",
      [put("w"), { ConditionCheck: key }],
      "Value null at 'transactItems.2.member.conditionCheck.conditionExpression' failed",
    ],
    [
      "an update without an expression",
      [{ Update: key }],
      "'transactItems.1.member.update.updateExpression' failed",
    ],
    [
      "a broken expression",
      [{ Update: { ...update, UpdateExpression: "ADD n" } }],
      "Invalid UpdateExpression:",
    ],
    [
      "a broken condition",
      [{ Delete: { ...key, ConditionExpression: "(" } }],
      "Invalid ConditionExpression:",
    ],
    [
      "a value that is not used",
      [
        {
          Delete: {
            ...key,
            ConditionExpression: "attribute_exists(pk)",
            ExpressionAttributeValues: { ":a": { S: "" } },
          },
        },
      ],
      "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}",
    ],
    [
      "an unknown wish for the old item",
      [{ Put: { ...put("w").Put, ReturnValuesOnConditionCheckFailure: "ALL_NEW" } }],
      "Member must satisfy enum value set: [ALL_OLD, NONE]",
    ],
    ["an empty set", [put("refused", { tags: { SS: [] } })], "An string set  may not be empty"],
    ["a null for an item", [null], "Supplied AttributeValue is empty"],
    [
      "a number that is none",
      [put("refused", { n: { N: "one" } })],
      "cannot be converted to a numeric value: one",
    ],
  ])("%s", async (_title, items, message) => {
    const answer = await write(items)
    expect(answer).toMatchObject({ status: 400, error: "ValidationException" })
    expect(answer.body.message).toContain(message)
    expect((await call("GetItem", key)).body).toEqual({})
  })

  it.each([
    ["text for the list", "items"],
    ["text for an operation", [{ Put: "x" }]],
    ["text for an item", [{ Put: { TableName, Item: "x" } }]],
  ])("%s is a SerializationException", async (_title, items) => {
    expect(await write(items)).toMatchObject({ status: 400, error: "SerializationException" })
  })

  it("a token of 37 characters", async () => {
    const { error, body } = await write([put("w")], { ClientRequestToken: "x".repeat(37) })
    expect([error, body.message]).toEqual([
      "ValidationException",
      expect.stringContaining(
        "at 'clientRequestToken' failed to satisfy constraint: Member must have length less",
      ),
    ])
  })

  it.each([
    ["no get", [{}], "Value null at 'transactItems.1.member.get' failed"],
    [
      "a broken projection",
      [{ Get: { ...key, ProjectionExpression: "a," } }],
      "Invalid ProjectionExpression:",
    ],
  ])("a read with %s", async (_title, items, message) => {
    const { error, body } = await read(items)
    expect([error, body.message]).toEqual(["ValidationException", expect.stringContaining(message)])
  })

  it("reads of more than 4 MB", async () => {
    const text = { text: { S: "x".repeat(390_000) } }
    const keys = Array.from({ length: 11 }, (_, at) => `large-${at}`)
    for (const pk of keys) await write([put(pk, text)])
    expect((await read(keys.slice(1).map(get))).status).toBe(200)
    expect(await read(keys.map(get))).toMatchObject({ error: "ValidationException" })
  })
})

it("a transaction on an item that another one is writing is cancelled, with the reason in its place", async () => {
  server.injectFault({ kind: "conflict", operation: "TransactWriteItems" })
  const answers = [await write([put("busy"), put("free")]), await write([put("busy"), put("free")])]
  expect(answers).toMatchObject([
    {
      status: 400,
      error: "TransactionCanceledException",
      body: {
        CancellationReasons: [
          { Code: "TransactionConflict", Message: "Transaction is ongoing for the item" },
          { Code: "None" },
        ],
      },
    },
    { status: 200 },
  ])
})
