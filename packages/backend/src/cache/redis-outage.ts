/** An outage of Redis: when it may be tried again, and the two lines that are logged about it. */
import type { CacheLog } from "./cache-log.ts"

export interface Outage {
  /** Notes a failure: the first is logged, and each makes the rest before the next attempt longer. */
  failed(because: string): void
  /** Notes an answer: the end of an outage is logged. */
  worked(): void
  /** Forgets failures that came before a long good time; the next attempt is due at once. */
  forgive(): void
  /** Whether failures came one after another, up to now. */
  lasts(): boolean
  /** Whether the next attempt has to wait. */
  rests(): boolean
}

/** Milliseconds of rest after the first failure; doubled with each. */
const firstRest = 200
const longestRest = 5_000

/** Makes an outage that has not happened yet; `steady` is in milliseconds. */
export function createOutage(log: CacheLog, steady: () => number): Outage {
  let failures = 0
  let restsUntil = Number.NEGATIVE_INFINITY
  let since: number | undefined
  return {
    failed(because) {
      const rest = Math.min(firstRest * 2 ** failures, longestRest)
      failures += 1
      // Processes that lost Redis together come back one by one.
      restsUntil = steady() + rest * (1 - Math.random() / 2)
      if (since !== undefined) return
      since = steady()
      log({ event: "cache", state: "unreachable", because })
    },
    worked() {
      if (since === undefined) return
      log({ event: "cache", state: "reachable", took: Math.round(steady() - since) })
      since = undefined
    },
    forgive() {
      failures = 0
      restsUntil = Number.NEGATIVE_INFINITY
    },
    lasts: () => failures > 0,
    rests: () => steady() < restsUntil,
  }
}
