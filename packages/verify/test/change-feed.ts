/** The authorizer's own reader of the change feed, over a stage's table. It reads, and nothing else. */
import { GetItemCommand } from "@aws-sdk/client-dynamodb"
import { feedHeadKey } from "@claimgate/store/keys"
import { expect, it } from "vitest"
import type { Change } from "../../authorizer/src/feed/change.ts"
import { createQuery } from "../../authorizer/src/feed/query.ts"
import type { Aws } from "../src/aws.ts"
import type { Own } from "./askers.ts"

export function describeChangeFeed(getOwn: () => Own & { readonly aws: Aws }): void {
  it("shows a change as soon as it is acknowledged, and every number up to it", async () => {
    const { stage, aws, grants } = getOwn()
    const { region, table, endpoints } = stage
    const endpoint = endpoints?.dynamodb ?? `https://dynamodb.${region}.amazonaws.com`
    const { accessKeyId, secretAccessKey, sessionToken } = await aws.dynamo.config.credentials()
    const credentials = { accessKeyId, secretAccessKey, sessionToken }
    const query = createQuery({ endpoint, region, table, credentials }, Date.now)
    const before = await headOf(aws, table)
    const name = await grants.putRole("announced", ["GET:/api/reports"])
    const changes: Change[] = []
    for (let after: number | undefined = before; after !== undefined; ) {
      const page = await query(after, AbortSignal.timeout(5_000))
      changes.push(...page.changes)
      after = page.next
    }
    // Others may write, too.
    expect(changes.map(({ number }) => number)).toEqual(changes.map((_, at) => before + 1 + at))
    expect(changes.filter((change) => change.name === name)).toMatchObject([{ kind: "role", version: 1 }])
  })
}

/** The number of the last change; 0 before the first one. */
async function headOf({ dynamo }: Aws, TableName: string): Promise<number> {
  const Key = { pk: { S: feedHeadKey.pk }, sk: { S: feedHeadKey.sk } }
  const { Item } = await dynamo.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))
  return Number(Item?.number?.N ?? 0)
}
