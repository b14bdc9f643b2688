/** The backend as it is deployed: bindings and environment are read once, at load, and must be complete. */
import { randomUUID } from "node:crypto"
import { createAdministration } from "@claimgate/admin"
import { catalog, routes } from "@claimgate/catalog"
import { createLineWriter } from "@claimgate/core"
import { createDynamoClient, createDynamoStore, parseTableName } from "@claimgate/store"
import { Resource } from "sst"
import { createHandlers } from "./api/handlers.ts"
import { createBackend } from "./app.ts"
import type { CacheEntry } from "./cache/cache-log.ts"
import { createMemoryCache } from "./cache/memory-cache.ts"
import { createHoldingsReader } from "./cache/reader.ts"
import { parseRedisAddress } from "./cache/redis-address.ts"
import { createTieredCache } from "./cache/tiered-cache.ts"
import { parseClaimForm, parseConfig, parseSessions } from "./config.ts"
import { parseCors } from "./cors.ts"
import { createData } from "./data/data.ts"
import { doorName } from "./front-door.ts"
import { createLambda } from "./lambda.ts"
import { createLines, type LogEntry } from "./log.ts"
import { createSignOut } from "./sign-out.ts"

const now = () => Date.now()
const table = { client: createDynamoClient(), table: parseTableName(Resource.Permissions) }
const { door, cache } = parseConfig(process.env, () => Resource.Tokens)
const source = { stage: Resource.App.stage, service: `${doorName(door)}-backend` }
const writeLine = createLineWriter(process.stdout)
const lineOf = createLines(source)
const log = (entry: LogEntry | CacheEntry) => writeLine(lineOf(entry))

const form = parseClaimForm(process.env)
// A backend without a link to the pool ends no sessions, and says so when it is asked to.
const poolId = "Sessions" in Resource ? parseSessions(Resource.Sessions) : undefined
const store = createDynamoStore(table)

const memory = createMemoryCache({ now })
const holdingsCache = cache === "memory" ? memory : createTieredCache(memory, await redisCache())

export const handler = createLambda(
  createBackend({
    routes,
    handlers: createHandlers({
      ...{ catalog, now, form, store },
      data: createData(table),
      newId: randomUUID,
      administration: createAdministration({ store, catalog, form }),
      signOut: poolId === undefined ? undefined : createSignOut(poolId),
    }),
    catalog,
    readHoldings: createHoldingsReader({ store, cache: holdingsCache, now }),
    door,
    log,
    now,
  }),
  door.gateway,
  parseCors(process.env.CORS_ORIGINS),
)

/** Loaded where it is configured: nobody else's cold start pays for a Redis client. */
async function redisCache() {
  const address = parseRedisAddress(process.env.REDIS_URL)
  const { createRedisCache } = await import("./cache/redis-cache.ts")
  return createRedisCache({ address, table: table.table, log, now })
}
