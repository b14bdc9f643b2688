/**
 * The way to Redis, which may be closed at any time. Whoever asks first waits for the time budget at most; once
 * Redis failed, new connections are tried behind the requests' backs, ever less often, and only while there are
 * requests. No timer runs between them, so nothing keeps a process alive or wakes up in a thawed one.
 */
import type { Redis } from "ioredis"
import type { CacheLog } from "./cache-log.ts"
import { dropRedis } from "./redis-connection.ts"
import { faultName, within } from "./redis-fault.ts"
import { createOutage } from "./redis-outage.ts"

export interface RedisLinkOptions {
  /** Opens a connection that is ready to use, or rejects. */
  readonly connect: () => Promise<Redis>
  /** Milliseconds that anybody waits for an answer, connecting included. */
  readonly budget: number
  readonly log: CacheLog
  /** Milliseconds that never go back: how long connections last, and when the next one may be tried. */
  readonly steady: () => number
}

export interface RedisLink {
  /**
   * Runs `work` on the connection; undefined where there is none, or no answer in time, or a fault. Never rejects. An
   * answer shows that Redis works, unless it is undefined.
   */
  run<T>(work: (redis: Redis) => Promise<T>): Promise<T | undefined>
  /** Goes on with a new connection, unless this one is rather new itself. */
  renew(redis: Redis): void
  close(): void
}

/** Milliseconds after which a connection was good: what was before it does not count any more. */
const settledAfter = 10_000
/** Milliseconds between two connections that are given up without a fault of their own, at least. */
const renewedAfter = 30_000

/** Makes a link that connects when it is used. */
export function createRedisLink({ connect, budget, log, steady }: RedisLinkOptions): RedisLink {
  const outage = createOutage(log, steady)
  let open: { readonly redis: Redis; readonly since: number } | undefined
  let opening: { readonly done: Promise<void>; readonly since: number } | undefined
  let users = 0
  let ended = false

  async function ready(): Promise<Redis | undefined> {
    if (open === undefined && opening === undefined && !ended && !outage.rests())
      opening = { done: connect().then(opened, notOpened), since: steady() }
    // After a failure nobody waits: whether Redis is back is found out beside the requests.
    if (opening !== undefined && !outage.lasts() && steady() - opening.since < budget) await opening.done
    return open?.redis
  }

  function opened(redis: Redis): void {
    opening = undefined
    open = { redis, since: steady() }
    redis.once("close", () => lose(redis, "CLOSED"))
    if (ended) giveUp()
  }

  function notOpened(fault: unknown): void {
    opening = undefined
    if (!ended) outage.failed(faultName(fault))
  }

  function lose(redis: Redis, because: string): void {
    if (open?.redis !== redis) return
    const settled = steady() - open.since >= settledAfter
    giveUp()
    if (settled) outage.forgive()
    // Servers close connections that idled for long: no fault as long as the next one opens.
    if (!settled || users > 0) outage.failed(because)
  }

  function giveUp(): void {
    const redis = open?.redis
    open = undefined
    if (redis !== undefined) dropRedis(redis)
  }

  async function attempt<T>(work: (redis: Redis) => Promise<T>): Promise<T | undefined> {
    let used: Redis | undefined
    const answer = ready().then((redis) => {
      used = redis
      return redis === undefined ? undefined : work(redis)
    })
    try {
      const result = await within(budget, answer)
      if (result !== undefined) outage.worked()
      return result
    } catch (fault) {
      if (used !== undefined) lose(used, faultName(fault))
      return undefined
    }
  }

  return {
    async run(work) {
      users += 1
      try {
        return await attempt(work)
      } finally {
        users -= 1
      }
    },
    renew(redis) {
      if (open?.redis !== redis || steady() - open.since < renewedAfter) return
      giveUp()
      outage.forgive()
    },
    close() {
      ended = true
      giveUp()
    },
  }
}
