/**
 * Redis' clock as this process knows it. Processes share entries but no clock of their own, and their clocks differ;
 * so entries are dated by Redis' clock, and only durations are compared. Each date errs towards too old.
 */
import { before, leastBetween, type Moment } from "./moment.ts"
import { faultNamed } from "./redis-fault.ts"

export interface RedisClock {
  /** Notes a time that Redis told, in milliseconds, and when its answer was here. */
  heard(time: number, at: Moment): void
  /** The latest time by Redis' clock that is certainly not after the moment; undefined before any was heard. */
  notAfter(moment: Moment): number | undefined
}

/** Makes a clock that has heard nothing yet. */
export function createRedisClock(): RedisClock {
  let last: { readonly time: number; readonly at: Moment } | undefined
  return {
    heard(time, at) {
      last = { time, at }
    },
    // The answer was under way when it was told: at `last.at` Redis' clock said `last.time` or more.
    notAfter: (moment) => (last === undefined ? undefined : last.time + leastBetween(last.at, moment)),
  }
}

/** A date in Redis: by its own clock, and by the wall clock of the process that wrote it. */
export interface SharedDate {
  readonly sent: number
  readonly sentByWall: number
}

/**
 * A date by this process's clocks, which asked for it at `asked` and was told `time` with it. It lies as far back as
 * whichever clock says most: Redis' own, so that no process needs to have the right time; the wall clock, in case
 * Redis' was set back. Undefined where either has it in the future.
 */
export function localMoment(date: SharedDate, time: number, asked: Moment): Moment | undefined {
  if (date.sent > time || date.sentByWall > asked.wall) return undefined
  const { wall, steady } = before(asked, time - date.sent)
  return { wall: Math.min(wall, date.sentByWall), steady }
}

/** The answer to `TIME`, seconds and microseconds, in milliseconds. Throws where it is none. */
export function parseTime(answer: unknown): number {
  const [seconds = Number.NaN, microseconds = Number.NaN] = Array.isArray(answer) ? answer.map(Number) : []
  const time = seconds * 1000 + microseconds / 1000
  if (Number.isFinite(time)) return time
  throw faultNamed("NO_TIME")
}
