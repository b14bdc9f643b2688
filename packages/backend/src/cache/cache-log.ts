/** What a cache has to say: one line when it fails, one when it is back, none per request. Never a key or an address. */

export type CacheEntry =
  /** From here on the store answers. */
  | { readonly event: "cache"; readonly state: "unreachable"; readonly because: string }
  /** After so many milliseconds. */
  | { readonly event: "cache"; readonly state: "reachable"; readonly took: number }
  /** `count` such faults since the last line about them, at most one line a minute. */
  | {
      readonly event: "cache"
      readonly state: "value_unreadable" | "write_refused"
      readonly because: string
      readonly count: number
    }

export type CacheLog = (entry: CacheEntry) => void

/** Notes one fault of many; `because` is its name. */
export type Note = (because: string) => void

/** Makes a note that is a line the first time and then once a minute. Milliseconds from `steady`. */
export function rarely(
  log: CacheLog,
  state: "value_unreadable" | "write_refused",
  steady: () => number,
): Note {
  let count = 0
  let notBefore = Number.NEGATIVE_INFINITY
  return (because) => {
    count += 1
    if (steady() < notBefore) return
    notBefore = steady() + 60_000
    log({ event: "cache", state, because, count })
    count = 0
  }
}

/** A log whose failures stay its own: they must not change an answer. */
export function quietly(log: CacheLog): CacheLog {
  return (entry) => {
    try {
      log(entry)
    } catch {
      // Nobody is left to tell.
    }
  }
}
