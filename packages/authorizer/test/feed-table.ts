/** A table with changes in it, on a DynamoDB stand-in. */

import { createTableInput } from "@claimgate/store"
import { changeKey, schemaVersion } from "@claimgate/store/keys"
import type { Change } from "../src/feed/change.ts"

/** A change as it is stored, in DynamoDB's JSON. */
export function itemOf({ number, kind, name, version, at, expiresAt }: Change): Record<string, object> {
  const { pk, sk } = changeKey(number)
  const texts = Object.entries({ pk, sk, entity: "change", schema: schemaVersion, kind, name })
  const numbers = Object.entries({ number, version, at, expiresAt })
  return Object.fromEntries([
    ...texts.map(([field, value]) => [field, { S: value }]),
    ...numbers.map(([field, value]) => [field, { N: String(value) }]),
  ])
}

/** Creates a table with these changes. */
export async function fillTable(endpoint: string, table: string, changes: readonly Change[]): Promise<void> {
  await call(endpoint, "CreateTable", createTableInput(table))
  for (let at = 0; at < changes.length; at += 25) {
    const puts = changes.slice(at, at + 25).map((change) => ({ PutRequest: { Item: itemOf(change) } }))
    await call(endpoint, "BatchWriteItem", { RequestItems: { [table]: puts } })
  }
}

async function call(endpoint: string, operation: string, input: object): Promise<void> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      authorization: "AWS4-HMAC-SHA256 Credential=test/x, SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify(input),
  })
  if (response.status !== 200) throw new Error(`${operation}: ${await response.text()}`)
  await response.text()
}
