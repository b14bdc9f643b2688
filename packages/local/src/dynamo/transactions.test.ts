import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createTable, wire } from "./contract/wire.ts"
import { type DynamoServer, startDynamo } from "./server.ts"

const TableName = "transactions"
let time = 1_700_000_000_000
let server: DynamoServer
const call = (operation: string, body: unknown) => wire(server.endpoint, operation, body)
const write = (TransactItems: unknown, more: object = {}) =>
  call("TransactWriteItems", { TransactItems, ...more })
const read = (TransactItems: unknown) => call("TransactGetItems", { TransactItems })
const put = (pk: string, more: object = {}) => ({ Put: { TableName, Item: { pk: { S: pk }, ...more } } })
const add = (pk: string, n = 1) => ({
  Update: {
    TableName,
    Key: { pk: { S: pk } },
    UpdateExpression: "ADD n :n",
    ExpressionAttributeValues: { ":n": { N: String(n) } },
  },
})
const get = (pk: string) => ({ Get: { TableName, Key: { pk: { S: pk } } } })

beforeAll(async () => {
  server = await startDynamo({ now: () => time })
  await createTable(server.endpoint, TableName)
})
afterAll(() => server.close())

async function counted(pk: string): Promise<number> {
  const { body } = await call("GetItem", { TableName, Key: { pk: { S: pk } }, ConsistentRead: true })
  return Number((body.Item as { n?: { N: string } } | undefined)?.n?.N ?? 0)
}

describe("a client request token", () => {
  it.each([
    { after: 0, times: 1 },
    { after: 599_999, times: 1 },
    { after: 600_000, times: 2 },
  ])("sent again after $after ms: the transaction happens $times times", async ({ after, times }) => {
    const pk = `token-${after}`
    await write([add(pk)], { ClientRequestToken: pk })
    time += after
    expect(await write([add(pk)], { ClientRequestToken: pk })).toMatchObject({ status: 200 })
    expect(await counted(pk)).toBe(times)
  })

  it("counts from the first request, not from a repeated one", async () => {
    const again = () => write([add("token-first")], { ClientRequestToken: "first" })
    await again()
    time += 400_000
    await again()
    time += 400_000
    await again()
    expect(await counted("token-first")).toBe(2)
  })

  it("stands for one request, in whatever order its keys are written, and for its items only", async () => {
    const ClientRequestToken = "order"
    const { Update } = add("token-order")
    const backwards = { Update: Object.fromEntries(Object.entries(Update).reverse()) }
    const answers = [
      await write([{ Update }], { ClientRequestToken }),
      await write([backwards], { ClientRequestToken, ReturnConsumedCapacity: "NONE" }),
      await write([{ Update }, put("token-order-2")], { ClientRequestToken }),
    ]
    expect(answers.map(({ error }) => error)).toEqual([
      undefined,
      undefined,
      "IdempotentParameterMismatchException",
    ])
    expect(await counted("token-order")).toBe(1)
  })

  it("holds for two requests that arrive at once", async () => {
    const once = () => write([add("token-race")], { ClientRequestToken: "race" })
    await Promise.all([once(), once(), once(), once()])
    expect(await counted("token-race")).toBe(1)
  })
})

describe("transactions among other writes", () => {
  it("nothing is lost when transactions and single updates meet", async () => {
    const single = add("race-a").Update
    const work = Array.from({ length: 40 }, (_, at) =>
      at % 2 ? write([add("race-a"), add("race-b")]) : call("UpdateItem", single),
    )
    expect((await Promise.all(work)).map(({ status }) => status)).toEqual(Array(40).fill(200))
    expect([await counted("race-a"), await counted("race-b")]).toEqual([40, 20])
  })

  it("of many writers with the same version exactly one wins", async () => {
    await write([put("version", { n: { N: "1" } })])
    const values = { ":one": { N: "1" }, ":read": { N: "1" } }
    const attempt = (at: number) => {
      const update = {
        ...{ TableName, Key: { pk: { S: "version" } }, UpdateExpression: "SET n = n + :one" },
        ...{ ConditionExpression: "n = :read", ExpressionAttributeValues: values },
      }
      return at % 2 ? call("UpdateItem", update) : write([{ Update: update }, put(`winner-${at}`)])
    }
    const answers = await Promise.all(Array.from({ length: 16 }, (_, at) => attempt(at)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await counted("version")).toBe(2)
  })

  it("a transactional read never sees half of a transaction", async () => {
    await write([put("pair-a", { n: { N: "0" } }), put("pair-b", { n: { N: "0" } })])
    const writing = Promise.all(Array.from({ length: 30 }, () => write([add("pair-a"), add("pair-b")])))
    const reading = Array.from({ length: 30 }, () => read([get("pair-a"), get("pair-b")]))
    for (const { body } of await Promise.all(reading)) {
      const [a, b] = body.Responses as { Item: { n: { N: string } } }[]
      expect(a?.Item.n.N).toBe(b?.Item.n.N)
    }
    await writing
  })
})

it("one key spelled in two ways is one item", async () => {
  const numbers = "numbers"
  await call("CreateTable", {
    TableName: numbers,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "N" }],
  })
  const of = (N: string) => ({ TableName: numbers, Key: { pk: { N } } })
  const message = "Transaction request cannot include multiple operations on one item"
  expect((await write([{ Delete: of("1") }, { Delete: of("1.0") }])).body.message).toBe(message)
  expect((await read([{ Get: of("10") }, { Get: of("1e1") }])).body.message).toBe(message)
})

it("a transaction takes twice the capacity of its operations, told per table when asked", async () => {
  const answer = await write([put("capacity"), add("capacity-2")], { ReturnConsumedCapacity: "TOTAL" })
  expect(answer.body).toEqual({ ConsumedCapacity: [{ TableName, CapacityUnits: 4, WriteCapacityUnits: 4 }] })
  const gets = { TransactItems: [get("capacity")], ReturnConsumedCapacity: "INDEXES" }
  expect((await call("TransactGetItems", gets)).body.ConsumedCapacity).toEqual([
    { TableName, CapacityUnits: 2, ReadCapacityUnits: 2, Table: { CapacityUnits: 2, ReadCapacityUnits: 2 } },
  ])
})
