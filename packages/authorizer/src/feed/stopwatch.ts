/** Measures how long ago something was, for a process that may be frozen and whose clock may be set. */

export interface Clocks {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds from any origin; never goes backwards, but may stand still while the process is frozen. */
  readonly ticks: () => number
}

/** A moment by both clocks. */
export interface Moment {
  readonly time: number
  readonly tick: number
}

export interface Stopwatch {
  moment(): Moment
  /** Milliseconds since a moment, by the clock that says more; Infinity where the time of day went back behind it. */
  since(moment: Moment): number
}

/** Makes one: only both clocks together notice a freeze as well as a time of day that is set back. */
export function createStopwatch({ now, ticks }: Clocks): Stopwatch {
  return {
    moment: () => ({ time: now(), tick: ticks() }),
    since({ time, tick }) {
      const elapsed = now() - time
      return elapsed < 0 ? Number.POSITIVE_INFINITY : Math.max(elapsed, ticks() - tick)
    },
  }
}
