/** The table as plain data: what a deployment creates, and what every other place that needs one creates too. */
import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb"
import { ClaimgateError } from "@claimgate/core"

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

/** Reads the binding that tells a function its table; throws `malformed_configuration`. */
export function parseTableName(binding: unknown): string {
  const name: unknown =
    typeof binding === "object" && binding !== null && "name" in binding ? binding.name : undefined
  if (typeof name === "string" && /^[A-Za-z0-9_.-]{3,255}$/.test(name)) return name
  throw new ClaimgateError(
    "malformed_configuration",
    "Permissions: expected the table's name, 3 to 255 of A-Z a-z 0-9 _ . -",
  )
}
