import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb"
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

const get = (server: DynamoServer) => wire(server.endpoint, "GetItem", { TableName, Key: key })

describe("counting", () => {
  it("counts requests by operation, refused ones too, until it is reset", async () => {
    const server = await start()
    await createTable(server.endpoint, TableName)
    await Promise.all([
      get(server),
      get(server),
      wire(server.endpoint, "PutItem", {}),
      wire(server.endpoint, "Nothing", {}),
    ])
    expect(server.stats()).toEqual({ CreateTable: 1, GetItem: 2, PutItem: 1 })
    server.resetStats()
    expect(server.stats()).toEqual({})
  })
})

describe("starting and stopping", () => {
  it("takes less than 150 ms to start", async () => {
    await (await start()).close()
    const from = performance.now()
    await start()
    expect(performance.now() - from).toBeLessThan(150)
  })

  it("refuses a port that is taken, in one line", async () => {
    const { port } = await start()
    await expect(startDynamo({ port })).rejects.toThrow(`port \`${port}\`: in use`)
  })

  it("closes at once and once, idle connections and waiting faults or not", async () => {
    const server = await start()
    await createTable(server.endpoint, TableName)
    server.injectFault({ kind: "delay", milliseconds: 60_000 })
    const late = get(server)
    while (!server.stats().GetItem) await new Promise((resolve) => setTimeout(resolve, 1))
    await Promise.all([server.close(), server.close()])
    expect((await late).status).toBe(200)
    await expect(get(server)).rejects.toThrow()
  })

  it("a table can be used as soon as CreateTable has answered", async () => {
    const server = await start()
    const client = new DynamoDBClient({
      endpoint: server.endpoint,
      region: "eu-west-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    })
    for (let at = 0; at < 10; at++) {
      await createTable(server.endpoint, `${TableName}-${at}`)
      await client.send(new PutItemCommand({ TableName: `${TableName}-${at}`, Item: key }))
    }
    client.destroy()
  })
})
