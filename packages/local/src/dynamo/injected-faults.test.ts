import { DynamoDBClient, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb"
import { afterEach, describe, expect, it } from "vitest"
import { createTable, wire } from "./contract/wire.ts"
import { type DynamoOptions, type DynamoServer, startDynamo } from "./server.ts"

const TableName = "served"
const key = { pk: { S: "a" } }
const running: DynamoServer[] = []

async function start(options?: DynamoOptions): Promise<DynamoServer> {
  const server = await startDynamo(options)
  running.push(server)
  return server
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()))
})

const add = (server: DynamoServer) =>
  wire(server.endpoint, "UpdateItem", {
    ...{ TableName, Key: key, UpdateExpression: "ADD n :one", ReturnValues: "ALL_NEW" },
    ExpressionAttributeValues: { ":one": { N: "1" } },
  })
const get = (server: DynamoServer) => wire(server.endpoint, "GetItem", { TableName, Key: key })

describe("injected faults", () => {
  it.each([
    ["throttle", 400, "ProvisionedThroughputExceededException"],
    ["internal", 500, "InternalServerError"],
    ["denied", 400, "AccessDeniedException"],
    ["conflict", 400, "TransactionConflictException"],
  ] as const)(
    "%s: the next requests of the operation fail, and nothing is done",
    async (kind, status, error) => {
      const server = await start()
      await createTable(server.endpoint, TableName)
      server.injectFault({ kind, operation: "UpdateItem", times: 2 })
      expect([await add(server), await get(server), await add(server), await add(server)]).toMatchObject([
        { status, error },
        { status: 200 },
        { status, error },
        { status: 200, body: { Attributes: { n: { N: "1" } } } },
      ])
    },
  )

  it("a fault without an operation meets all of them, until it is taken back", async () => {
    const server = await start()
    await createTable(server.endpoint, TableName)
    const recover = server.injectFault({ kind: "internal", times: Number.POSITIVE_INFINITY })
    for (let times = 0; times < 3; times++) expect((await get(server)).status).toBe(500)
    recover()
    expect((await get(server)).status).toBe(200)
  })

  it("a delay answers late", async () => {
    const server = await start()
    await createTable(server.endpoint, TableName)
    server.injectFault({ kind: "delay", milliseconds: 60 })
    const from = performance.now()
    expect((await get(server)).status).toBe(200)
    expect(performance.now() - from).toBeGreaterThanOrEqual(55)
  })

  it.each([
    ["before", 0],
    ["after", 1],
  ] as const)(
    "a reset %s the commit: the client gets no answer, and the update happened %i times",
    async (when, done) => {
      const server = await start()
      await createTable(server.endpoint, TableName)
      server.injectFault({ kind: "reset", when, operation: "UpdateItem" })
      await expect(add(server)).rejects.toThrow()
      expect((await add(server)).body).toMatchObject({ Attributes: { n: { N: String(done + 1) } } })
    },
  )

  it("the SDK repeats a transaction whose answer was lost, and it happens once", async () => {
    const server = await start()
    await createTable(server.endpoint, TableName)
    const credentials = { accessKeyId: "local", secretAccessKey: "local" }
    const client = new DynamoDBClient({ endpoint: server.endpoint, region: "eu-west-1", credentials })
    server.injectFault({ kind: "reset", when: "after" })
    const ExpressionAttributeValues = { ":one": { N: "1" } }
    const Update = { TableName, Key: key, UpdateExpression: "ADD n :one", ExpressionAttributeValues }
    await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Update }] }))
    client.destroy()
    expect(server.stats()).toMatchObject({ TransactWriteItems: 2 })
    expect((await get(server)).body).toMatchObject({ Item: { n: { N: "1" } } })
  })

  it("an operation that does not exist cannot fail", async () => {
    const server = await start()
    expect(() => server.injectFault({ kind: "throttle", operation: "Getitem" })).toThrow(
      "fault: expected an operation's name, got `Getitem`",
    )
  })
})
