import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { createTable, wire } from "./contract/wire.ts"
import type { LevelIterator } from "./dynalite.ts"
import { openStore } from "./open-store.ts"
import { createOperations } from "./operations.ts"
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

describe("a data directory", () => {
  let base: string
  let dataDir: string
  let directories = 0
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), "claimgate-dynamo-"))
  })
  afterAll(() => rm(base, { recursive: true }))
  const fresh = () => {
    dataDir = join(base, `${++directories}`, "nested")
    return dataDir
  }

  it("keeps tables, items, indexes and time to live over a restart", async () => {
    const first = await start({ dataDir: fresh() })
    await wire(first.endpoint, "CreateTable", {
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      AttributeDefinitions: ["pk", "g"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      GlobalSecondaryIndexes: [
        {
          IndexName: "byG",
          KeySchema: [{ AttributeName: "g", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    })
    const Item = { ...key, g: { S: "x" } }
    await wire(first.endpoint, "TransactWriteItems", { TransactItems: [{ Put: { TableName, Item } }] })
    const TimeToLiveSpecification = { AttributeName: "expires", Enabled: true }
    await wire(first.endpoint, "UpdateTimeToLive", { TableName, TimeToLiveSpecification })
    await first.close()

    const second = await start({ dataDir })
    const query = {
      ...{ TableName, IndexName: "byG", KeyConditionExpression: "g = :g" },
      ExpressionAttributeValues: { ":g": { S: "x" } },
    }
    expect((await wire(second.endpoint, "Query", query)).body).toMatchObject({ Items: [Item] })
    expect((await wire(second.endpoint, "DescribeTimeToLive", { TableName })).text).toContain("ENABLED")
    expect((await wire(second.endpoint, "DescribeTable", { TableName })).text).toContain(
      "arn:aws:dynamodb:eu-west-1:",
    )
  })

  it("finishes what is under way before it closes", async () => {
    const first = await start({ dataDir: fresh() })
    await createTable(first.endpoint, TableName)
    const writes = Array.from({ length: 50 }, () => add(first))
    await Promise.race(writes)
    await first.close()
    const answered = (await Promise.allSettled(writes)).filter(({ status }) => status === "fulfilled").length
    const { body } = await get(await start({ dataDir }))
    expect(Number((body.Item as { n: { N: string } }).n.N)).toBeGreaterThanOrEqual(answered)
  })

  it.each<[string, (directory: string) => Promise<unknown>, RegExp]>([
    [
      "in use",
      (directory) => start({ dataDir: directory }),
      /^data directory `.*`: in use by another process$/,
    ],
    [
      "damaged",
      async (directory) => {
        await (await start({ dataDir: directory })).close()
        const manifest = (await readdir(directory)).find((name) => name.startsWith("MANIFEST"))!
        await writeFile(join(directory, manifest), "garbage")
      },
      /^data directory `.*`: damaged; restore or delete it$/,
    ],
    [
      "full of something else",
      async (directory) => {
        await mkdir(directory, { recursive: true })
        await writeFile(join(directory, "letter.txt"), "dear diary")
      },
      /^data directory `.*`: expected an empty directory or one written by this store$/,
    ],
    [
      "a file",
      async (directory) => {
        await mkdir(join(directory, ".."), { recursive: true })
        await writeFile(directory, "")
      },
      /^data directory `.*`: not a directory$/,
    ],
  ])("that is %s is refused in one line", async (_title, prepare, message) => {
    await prepare(fresh())
    await expect(startDynamo({ dataDir })).rejects.toThrow(message)
  })

  it.skipIf(process.getuid?.() === 0)(
    "that cannot be written is refused in one line (SKIPPED as root)",
    async () => {
      await mkdir(fresh(), { recursive: true })
      await chmod(dataDir, 0o500)
      await expect(startDynamo({ dataDir })).rejects.toThrow(/^data directory `.*`: not writable$/)
    },
  )
})

describe("a range that was read", () => {
  const keyed = { KeyConditionExpression: "pk = :a", ExpressionAttributeValues: { ":a": { S: "a" } } }
  it.each([
    ["Query", keyed],
    ["Query", { ...keyed, Limit: 1 }],
    ["Scan", {}],
    ["Scan", { Limit: 1 }],
  ])("is let go of: %s %j", async (operation, input) => {
    const store = await openStore(undefined)
    const { answer } = createOperations(store, () => Date.now())
    const AttributeDefinitions = ["pk", "sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" }))
    const KeySchema = [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ]
    await answer("CreateTable", {
      TableName,
      AttributeDefinitions,
      KeySchema,
      BillingMode: "PAY_PER_REQUEST",
    })
    for (const sk of ["1", "2", "3"]) await answer("PutItem", { TableName, Item: { ...key, sk: { S: sk } } })
    const opened: LevelIterator[] = []
    const values = store.db.values.bind(store.db)
    store.db.values = (range) => {
      const iterator = values(range)
      opened.push(iterator)
      return iterator
    }
    await answer(operation, { TableName, ...input })
    expect(opened).toHaveLength(1)
    await expect
      .poll(() => opened[0]?.next().catch(({ code }: { code: string }) => code))
      .toBe("LEVEL_ITERATOR_NOT_OPEN")
    await store.db.close()
  })
})
