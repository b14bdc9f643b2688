/** What somebody held, and when. Times in milliseconds, whole numbers. */
export interface History {
  /** Notes what is held from now on; `time` never goes back. */
  set(time: number, held: ReadonlySet<string>): void
  /** What is held now. */
  now(): ReadonlySet<string>
  /** Whether it was held at some moment, and whether at every one, from `since` to `until`, both included. */
  held(what: string, since: number, until: number): { readonly ever: boolean; readonly always: boolean }
}

export function createHistory(time: number, initially: ReadonlySet<string>): History {
  const states = [{ time, held: initially }]
  return {
    set: (at, held) => void states.push({ time: at, held }),
    now: () => states.at(-1)?.held ?? initially,
    held(what, since, until) {
      const moments = states
        .filter((state, at) => state.time <= until && (states[at + 1]?.time ?? Infinity) > since)
        .map(({ held }) => held.has(what))
      return { ever: moments.includes(true), always: !moments.includes(false) }
    },
  }
}
