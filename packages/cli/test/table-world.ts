/** A command line whose stage has a real table and nothing else: for what goes there directly. */
import { createDynamoStore, type DynamoStoreOptions, type PermissionStore } from "@claimgate/store"
import { startDynalite } from "../../store/test/dynalite.ts"
import { createWorld, stackFile, type World } from "./world.ts"

export interface TableWorld {
  readonly world: World
  /** Makes an empty table, binds the command line to it, and gives the store over it. */
  bindNewTable(options?: Pick<DynamoStoreOptions, "now" | "pause">): Promise<PermissionStore>
  stop(): Promise<void>
}

/** Starts the table's engine, and makes the command line's directory. */
export async function startTableWorld(): Promise<TableWorld> {
  const dynamo = await startDynalite()
  const world = await createWorld({ dynamodb: dynamo.endpoint })
  return {
    world,
    async bindNewTable(options = {}) {
      const table = await dynamo.createTable()
      const file = stackFile({ dynamodb: dynamo.endpoint, cognito: "http://127.0.0.1:9" })
      const resources = { ...file.resources, Permissions: { name: table } }
      await world.write(".claimgate/local.json", JSON.stringify({ ...file, resources }))
      return createDynamoStore({ client: dynamo.client, table, ...options })
    },
    async stop() {
      await world.remove()
      await dynamo.stop()
    },
  }
}
