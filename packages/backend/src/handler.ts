/** The backend as it is deployed: bindings and environment are read once, at load, and must be complete. */
import { randomUUID } from "node:crypto"
import { catalog, routes } from "@claimgate/catalog"
import { createDynamoClient, createDynamoStore, parseTableName } from "@claimgate/store"
import { Resource } from "sst"
import { createHandlers } from "./api/handlers.ts"
import { createBackend } from "./app.ts"
import { createMemoryCache } from "./cache/memory-cache.ts"
import { createHoldingsReader } from "./cache/reader.ts"
import { parseRedisAddress } from "./cache/redis-address.ts"
import { createRedisCache } from "./cache/redis-cache.ts"
import { createTieredCache } from "./cache/tiered-cache.ts"
import { parseConfig } from "./config.ts"
import { createData } from "./data/data.ts"
import { createLambda } from "./lambda.ts"

const now = () => Date.now()
const log = (entry: object) => void process.stdout.write(`${JSON.stringify(entry)}\n`)
const table = { client: createDynamoClient(), table: parseTableName(Resource.Permissions) }
const { door, cache } = parseConfig(process.env, () => Resource.Tokens)

const memory = createMemoryCache({ now })
const holdingsCache =
  cache === "memory"
    ? memory
    : createTieredCache(
        memory,
        createRedisCache({ address: parseRedisAddress(process.env.REDIS_URL), table: table.table, log, now }),
      )

export const handler = createLambda(
  createBackend({
    routes,
    handlers: createHandlers({ data: createData(table), catalog, now, newId: randomUUID }),
    catalog,
    readHoldings: createHoldingsReader({ store: createDynamoStore(table), cache: holdingsCache, now }),
    door,
    log,
    now,
  }),
  door.gateway,
)
