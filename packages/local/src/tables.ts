/** The permission store of a local stack: its table created, its subjects granted what they are there to show. */
import { CreateTableCommand, ResourceInUseException } from "@aws-sdk/client-dynamodb"
import {
  createDynamoClient,
  createDynamoStore,
  createTableInput,
  type PermissionStore,
} from "@claimgate/store"
import { tableName } from "./bindings.ts"
import { region } from "./identity.ts"
import { seed } from "./seed.ts"

export interface OpenStore {
  readonly store: PermissionStore
  close(): void
}

/** Opens the store over the DynamoDB at that address; `subjectOf` tells a seeded person's `sub`. */
export async function openStore(
  endpoint: string,
  subjectOf: (email: string) => Promise<string>,
): Promise<OpenStore> {
  const client = createDynamoClient({
    endpoint,
    region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  })
  await client.send(new CreateTableCommand(createTableInput(tableName))).catch((fault) => {
    // A data directory has it already.
    if (!(fault instanceof ResourceInUseException)) throw fault
  })
  const store = createDynamoStore({ client, table: tableName })
  await seed(store, subjectOf)
  return { store, close: () => client.destroy() }
}
