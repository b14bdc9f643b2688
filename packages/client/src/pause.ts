/**
 * How long to leave the pool alone between two refreshes: a client that is simply forbidden does not ask for a new
 * token at each click, and a pool that is down is not kept there.
 */

/** Why a new token is wanted: the old one's time is up; a 401; a 403 or a failure without a reason; the API said so. */
export type Why = "expired" | "unauthorized" | "refused" | "told"

export interface Pause {
  isOver(why: Why): boolean
  /** A refresh, wanted since then, brought a new token. */
  brought(why: Why, since: number): void
  /** A refresh brought none. */
  failed(): void
}

const second = 1000
/** After a new token: doubled each time the next one is wanted soon, as then the last one was of no use. */
const quiet = { first: 30 * second, longest: 300 * second }
/** After none. */
const blocked = { first: second, longest: 30 * second }

/** Makes the pause; it begins over. `now` is in milliseconds, `random` in 0..1. */
export function createPause({ now, random }: { now: () => number; random: () => number }): Pause {
  let [quietUntil, quietFor, repeats] = [-Infinity, 0, 0]
  let [blockedUntil, failures] = [-Infinity, 0]
  return {
    // An expired token's successor is of use, however many came before.
    isOver: (why) => now() >= blockedUntil && (why === "expired" || now() >= quietUntil),
    brought(why, since) {
      failures = 0
      repeats = why !== "expired" && since < quietUntil + quietFor ? repeats + 1 : 0
      quietFor = doubled(quiet, repeats)
      quietUntil = now() + quietFor
    },
    failed() {
      // Half of it at least, the rest by chance: clients that failed together do not come back together.
      blockedUntil = now() + doubled(blocked, failures++) * (0.5 + random() / 2)
    },
  }
}

function doubled({ first, longest }: { first: number; longest: number }, times: number): number {
  return Math.min(longest, first * 2 ** times)
}
