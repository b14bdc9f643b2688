/** A DynamoDB on this machine, with transactions, for the store's tests; and a client as functions have it. */
import { CreateTableCommand } from "@aws-sdk/client-dynamodb"
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { engines } from "../../local/src/dynamo/contract/engines.ts"
import { createDynamoClient } from "../src/dynamo-client.ts"
import { createDynamoStore, type DynamoStoreOptions } from "../src/dynamo-store.ts"
import { type Pause, pauseInTime } from "../src/dynamo-write.ts"
import type { PermissionStore } from "../src/port.ts"
import { createTableInput } from "../src/table.ts"

export { engines }

export interface Dynalite {
  readonly endpoint: string
  readonly client: DynamoDBDocumentClient
  /** Creates the table under a new name and answers that. */
  createTable(): Promise<string>
  stop(): Promise<void>
}

/** Starts an empty one on a free port; `local` is dynalite with transactions added. */
export async function startDynalite(engine = engines[0]!): Promise<Dynalite> {
  const { endpoint, stop } = await engine.start()
  const client = createTestClient(endpoint, patient)
  let tables = 0
  return {
    endpoint,
    client,
    async createTable() {
      const name = `claimgate-${++tables}`
      await client.send(new CreateTableCommand(createTableInput(name)))
      return name
    },
    async stop() {
      client.destroy()
      await stop()
    },
  }
}

/** A store over a new table of its own, whose imports end without waiting. */
export async function createTestStore(
  { client, createTable }: Pick<Dynalite, "client" | "createTable">,
  options: Partial<DynamoStoreOptions> = {},
): Promise<PermissionStore> {
  const pause: Pause = async (milliseconds, signal) => {
    if (milliseconds < 1000) await pauseInTime(milliseconds, signal)
  }
  return createDynamoStore({
    ...{ client, table: await createTable(), pause, timeLimit: 10_000, writeTimeLimit: 30_000 },
    ...options,
  })
}

/** For tests that are about something else than time, on a machine that is busy. */
export const patient = { requestHandler: { requestTimeout: 10_000, throwOnRequestTimeout: true } } as const

/** The client that functions use, pointed at an endpoint with made-up credentials. */
export function createTestClient(
  endpoint: string,
  config: Parameters<typeof createDynamoClient>[0] = {},
): DynamoDBDocumentClient {
  return createDynamoClient({
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    ...config,
  })
}
