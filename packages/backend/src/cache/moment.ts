/**
 * Time as the caches measure it. No single clock is enough: a process that was frozen finds its steady clock behind,
 * and a wall clock that was set back makes old data look young. So a moment is noted by both, and whatever lies
 * between two moments took as long as the clock that says more.
 */
import { performance } from "node:perf_hooks"

/** A moment by both clocks, in milliseconds. */
export interface Moment {
  /** Since 1970; may be set forward or back at any time, and goes on while the process is frozen. */
  readonly wall: number
  /** Since some moment of this process; never goes back, and may stand still while the process is frozen. */
  readonly steady: number
}

export interface Clocks {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds that never go back: `performance.now`, but in tests. */
  readonly steady?: (() => number) | undefined
}

/** Makes the function that reads both clocks. */
export function momentReader({ now, steady = () => performance.now() }: Clocks): () => Moment {
  return () => ({ wall: now(), steady: steady() })
}

/** The most that may have passed from `then` to `at`; NaN, no age at all, where `then` is dated in the future. */
export function ageOf(then: Moment, at: Moment): number {
  const wall = at.wall - then.wall
  const steady = at.steady - then.steady
  return wall < 0 || steady < 0 ? Number.NaN : Math.max(wall, steady)
}

/** The least that may have passed from `then` to `at`; negative where `at` may have come first. */
export function leastBetween(then: Moment, at: Moment): number {
  return Math.min(at.wall - then.wall, at.steady - then.steady)
}

/** The moment that lies so many milliseconds before. */
export function before({ wall, steady }: Moment, milliseconds: number): Moment {
  return { wall: wall - milliseconds, steady: steady - milliseconds }
}
