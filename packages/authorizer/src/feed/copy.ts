/**
 * A process's own copy of the change feed: who changed lately, and up to which version. To apply a change twice or
 * late does no harm: versions only rise.
 *
 * The last minute of the feed is read again by every poll. A Query is no snapshot: while two writes are under way it
 * may show change 8 and not yet change 7. What was acknowledged before a poll was sent is shown, so the first poll
 * that owes 7 to anybody brings it, as long as the copy has not gone past its place.
 *
 * Of some changes the copy knows only that they have happened: those that made room for newer ones, and those whose
 * numbers are missing between two that have not expired. They leave a horizon, a moment by which they were there.
 * Every token issued before the horizon is stale; one issued later was minted from what they left behind.
 */
import type { Doubt } from "@claimgate/core"
import type { Change } from "./change.ts"
import { parseEpoch } from "./epoch.ts"
import { createVersions, type Versions } from "./versions.ts"

/** What the copy has to know of a verified token. */
export interface EpochToken {
  readonly subject: string
  /** When it was issued, in seconds since 1970. */
  readonly iat: number
  /** `custom:role` and `custom:epoch`. */
  readonly role: string | undefined
  readonly epoch: string | undefined
}

/** Why the horizon was raised. */
export type Forgotten = "too_many_names" | "missing_numbers"

export interface Copy {
  /** The number after which a poll begins. */
  position(): number
  /** Starts taking a poll's pages; times in milliseconds since 1970. */
  startReading(sentAt: number): (changes: readonly Change[], readAt: number) => void
  /** Whether a token is behind; undefined where it is current or ahead. */
  doubt(token: EpochToken): Doubt | undefined
  /** Why tokens are stale that may be current; undefined where none are. */
  forgotten(): Forgotten | undefined
}

const mostNames = 10_000

/**
 * Milliseconds that lie between two times by different clocks at most: the clocks of writers, of Cognito and of this
 * process differ by less than a minute; a change is dated up to five seconds before it is there; and Cognito gives a
 * trigger five seconds, so its subject was read that long before a token was issued, at the earliest.
 */
const leeway = 70_000

/** A number, and a moment by which that change was there, in milliseconds since 1970. */
interface Mark {
  readonly number: number
  readonly at: number
}

/** Makes an empty copy. */
export function createCopy(): Copy {
  const members = createVersions(mostNames)
  const roles = createVersions(mostNames)
  const current = new WeakMap<EpochToken, number>()
  let generation = 0
  /** Up to where the copy has read for good. */
  let settled: Mark & Pick<Change, "expiresAt"> = { number: 0, at: 0, expiresAt: 0 }
  /** Up to where it had read at some moment behind that. */
  let seen: Mark = settled
  let horizon = 0
  let forgotten: Forgotten | undefined
  // Counts what can make a current token stale.
  let revision = 0

  const forget = (until: number | undefined, because: Forgotten) => {
    if (until === undefined || until + leeway <= horizon) return
    horizon = until + leeway
    forgotten = because
    revision++
  }
  const raise = ({ kind, name, version }: Change, at: number) => {
    if (kind === "generation" ? version <= generation : !versionsOf(kind).raise(name, version, at)) return
    if (kind === "generation") generation = version
    revision++
  }
  const versionsOf = (kind: "member" | "role"): Versions => (kind === "member" ? members : roles)
  const settle = ({ number, expiresAt }: Change, at: number, readAt: number) => {
    const isNext = number === settled.number + 1
    // What came before one that has expired may have expired, too, and be gone.
    if (!isNext && !hasExpired(settled, readAt)) forget(at, "missing_numbers")
    settled = { number, at, expiresAt }
  }
  return {
    position: () => settled.number,
    startReading(sentAt) {
      let { at } = settled
      const take = (change: Change, readAt: number) => {
        // It was there when it was read, and before those with higher numbers, whatever its writer's clock said.
        const by = change.number <= seen.number ? seen.at : readAt
        at = Math.max(at, Math.min(change.at, by))
        if (change.number > settled.number && at + leeway <= sentAt) settle(change, at, readAt)
      }
      return (changes, readAt) => {
        for (const change of changes) {
          take(change, readAt)
          if (!hasExpired(change, readAt)) raise(change, at)
        }
        const newest = changes.at(-1)?.number ?? 0
        if (seen.number <= settled.number) seen = { number: newest, at: readAt }
        forget(members.trim(), "too_many_names")
        forget(roles.trim(), "too_many_names")
      }
    },
    doubt(token) {
      if (current.get(token) === revision) return undefined
      const epoch = parseEpoch(token.role, token.epoch)
      if (epoch === undefined) return "unreadable_epoch"
      const isStale =
        token.iat * 1000 <= horizon ||
        epoch.generation < generation ||
        epoch.member < members.of(token.subject) ||
        epoch.roles.some(([name, version]) => version < roles.of(name))
      if (isStale) return "stale_epoch"
      current.set(token, revision)
      return undefined
    },
    forgotten: () => forgotten,
  }
}

/** DynamoDB deletes late. */
function hasExpired({ expiresAt }: Pick<Change, "expiresAt">, readAt: number): boolean {
  return expiresAt * 1000 <= readAt
}
