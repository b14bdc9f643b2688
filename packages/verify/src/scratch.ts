/** Items of a run's own in the stage's table, all under one partition key that nothing else reads. */
import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  QueryCommand,
} from "@aws-sdk/client-dynamodb"
import type { Cleanup } from "./cleanup.ts"

export interface Scratch {
  readonly TableName: string
  readonly pk: string
  /** The key of an item of that name. */
  key(name: string): Record<string, AttributeValue>
}

/** Nothing is written here; whatever is there at the end is taken away. */
export function createScratch(
  TableName: string,
  pk: string,
  cleanup: Cleanup,
  removeItems: (pk: string) => Promise<void>,
): Scratch {
  cleanup.add(`items under \`${pk}\``, () => removeItems(pk))
  return { TableName, pk, key: (name) => ({ pk: { S: pk }, sk: { S: name } }) }
}

/** Batches in a row of which nothing is processed, until that is an error. */
const mostInVain = 20

export interface Removal {
  readonly dynamo: Pick<DynamoDBClient, "send">
  readonly TableName: string
  /** Waits a moment, for a table that has too much to do. */
  readonly pause: () => Promise<void>
}

/** Takes away every item under a partition key. Reads keys alone: some items are large. */
export async function removeItems({ dynamo, TableName, pause }: Removal, pk: string): Promise<void> {
  let inVain = 0
  for (;;) {
    const { Items = [], LastEvaluatedKey } = await dynamo.send(
      new QueryCommand({
        ...{ TableName, ConsistentRead: true, Limit: 25, ProjectionExpression: "pk, sk" },
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: pk } },
      }),
    )
    if (Items.length === 0 && LastEvaluatedKey === undefined) return
    if (Items.length === 0) continue
    const requests = Items.map((Key) => ({ DeleteRequest: { Key } }))
    const { UnprocessedItems } = await dynamo.send(
      new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }),
    )
    // What is not processed is found again, when the table had time.
    const unprocessed = UnprocessedItems?.[TableName]?.length ?? 0
    if (unprocessed === 0) continue
    inVain = unprocessed < requests.length ? 0 : inVain + 1
    if (inVain === mostInVain) throw new Error(`items under \`${pk}\`: expected DynamoDB to delete them`)
    await pause()
  }
}
