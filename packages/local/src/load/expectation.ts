/**
 * What an answer may be while permissions change: a request is wrong only where no state that it could have met allows
 * what it was told.
 */

/** A state that begins with a change: allowed or not. Times in milliseconds, by the clock of whoever sends requests. */
export interface Change {
  readonly allowed: boolean
  /** Before the change was asked for: from here on somebody may meet it. */
  readonly begun: number
  /** When the change was acknowledged; undefined while it is under way. */
  acknowledged?: number
}

/** All states of one permission, in order; the first one held before any request was sent. */
export type History = Change[]

/** A history that begins with what holds from the start. */
export function createHistory(allowed: boolean): History {
  return [{ allowed, begun: Number.NEGATIVE_INFINITY, acknowledged: Number.NEGATIVE_INFINITY }]
}

/** When a request was sent, and when its answer had come. */
export interface Span {
  readonly sent: number
  readonly received: number
}

/**
 * Whether a state that gives this answer could hold for the request: from before its change was asked for until `grace`
 * milliseconds after the next one was acknowledged.
 */
export function couldBe(
  history: readonly Change[],
  allowed: boolean,
  { sent, received }: Span,
  grace: number,
): boolean {
  return history.some((state, at) => {
    const next = history[at + 1]
    const until =
      next === undefined ? Number.POSITIVE_INFINITY : (next.acknowledged ?? Number.POSITIVE_INFINITY)
    return state.allowed === allowed && state.begun <= received && sent <= until + grace
  })
}
