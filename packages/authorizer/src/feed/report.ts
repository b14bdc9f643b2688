/** What the log hears of the feed: never a line per request, nor one per poll. */
import { describeFault } from "@claimgate/core"
import type { Forgotten } from "./copy.ts"

/**
 * One line when an outage begins, with the second failure in a row, and one when it is over; one when a process has to
 * forget for the first time.
 */
export type FeedLog = { readonly event: "feed" } & (
  | {
      readonly outcome: "failing"
      readonly because: string
      /** Milliseconds since the last good poll was sent, where there was one. */
      readonly age?: number | undefined
    }
  | { readonly outcome: "recovered"; readonly failures: number }
  | { readonly outcome: "incomplete"; readonly because: Forgotten }
)

export interface Report {
  /** After a poll that came to its end. */
  good(forgotten: Forgotten | undefined): void
  /** After one that failed; `count` in a row did, this one included. */
  bad(fault: unknown, count: number, age: number | undefined): void
}

/** Makes the report; a log that fails changes nothing. */
export function createReport(log: (entry: FeedLog) => void): Report {
  let failures = 0
  let isForgetful = false
  const write = (entry: FeedLog) => {
    try {
      log(entry)
    } catch {
      // Nobody is left to tell.
    }
  }
  return {
    good(forgotten) {
      if (failures > 1) write({ event: "feed", outcome: "recovered", failures })
      failures = 0
      if (forgotten === undefined || isForgetful) return
      isForgetful = true
      write({ event: "feed", outcome: "incomplete", because: forgotten })
    },
    bad(fault, count, age) {
      failures = count
      if (count !== 2) return
      write({ event: "feed", outcome: "failing", because: describeFault(fault), age })
    },
  }
}
