/**
 * The HoldingsCache in Redis, shared by all processes. Whatever Redis does or fails to do costs a request at most the
 * time budget: everything that is not a good answer in time is a miss. One primary node is what it talks to; a node
 * of a cluster answers `MOVED`, which is a miss too.
 */
import type { Redis } from "ioredis"
import { type CacheLog, quietly, rarely } from "./cache-log.ts"
import { frozenKnown, type HoldingsCache, type KnownHoldings } from "./holdings-cache.ts"
import { ageOf, type Clocks, momentReader } from "./moment.ts"
import type { RedisAddress } from "./redis-address.ts"
import { createRedisClock, localMoment, parseTime } from "./redis-clock.ts"
import { connectRedis } from "./redis-connection.ts"
import { faultName, isReply } from "./redis-fault.ts"
import { keepNewest, prepareToKeep } from "./redis-keep.ts"
import { createRedisLink } from "./redis-link.ts"
import { formatValue, keyOf, longestValue, parseValue } from "./redis-value.ts"

export interface RedisCacheOptions extends Clocks {
  readonly address: RedisAddress
  /** The table that the holdings are read from: one Redis may serve several stages. */
  readonly table: string
  readonly log: CacheLog
  /** Milliseconds that Redis keeps an entry: the longest `within` of any route, or more. */
  readonly lifetime?: number
  /** Milliseconds that any call may take, connecting included. */
  readonly budget?: number
}

export interface RedisCache extends HoldingsCache {
  /** Ends the connection; from then on nothing is found and nothing kept. */
  close(): void
}

const day = 86_400_000
/** Milliseconds for a whole new connection, TLS and signing in included. */
const connectLimit = 1_000

/** Makes the cache; it connects when it is first used. */
export function createRedisCache({
  address,
  table,
  log,
  lifetime = day,
  budget = 50,
  ...clocks
}: RedisCacheOptions): RedisCache {
  const moment = momentReader(clocks)
  const clock = createRedisClock()
  const say = quietly(log)
  const steady = () => moment().steady
  const unreadable = rarely(say, "value_unreadable", steady)
  const refused = rarely(say, "write_refused", steady)
  const link = createRedisLink({
    connect: () => connectRedis(address, greet, connectLimit),
    budget,
    log: say,
    steady,
  })

  /** Asks for the time: only a server that answers is of use, and no entry can be dated without it. */
  async function greet(redis: Redis): Promise<void> {
    const [answer] = await Promise.all([redis.time(), prepareToKeep(redis)])
    clock.heard(parseTime(answer), moment())
  }

  async function find(redis: Redis, key: string): Promise<KnownHoldings | typeof nothing> {
    const asked = moment()
    const [text, answer] = await Promise.all([textAt(redis, key), redis.time()])
    const time = parseTime(answer)
    clock.heard(time, moment())
    if (text === "") return nothing
    const value = text === undefined ? undefined : parseValue(key, text)
    if (value === undefined) unreadable("UNREADABLE")
    const sent = value && localMoment(value, time, asked)
    return value && sent ? frozenKnown({ holdings: value.holdings, sent }) : nothing
  }

  async function keep(redis: Redis, key: string, { holdings, sent }: KnownHoldings): Promise<void> {
    const date = clock.notAfter(sent)
    if (date === undefined) return
    const value = formatValue(key, { holdings, sent: date, sentByWall: sent.wall })
    if (value === undefined) return
    try {
      await keepNewest(redis, { key, sent: date, epoch: holdings.epoch, value, lifetime })
    } catch (fault) {
      if (!isReply(fault)) throw fault
      refused(faultName(fault))
      // The node was the primary once: its name may lead to another one by now.
      if (faultName(fault) === "READONLY") link.renew(redis)
    }
  }

  return {
    async read(subject, maxAge) {
      const known = await link.run((redis) => find(redis, keyOf(table, subject)))
      if (known === undefined || known === nothing) return undefined
      return ageOf(known.sent, moment()) <= maxAge ? known : undefined
    },
    write(subject, known) {
      const copy = frozenKnown(known)
      void link.run((redis) => keep(redis, keyOf(table, subject), copy))
    },
    close: link.close,
  }
}

/** An answer: Redis works, and knows nothing of the subject. */
const nothing = Symbol("nothing")

/** One character more than a value may have, at most; undefined where the key holds no text. */
async function textAt(redis: Redis, key: string): Promise<string | undefined> {
  try {
    const text: unknown = await redis.getrange(key, 0, longestValue)
    return typeof text === "string" ? text : undefined
  } catch (fault) {
    if (faultName(fault) === "WRONGTYPE") return undefined
    throw fault
  }
}
