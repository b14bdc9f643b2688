/** A dynalite of the tests' own, so that the store is tried against the DynamoDB protocol and nothing of ours. */
import { once } from "node:events"
import type { Server } from "node:http"
import { createRequire } from "node:module"
import type { AddressInfo } from "node:net"
import { CreateTableCommand } from "@aws-sdk/client-dynamodb"
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { createDynamoClient } from "../src/dynamo-client.ts"
import { createTableInput } from "../src/table.ts"

// dynalite has no types of its own.
const dynalite: (options: { readonly createTableMs: number }) => Server = createRequire(import.meta.url)(
  "dynalite",
)

export interface Dynalite {
  readonly endpoint: string
  readonly client: DynamoDBDocumentClient
  /** Creates the table under a new name and answers that. */
  createTable(): Promise<string>
  stop(): Promise<void>
}

/** Starts an empty one on a free port. */
export async function startDynalite(): Promise<Dynalite> {
  const server = dynalite({ createTableMs: 0 }).listen(0, "127.0.0.1")
  await once(server, "listening")
  // Sound: a server that listens on a host and port has such an address.
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = createTestClient(endpoint)
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
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

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
