/** The local stack's permissions on a DynamoDB of the tests' own, with a way to break single items. */
import { DeleteCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb"
import { catalog } from "@claimgate/catalog"
import { encodeClaim, expand } from "@claimgate/core"
import { createDynamoClient, evaluate, newAttribution, type PermissionStore } from "@claimgate/store"
import type { Key } from "@claimgate/store/keys"
import { tableName } from "../../packages/local/src/bindings.ts"
import { type DynamoServer, startDynamo } from "../../packages/local/src/dynamo/server.ts"
import { region } from "../../packages/local/src/identity.ts"
import { openStore } from "../../packages/local/src/tables.ts"

export interface PermissionTable {
  readonly dynamo: DynamoServer
  readonly store: PermissionStore
  /** Sets attributes of an item, past the store. */
  damage(key: Key, attributes: Readonly<Record<string, unknown>>): Promise<void>
  put(item: Readonly<Record<string, unknown>>): Promise<void>
  remove(key: Key): Promise<void>
  /** What the trigger would write into the subject's token now. */
  claimsOf(subject: string): Promise<Readonly<Record<string, string>>>
  stop(): Promise<void>
}

/** Starts it with the seeded roles and people; `subjectOf` tells a person's subject by e-mail address. */
export async function startPermissionTable(
  subjectOf: (email: string) => Promise<string> = async (email) => `sub-${email.split("@")[0]}`,
): Promise<PermissionTable> {
  const dynamo = await startDynamo()
  const { store, close } = await openStore(dynamo.endpoint, subjectOf)
  const credentials = { accessKeyId: "local", secretAccessKey: "local" }
  const client = createDynamoClient({ endpoint: dynamo.endpoint, region, credentials })
  const table = { TableName: tableName }
  return {
    ...{ dynamo, store },
    async damage(Key, attributes) {
      const names = Object.keys(attributes)
      await client.send(
        new UpdateCommand({
          ...table,
          Key,
          UpdateExpression: `SET ${names.map((_, at) => `#n${at} = :v${at}`).join(", ")}`,
          ExpressionAttributeNames: Object.fromEntries(names.map((name, at) => [`#n${at}`, name])),
          ExpressionAttributeValues: Object.fromEntries(
            names.map((name, at) => [`:v${at}`, attributes[name]]),
          ),
        }),
      )
    },
    put: async (Item) => void (await client.send(new PutCommand({ ...table, Item }))),
    remove: async (Key) => void (await client.send(new DeleteCommand({ ...table, Key }))),
    async claimsOf(subject) {
      const { roles, permissions, epoch } = evaluate(await store.load(subject))
      return {
        sub: subject,
        "custom:role": roles.length > 0 ? roles.join(",") : "guest",
        "custom:permissions": encodeClaim(catalog, expand(catalog, permissions)),
        "custom:epoch": epoch,
      }
    },
    async stop() {
      client.destroy()
      close()
      await dynamo.close()
    },
  }
}

/** Who writes in these tests. */
export function byTest() {
  return newAttribution("tests", "seed")
}
