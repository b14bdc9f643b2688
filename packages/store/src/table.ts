/** The table as plain data: what a deployment creates, and what every other place that needs one creates too. */
import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb"

/** Keys, index and expiry of the one table, in the words of SST's `Dynamo` component. */
export const tableDefinition = {
  fields: { pk: "string", sk: "string", gsi1pk: "string", gsi1sk: "string" },
  primaryIndex: { hashKey: "pk", rangeKey: "sk" },
  globalIndexes: { gsi1: { hashKey: "gsi1pk", rangeKey: "gsi1sk" } },
  /** Unix seconds; DynamoDB deletes late, so readers check it themselves. */
  ttl: "expiresAt",
} as const

/** The same as CreateTable takes it. Expiry is not part of CreateTable: UpdateTimeToLive sets `tableDefinition.ttl`. */
export function createTableInput(name: string): CreateTableCommandInput {
  const { fields, primaryIndex, globalIndexes } = tableDefinition
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: Object.keys(fields).map((field) => ({ AttributeName: field, AttributeType: "S" })),
    KeySchema: keySchema(primaryIndex),
    GlobalSecondaryIndexes: Object.entries(globalIndexes).map(([index, keys]) => ({
      IndexName: index,
      KeySchema: keySchema(keys),
      Projection: { ProjectionType: "ALL" },
    })),
  }
}

function keySchema({ hashKey, rangeKey }: { readonly hashKey: string; readonly rangeKey: string }) {
  return [
    { AttributeName: hashKey, KeyType: "HASH" as const },
    { AttributeName: rangeKey, KeyType: "RANGE" as const },
  ]
}
