/** What infra says again because it may not import the store: table, release item, change feed. */
import { createTableInput, tableDefinition } from "@claimgate/store"
import { expect, inject, test } from "vitest"
import { exposedHeaders } from "../../packages/backend/src/cors.ts"
import { changeFeed, releaseKey, schemaVersion } from "../../packages/store/src/keys.ts"
import { exposeHeaders } from "../cors.ts"
import { resource } from "./plan.ts"

const plan = inject("plans").default

test("the table is the one that the store is written for", () => {
  const { inputs } = resource(plan, "aws:dynamodb/table:Table", "PermissionsTableTable")
  const wanted = createTableInput("any")
  const { hashKey, rangeKey } = tableDefinition.primaryIndex
  expect(inputs).toMatchObject({
    hashKey,
    rangeKey,
    billingMode: wanted.BillingMode,
    attributes: wanted.AttributeDefinitions?.map(({ AttributeName: name, AttributeType: type }) => ({
      name,
      type,
    })),
    globalSecondaryIndexes: Object.entries(tableDefinition.globalIndexes).map(([name, keys]) => ({
      name,
      ...keys,
    })),
    ttl: { attributeName: tableDefinition.ttl, enabled: true },
  })
})

test("the release item is where the store reads it, and as it reads it", () => {
  const { inputs } = resource(plan, "aws:dynamodb/tableItem:TableItem", "Release")
  const item = JSON.parse(String(inputs.item)) as Record<string, { S: string }>
  expect(Object.fromEntries(Object.entries(item).map(([name, { S }]) => [name, S]))).toEqual({
    ...releaseKey,
    entity: "release",
    schema: schemaVersion,
    fingerprint: expect.stringMatching(/^[\w-]{5}$/),
  })
})

test("a page may read the same headers of every gateway's answers", () => {
  expect(exposedHeaders).toEqual(exposeHeaders)
})

test("the change feed's key is the only one that its reader may ask for", () => {
  const { inputs } = resource(plan, "aws:iam/role:Role", "HybridAuthorizerRole")
  expect(JSON.stringify(inputs.inlinePolicies)).toContain(JSON.stringify([changeFeed]).replaceAll('"', '\\"'))
})
