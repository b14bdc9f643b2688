/** The backend as it is deployed: bindings and environment are read once, at load, and must be complete. */
import { randomUUID } from "node:crypto"
import { catalog, routes } from "@claimgate/catalog"
import { createDynamoClient, createDynamoStore, parseTableName } from "@claimgate/store"
import { Resource } from "sst"
import { createHandlers } from "./api/handlers.ts"
import { createBackend } from "./app.ts"
import { parseStrategy } from "./config.ts"
import { createData } from "./data/data.ts"
import { createLambda } from "./lambda.ts"

const now = () => Date.now()
const table = { client: createDynamoClient(), table: parseTableName(Resource.Permissions) }

export const handler = createLambda(
  createBackend({
    routes,
    handlers: createHandlers({ data: createData(table), catalog, now, newId: randomUUID }),
    catalog,
    store: createDynamoStore(table),
    strategy: parseStrategy(process.env.AUTH_STRATEGY),
    log: (entry) => void process.stdout.write(`${JSON.stringify(entry)}\n`),
    now,
  }),
)
