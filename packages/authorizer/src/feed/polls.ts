/** When the feed is polled: one poll at a time, shared by all who need it, and less often while it fails. */
import { type Clocks, createStopwatch, type Moment } from "./stopwatch.ts"

export interface Polls {
  /** Milliseconds since the last good poll was sent; Infinity before the first, or where the clock was set back. */
  age(): number
  /**
   * Whether a poll succeeds that was sent at most `maxAge` ago, if need be a new one; it never rejects. Undefined in the
   * pause behind the second failure and all that follow.
   */
  young(): Promise<boolean> | undefined
}

export interface PollsDeps extends Clocks {
  /** Reads the feed up to its end, and rejects where it cannot. */
  readonly readAll: (sentAt: number) => Promise<void>
  /** Milliseconds. */
  readonly maxAge: number
  /** Told of every poll, but of none that a later one had to replace; how many have failed one after the other. */
  readonly succeeded: () => void
  readonly failed: (fault: unknown, count: number) => void
}

interface Poll {
  /** Counts polls: the clocks may stand still between two. */
  readonly order: number
  readonly sent: Moment
  /** Whether it came to its end. */
  readonly ended: Promise<boolean>
}

interface Failures {
  readonly count: number
  readonly last: Moment
}

/** Makes them; none is sent before it is asked for. */
export function createPolls({ readAll, maxAge, succeeded, failed, ...clocks }: PollsDeps): Polls {
  const { moment, since } = createStopwatch(clocks)
  let count = 0
  let last: Poll | undefined
  let running: Poll | undefined
  let failures: Failures | undefined

  const send = (): Poll => {
    const sent = moment()
    const succeed = () => {
      // An answer that was frozen on its way may arrive behind that of a later poll.
      if (last === undefined || poll.order > last.order) last = poll
      if (running !== poll) return true
      running = failures = undefined
      succeeded()
      return true
    }
    const fail = (fault: unknown) => {
      if (running !== poll) return false
      running = undefined
      failures = { count: (failures?.count ?? 0) + 1, last: moment() }
      failed(fault, failures.count)
      return false
    }
    const poll: Poll = { order: ++count, sent, ended: readAll(sent.time).then(succeed, fail) }
    return poll
  }
  const isPaused = () => failures !== undefined && since(failures.last) < pauseAfter(failures.count)
  return {
    age: () => (last === undefined ? Number.POSITIVE_INFINITY : since(last.sent)),
    young() {
      // A poll from before a freeze may have seen nothing of what happened in it.
      const isYoung = running !== undefined && since(running.sent) <= maxAge
      if (!isYoung && isPaused()) return undefined
      if (!isYoung) running = send()
      return running?.ended
    },
  }
}

/**
 * Milliseconds: none after the first failure, which a freeze may have caused, one second after the second, twice that
 * after the next, and at most five.
 */
function pauseAfter(failures: number): number {
  return failures === 1 ? 0 : Math.min(1000 * 2 ** (failures - 2), 5000)
}
