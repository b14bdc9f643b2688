/**
 * The change feed as an authorizer sees it: tells a token that is behind from one that is current, by a copy whose age
 * is bounded. Requests share polls, and none waits while the copy is young.
 *
 * INVARIANT: whoever hears that a token is current hears it by a poll that was sent at most `maxAge` before the
 * question, so whatever was acknowledged earlier is in it (race.test.ts). Only while polls fail may it be `maxOutage`.
 */
import type { Doubt } from "@claimgate/core"
import { createCopy, type EpochToken } from "./copy.ts"
import { createPolls } from "./polls.ts"
import type { Query } from "./query.ts"
import { createReport, type FeedLog } from "./report.ts"
import type { Clocks } from "./stopwatch.ts"

export interface Feed {
  /**
   * Why the feed does not vouch for a token; undefined where it is current. A promise only where a poll must be waited
   * for, or two: at most four seconds. It never rejects.
   */
  check(token: EpochToken): Doubt | undefined | Promise<Doubt | undefined>
  /** Milliseconds since the last good poll was sent; undefined before the first, or where the clock was set back. */
  age(): number | undefined
}

export interface FeedDeps extends Clocks {
  readonly query: Query
  /** Milliseconds: how old the copy may be that a request is decided by. */
  readonly maxAge: number
  /** Milliseconds: how old it may be while polls fail; then no token is believed. */
  readonly maxOutage: number
  readonly log: (entry: FeedLog) => void
}

/** Milliseconds that a poll may take, all pages together; what it has read by then stays read. */
const patience = 2000

/** Makes a feed that knows nothing yet: the first question waits until all of it was read. */
export function createFeed({ query, now, ticks, maxAge, maxOutage, log }: FeedDeps): Feed {
  const copy = createCopy()
  const report = createReport(log)
  const readAll = async (sentAt: number) => {
    const signal = AbortSignal.timeout(patience)
    const take = copy.startReading(sentAt)
    let after: number | undefined = copy.position()
    while (after !== undefined) {
      const page = await query(after, signal)
      take(page.changes, now())
      after = page.next
    }
  }
  const knownAge = () => (Number.isFinite(polls.age()) ? Math.round(polls.age()) : undefined)
  const polls = createPolls({
    readAll,
    now,
    ticks,
    maxAge,
    succeeded: () => report.good(copy.forgotten()),
    failed: (fault, count) => report.bad(fault, count, knownAge()),
  })
  const judge = (token: EpochToken) => (polls.age() > maxOutage ? "feed_unavailable" : copy.doubt(token))
  const wait = async (poll: Promise<boolean>, token: EpochToken) => {
    // A poll that was frozen on its way fails when the process thaws: whoever met one tries once more.
    if (!(await poll)) await polls.young()
    return judge(token)
  }
  return {
    check(token) {
      const age = polls.age()
      if (age <= maxAge / 2) return copy.doubt(token)
      // Also for the requests to come. Lambda may freeze a poll that nobody waits for: its age will show.
      const poll = polls.young()
      if (age <= maxAge) return copy.doubt(token)
      return poll === undefined ? judge(token) : wait(poll, token)
    },
    age: knownAge,
  }
}
