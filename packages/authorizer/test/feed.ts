/** The world around a feed: a clock to turn, a table of changes, and queries whose fate a test decides. */
import { ClaimgateError } from "@claimgate/core"
import type { Change } from "../src/feed/change.ts"
import type { EpochToken } from "../src/feed/copy.ts"
import { createFeed, type Feed } from "../src/feed/feed.ts"
import type { Page } from "../src/feed/query.ts"
import type { FeedLog } from "../src/feed/report.ts"

export const start = Date.UTC(2030, 0, 1)
export const hour = 3_600_000

/** A query on its way: it runs against the table when it is executed, and answers when it is let. */
export interface Pending {
  execute(): void
  readonly hasRun: () => boolean
  answer(): void
  fail(message?: string): void
}

export interface World {
  readonly feed: Feed
  /** Queries that nobody has answered yet; empty while they answer at once. */
  readonly pending: Pending[]
  readonly lines: FeedLog[]
  readonly changes: Change[]
  queries(): number
  /** Holds queries from now on, or lets them answer at once, or has them fail at once. */
  network(mode: "held" | "instant" | "down"): void
  now(): number
  advance(milliseconds: number): void
  /** Moves the time of day alone: forward as a freeze does, back as a clock that is set. */
  shift(milliseconds: number): void
  /** Writes the next change. */
  write(kind: Change["kind"], name: string, version: number, more?: Partial<Change>): void
}

export interface WorldOptions {
  readonly maxAge?: number
  readonly maxOutage?: number
  readonly createFeed?: typeof createFeed
  /** Changes in a page. */
  readonly pageSize?: number
  readonly log?: (line: FeedLog) => void
}

export function createWorld(options: WorldOptions = {}): World {
  const { maxAge = 5000, maxOutage = 60_000, pageSize = 1000 } = options
  const pending: Pending[] = []
  const lines: FeedLog[] = []
  const changes: Change[] = []
  let time = start
  let tick = 0
  let queries = 0
  let mode: "held" | "instant" | "down" = "instant"
  const read = (after: number): Page => {
    const found = changes.filter(({ number }) => number > after).sort((a, b) => a.number - b.number)
    const page = found.slice(0, pageSize)
    return { changes: page, next: found.length > pageSize ? page.at(-1)?.number : undefined }
  }
  const hold = (after: number) =>
    new Promise<Page>((resolve, reject) => {
      let page: Page | undefined
      const remove = () => pending.splice(pending.indexOf(query), 1)
      const query: Pending = {
        hasRun: () => page !== undefined,
        execute() {
          page = read(after)
        },
        answer() {
          page ??= read(after)
          remove()
          resolve(page)
        },
        fail(message = "broken") {
          remove()
          reject(new Error(message))
        },
      }
      pending.push(query)
    })
  const feed = (options.createFeed ?? createFeed)({
    async query(after) {
      queries++
      if (mode === "down") throw new ClaimgateError("dependency_failed", "down")
      return mode === "held" ? hold(after) : read(after)
    },
    now: () => time,
    ticks: () => tick,
    maxAge,
    maxOutage,
    log: options.log ?? ((line) => void lines.push(line)),
  })
  return {
    feed,
    pending,
    lines,
    changes,
    queries: () => queries,
    network(next) {
      mode = next
    },
    now: () => time,
    advance(milliseconds) {
      time += milliseconds
      tick += milliseconds
    },
    shift(milliseconds) {
      time += milliseconds
    },
    write(kind, name, version, more = {}) {
      const number = more.number ?? (changes.at(-1)?.number ?? 0) + 1
      const expiresAt = Math.floor((time + 25 * hour) / 1000)
      changes.push({ number, kind, name, version, at: time, expiresAt, ...more })
    },
  }
}

/** A token of `ann`, who holds no role and was never written; issued an hour before the world began. */
export function tokenOf(fields: Partial<EpochToken> = {}): EpochToken {
  return { subject: "ann", iat: (start - hour) / 1000, role: "guest", epoch: "0.0", ...fields }
}

/** Lets everything happen that waits for nothing but its turn. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
