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
  dynamo: DynamoDBClient,
  TableName: string,
  pk: string,
  cleanup: Cleanup,
): Scratch {
  cleanup.add(`items under \`${pk}\``, () => removeItems(dynamo, TableName, pk))
  return { TableName, pk, key: (name) => ({ pk: { S: pk }, sk: { S: name } }) }
}

/** Takes away every item under a partition key. Reads keys alone: some items are large. */
export async function removeItems(dynamo: DynamoDBClient, TableName: string, pk: string): Promise<void> {
  for (;;) {
    const { Items = [], LastEvaluatedKey } = await dynamo.send(
      new QueryCommand({
        ...{ TableName, ConsistentRead: true, Limit: 25, ProjectionExpression: "pk, sk" },
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: pk } },
      }),
    )
    // What is not processed is found again.
    const requests = Items.map((Key) => ({ DeleteRequest: { Key } }))
    if (requests.length > 0)
      await dynamo.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }))
    if (requests.length === 0 && LastEvaluatedKey === undefined) return
  }
}
