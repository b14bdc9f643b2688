/** The HoldingsCache port: where holdings that were read from the store are kept for routes with `within`. */
import type { Holdings, SubjectId } from "@claimgate/store"
import type { Moment } from "./moment.ts"

/** What was read of a subject, and since when that is known to hold. */
export interface KnownHoldings {
  readonly holdings: Holdings
  /** When the read was sent to the store, or earlier; never when its answer came back. */
  readonly sent: Moment
}

/** Any cache must meet the contract in test/cache-contract.ts. */
export interface HoldingsCache {
  /**
   * What is kept of a subject, at most `maxAge` milliseconds old at the moment of the answer; undefined where there
   * is nothing so young, or nothing that can be read. Never rejects; what it gives is frozen.
   */
  read(subject: SubjectId, maxAge: number): Promise<KnownHoldings | undefined>
  /** Keeps what was read, unless what is kept is newer (`supersedes`). Neither waits nor throws, and may not succeed. */
  write(subject: SubjectId, known: KnownHoldings): void
}

/** The same, or a copy, that nobody can change: it is handed to many requests. */
export function frozenKnown({ holdings, sent }: KnownHoldings): KnownHoldings {
  return Object.freeze({ holdings: frozenHoldings(holdings), sent: Object.freeze({ ...sent }) })
}

/** The holdings alone. Frozen ones stay the same object, so that what is worked out of them can be remembered by it. */
export function frozenHoldings(holdings: Holdings): Holdings {
  const { roles, permissions, epoch } = holdings
  if ([holdings, roles, permissions].every(Object.isFrozen)) return holdings
  return Object.freeze({
    roles: Object.freeze([...roles]),
    permissions: Object.freeze([...permissions]),
    epoch,
  })
}
