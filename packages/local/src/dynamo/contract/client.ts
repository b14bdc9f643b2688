import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb"
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  DeleteCommand,
  type DeleteCommandInput,
  DynamoDBDocumentClient,
  GetCommand,
  type GetCommandInput,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
  TransactGetCommand,
  type TransactGetCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb"

/** What came of a request: its answer without metadata, or its error's name and reasons. */
export type Outcome = Readonly<Record<string, unknown>>

type Without<T> = Omit<T, "TableName">

/** The tables of the contract: string keys with one index; number sort keys. */
export const tables = { strings: "contract-strings", numbers: "contract-numbers" } as const

/** The raw operations on the string table, each giving an outcome; errors are outcomes too. */
export interface Raw {
  readonly client: DynamoDBClient
  put(input: Without<PutCommandInput>, table?: string): Promise<Outcome>
  get(input: Without<GetCommandInput>): Promise<Outcome>
  update(input: Without<UpdateCommandInput>): Promise<Outcome>
  remove(input: Without<DeleteCommandInput>): Promise<Outcome>
  query(input: Without<QueryCommandInput>, table?: string): Promise<Outcome>
  scan(input: Without<ScanCommandInput>): Promise<Outcome>
  batchGet(input: BatchGetCommandInput): Promise<Outcome>
  batchWrite(input: BatchWriteCommandInput): Promise<Outcome>
  transact(items: TransactWriteCommandInput["TransactItems"], token?: string): Promise<Outcome>
  transactGet(items: TransactGetCommandInput["TransactItems"]): Promise<Outcome>
}

/** A client of an engine, its credentials as good as any. */
export function createRaw(endpoint: string): Raw {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" }
  const client = new DynamoDBClient({ endpoint, region: "eu-west-1", credentials, maxAttempts: 1 })
  const documents = DynamoDBDocumentClient.from(client)
  const TableName = tables.strings
  return {
    client,
    put: (input, table = TableName) =>
      outcomeOf(documents.send(new PutCommand({ ...input, TableName: table }))),
    get: (input) => outcomeOf(documents.send(new GetCommand({ ...input, TableName }))),
    update: (input) => outcomeOf(documents.send(new UpdateCommand({ ...input, TableName }))),
    remove: (input) => outcomeOf(documents.send(new DeleteCommand({ ...input, TableName }))),
    query: (input, table = TableName) =>
      outcomeOf(documents.send(new QueryCommand({ ...input, TableName: table }))),
    scan: (input) => outcomeOf(documents.send(new ScanCommand({ ...input, TableName }))),
    batchGet: (input) => outcomeOf(documents.send(new BatchGetCommand(input))),
    batchWrite: (input) => outcomeOf(documents.send(new BatchWriteCommand(input))),
    transact: (TransactItems, ClientRequestToken) =>
      outcomeOf(documents.send(new TransactWriteCommand({ TransactItems, ClientRequestToken }))),
    transactGet: (TransactItems) => outcomeOf(documents.send(new TransactGetCommand({ TransactItems }))),
  }
}

/** Creates the contract's tables. */
export async function createTables({ client }: Raw): Promise<void> {
  const key = (name: string, KeyType: "HASH" | "RANGE") => ({ AttributeName: name, KeyType })
  const attribute = (AttributeName: string, AttributeType: "S" | "N") => ({ AttributeName, AttributeType })
  await client.send(
    new CreateTableCommand({
      TableName: tables.strings,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [key("pk", "HASH"), key("sk", "RANGE")],
      AttributeDefinitions: ["pk", "sk", "gsi1pk", "gsi1sk"].map((name) => attribute(name, "S")),
      GlobalSecondaryIndexes: [
        {
          IndexName: "gsi1",
          KeySchema: [key("gsi1pk", "HASH"), key("gsi1sk", "RANGE")],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    }),
  )
  await client.send(
    new CreateTableCommand({
      TableName: tables.numbers,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [key("pk", "HASH"), key("sk", "RANGE")],
      AttributeDefinitions: [attribute("pk", "S"), attribute("sk", "N")],
    }),
  )
}

async function outcomeOf(work: Promise<object>): Promise<Outcome> {
  try {
    const { $metadata: _, ...answer } = { $metadata: {}, ...(await work) }
    return JSON.parse(JSON.stringify(answer, plain))
  } catch (error) {
    return failureOf(error)
  }
}

/** An error as the contract compares it: name, the item it brings, and the reasons of a cancellation. */
export function failureOf(error: unknown): Outcome {
  const { name, message, Item, CancellationReasons } = error as Record<string, unknown>
  const failure = { error: name, message, Item, reasons: CancellationReasons }
  return JSON.parse(JSON.stringify(failure, plain))
}

/** Sets become sorted arrays: the order of a set's elements means nothing. */
function plain(_key: string, value: unknown): unknown {
  return value instanceof Set ? [...value].sort() : value
}
