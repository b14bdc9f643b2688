/** Empty tables within the one that a stage has, for as many stores as a test wants; all of it is removed at the end. */
import { randomBytes } from "node:crypto"
import { setTimeout as wait } from "node:timers/promises"
import { BatchWriteItemCommand, type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb"
import { createDynamoStore, type DynamoStoreOptions, type PermissionStore } from "@claimgate/store"
import type { Aws } from "../src/aws.ts"
import type { Stage } from "../src/stage.ts"
import { type ItemKey, keepToPrefix, type OwnKeys } from "./own-keys.ts"

export interface OwnTables {
  /** Begins every partition key that is written here. */
  readonly prefix: string
  /** A store that finds nothing of anybody else's. */
  createStore(options?: Partial<DynamoStoreOptions>): Promise<PermissionStore>
  /** Deletes all that was written, by key; answers how many keys there were. */
  remove(): Promise<number>
  /** Counts items of the whole table: those with the prefix, and all others. */
  count(): Promise<{ readonly own: number; readonly others: number }>
}

/** On AWS, milliseconds after which an index is taken to show what was written. */
const indexLag = 1_000

export function createOwnTables({ table, isLocal }: Stage, { dynamo, anotherDynamo }: Aws): OwnTables {
  const prefix = `TEST#${randomBytes(9).toString("base64url")}#`
  const written = new Map<string, ItemKey>()
  let stores = 0
  const keysOf = (own: string): OwnKeys => {
    let lastWrite = 0
    return {
      ...{ table, prefix: own },
      onWrite(key) {
        lastWrite = Date.now()
        written.set(JSON.stringify(key), key)
      },
      async beforeIndex() {
        const missing = isLocal ? 0 : lastWrite + indexLag - Date.now()
        if (missing > 0) await wait(missing)
      },
    }
  }
  return {
    prefix,
    async createStore(options) {
      const client = keepToPrefix(anotherDynamo(), keysOf(`${prefix}${++stores}#`))
      return createDynamoStore({
        client,
        table,
        pause,
        timeLimit: 10_000,
        writeTimeLimit: 30_000,
        ...options,
      })
    },
    async remove() {
      const keys = [...written.values()]
      for (let at = 0; at < keys.length; at += mostInBatch)
        await deleteAll(dynamo, table, keys.slice(at, at + mostInBatch))
      written.clear()
      return keys.length
    },
    async count() {
      const request = { TableName: table, ConsistentRead: true, ProjectionExpression: "pk" }
      const found = { own: 0, others: 0 }
      for await (const { Items = [] } of paginateScan({ client: dynamo }, request))
        for (const { pk } of Items) found[pk?.S?.startsWith(prefix) ? "own" : "others"]++
      return found
    },
  }
}

/** Of DynamoDB's BatchWriteItem. */
const mostInBatch = 25

async function deleteAll(client: DynamoDBClient, table: string, keys: readonly ItemKey[]): Promise<void> {
  let rest = keys.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk: { S: pk }, sk: { S: sk } } } }))
  for (let attempt = 0; rest.length > 0; attempt++) {
    if (attempt > 5) throw new Error(`${rest.length} items: expected DynamoDB to delete them`)
    if (attempt > 0) await wait(100 * 2 ** attempt)
    const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: rest } }))
    // What came back is what was sent: deletions with a key.
    rest = (answer.UnprocessedItems?.[table] ?? []) as typeof rest
  }
}

/** The end of an import waits for readers that nobody is here. */
async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (milliseconds < 1_000) await wait(milliseconds, undefined, { signal })
}
