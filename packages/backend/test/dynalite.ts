/** A dynalite of the tests' own, with the table: the sample data is tried against the DynamoDB protocol. */
import { once } from "node:events"
import type { Server } from "node:http"
import { createRequire } from "node:module"
import type { AddressInfo } from "node:net"
import { CreateTableCommand } from "@aws-sdk/client-dynamodb"
import { createDynamoClient, createTableInput } from "@claimgate/store"
import type { Table } from "../src/data/table.ts"

// dynalite has no types of its own.
const dynalite: (options: { readonly createTableMs: number }) => Server = createRequire(import.meta.url)(
  "dynalite",
)

export interface Dynalite extends Table {
  readonly client: ReturnType<typeof createDynamoClient>
  readonly endpoint: string
  stop(): Promise<void>
}

/** Starts one on a free port, the table created. */
export async function startDynalite(): Promise<Dynalite> {
  const server = dynalite({ createTableMs: 0 }).listen(0, "127.0.0.1")
  await once(server, "listening")
  // Sound: a server that listens on a host and port has such an address.
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = createDynamoClient({
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  })
  await client.send(new CreateTableCommand(createTableInput("claimgate")))
  return {
    endpoint,
    client,
    table: "claimgate",
    async stop() {
      client.destroy()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
