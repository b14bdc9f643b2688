import { DynamoDBClient, GetItemCommand, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb"
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb"
import { expect, it } from "vitest"
import { type ItemKey, keepToPrefix } from "./own-keys.ts"

const TableName = "table"
const prefix = "TEST#x#"

/** A client that sends nothing: what would go out is remembered, and `answer` comes back. */
function createClient(answer: object = {}) {
  const sent: object[] = []
  const written: ItemKey[] = []
  const client = new DynamoDBClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  })
  client.middlewareStack.add(
    () => async (args) => {
      sent.push(args.input)
      return { response: {}, output: { $metadata: {}, ...answer } as never }
    },
    { step: "initialize", priority: "low" },
  )
  keepToPrefix(client, { table: TableName, prefix, onWrite: (key) => written.push(key) })
  return { sent, written, client, documents: DynamoDBDocumentClient.from(client) }
}

it("prefixes every partition key that goes out, and no other attribute", async () => {
  const { sent, written, documents } = createClient()
  const Item = { pk: "MEMBER#a", sk: "STATE", gsi1pk: "MEMBERS", gsi1sk: "a", subject: "MEMBER#a" }
  const own = { ...Item, pk: `${prefix}MEMBER#a`, gsi1pk: `${prefix}MEMBERS` }
  await documents.send(new PutCommand({ TableName, Item }))
  const key = { pk: "FEED#HEAD", sk: "STATE" }
  const UpdateExpression = "SET a = :a"
  await documents.send(
    new TransactWriteCommand({
      TransactItems: [{ Put: { TableName, Item } }, { Update: { TableName, Key: key, UpdateExpression } }],
    }),
  )
  await documents.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [key] } } }))
  const ownKey = { pk: `${prefix}FEED#HEAD`, sk: "STATE" }
  expect(sent).toEqual([
    { TableName, Item: own },
    {
      TransactItems: [
        { Put: { TableName, Item: own } },
        { Update: { TableName, Key: ownKey, UpdateExpression } },
      ],
    },
    { RequestItems: { [TableName]: { Keys: [ownKey] } } },
  ])
  const { pk, sk } = own
  expect(written).toEqual([{ pk, sk }, { pk, sk }, ownKey])
})

it("prefixes the partition that a query asks for, and takes prefixes away from what comes back", async () => {
  const item = (start: string) => ({
    pk: { S: `${start}FEED#CHANGES` },
    sk: { S: "1" },
    name: { S: `${start}x` },
  })
  const { sent, client } = createClient({
    Items: [item(prefix)],
    LastEvaluatedKey: { pk: { S: `${prefix}A` } },
  })
  const answer = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "#partition = :partition AND sk > :pk",
      ExpressionAttributeNames: { "#partition": "pk" },
      ExpressionAttributeValues: { ":partition": { S: "FEED#CHANGES" }, ":pk": { S: "0" } },
    }),
  )
  expect(sent).toMatchObject([
    { ExpressionAttributeValues: { ":partition": { S: `${prefix}FEED#CHANGES` }, ":pk": { S: "0" } } },
  ])
  expect(answer.Items).toEqual([{ ...item(""), name: { S: `${prefix}x` } }])
  expect(answer.LastEvaluatedKey).toEqual({ pk: { S: "A" } })
})

it("sends nothing that would leave the prefix", async () => {
  const { sent, client, documents } = createClient()
  const Key = { pk: { S: "MEMBER#a" }, sk: { S: "STATE" } }
  const query = (KeyConditionExpression: string) =>
    client.send(
      new QueryCommand({
        ...{ TableName, KeyConditionExpression },
        ExpressionAttributeValues: { ":sk": { S: "a" } },
      }),
    )
  await expect(client.send(new ScanCommand({ TableName }))).rejects.toThrow(
    "expected an operation that has keys",
  )
  await expect(client.send(new GetItemCommand({ TableName: "other", Key }))).rejects.toThrow(
    "the bound table",
  )
  const others = { RequestItems: { other: { Keys: [{ pk: "a", sk: "b" }] } } }
  await expect(documents.send(new BatchGetCommand(others))).rejects.toThrow("the bound table")
  await expect(query("sk = :sk")).rejects.toThrow("begins with the partition")
  await expect(query("pk = :missing")).rejects.toThrow("begins with the partition")
  await expect(query("pk IN (:sk)")).rejects.toThrow("begins with the partition")
  expect(sent).toEqual([])
})

it("takes what comes back without the prefix for a fault", async () => {
  const { documents } = createClient({ Item: { pk: "MEMBER#somebody", sk: "STATE" } })
  const get = new GetCommand({ TableName, Key: { pk: "MEMBER#a", sk: "STATE" } })
  await expect(documents.send(get)).rejects.toThrow("expected a key with the prefix")
})
