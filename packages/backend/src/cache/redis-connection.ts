/** One connection to Redis: open, greeted and ready to use, or a fault. It never comes back by itself. */
import { isIP } from "node:net"
import { Redis, type RedisOptions } from "ioredis"
import type { RedisAddress } from "./redis-address.ts"
import { within } from "./redis-fault.ts"

/** Connects, signs in and greets within so many milliseconds. Rejects with the first fault, nothing left open. */
export async function connectRedis(
  address: RedisAddress,
  greet: (redis: Redis) => Promise<void>,
  timeLimit: number,
): Promise<Redis> {
  const redis = new Redis(optionsFor(address))
  let first: Error | undefined
  // Without a listener ioredis prints faults. They are known from here, and later from the commands that they end.
  redis.on("error", (fault: Error) => {
    first ??= fault
  })
  try {
    await within(
      timeLimit,
      signIn(redis, address).then(() => greet(redis)),
    )
    return redis
  } catch (fault) {
    dropRedis(redis)
    throw first ?? fault
  }
}

/** Ends a connection at once, without a word to the other side: it may not be listening. */
export function dropRedis(redis: Redis): void {
  redis.disconnect()
  // Against its type: there is none before connecting began.
  const stream: Redis["stream"] | undefined = redis.stream
  stream?.destroy()
}

/**
 * Signing in is not left to ioredis: it prints a warning where no password is needed, and stays in database 0 where
 * another one is refused.
 */
async function signIn(redis: Redis, { username, password, database }: RedisAddress): Promise<void> {
  await redis.connect()
  // An idle connection does not keep a process from ending; whoever waits for an answer does.
  redis.stream.unref()
  if (password !== undefined) await redis.auth(username ?? "default", password).catch(unlessNeedless)
  if (database !== 0) await redis.select(database)
}

/** `ERR AUTH <password> called without any password configured`: the server would not have asked. */
function unlessNeedless(fault: Error): void {
  if (!fault.message.startsWith("ERR AUTH")) throw fault
}

function optionsFor({ host, port, tls }: RedisAddress) {
  return {
    ...{ host, port, family: 0, lazyConnect: true, protocol: 2, disableClientInfo: true },
    // An IP address is no server name: RFC 6066, section 3.
    ...(tls ? { tls: isIP(host) === 0 ? { servername: host } : {} } : {}),
    // Every wait and every new attempt is the link's own to decide.
    ...{ retryStrategy: null, enableOfflineQueue: false, enableReadyCheck: false, maxRetriesPerRequest: 0 },
    ...{ autoResendUnfulfilledCommands: false, autoResubscribe: false, disconnectTimeout: 0 },
  } satisfies RedisOptions
}
