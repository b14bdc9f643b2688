/** A DynamoDB of the tests' own, with the table: the sample data is tried against the DynamoDB protocol. */
import { CreateTableCommand } from "@aws-sdk/client-dynamodb"
import { createDynamoClient, createTableInput } from "@claimgate/store"
import { startDynamo } from "../../local/src/dynamo/server.ts"
import type { Table } from "../src/data/table.ts"

export interface Dynalite extends Table {
  readonly client: ReturnType<typeof createDynamoClient>
  readonly endpoint: string
  /** Requests so far, by operation. */
  stats(): Readonly<Record<string, number>>
  stop(): Promise<void>
}

/** Starts one on a free port, the table created. */
export async function startDynalite(): Promise<Dynalite> {
  const server = await startDynamo()
  const { endpoint } = server
  const client = createDynamoClient({
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    // Patient: what counts here is what is answered, however busy the machine is.
    requestHandler: { requestTimeout: 10_000 },
  })
  await client.send(new CreateTableCommand(createTableInput("claimgate")))
  return {
    endpoint,
    client,
    table: "claimgate",
    stats: server.stats,
    async stop() {
      client.destroy()
      await server.close()
    },
  }
}
