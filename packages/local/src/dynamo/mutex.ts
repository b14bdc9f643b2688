/** Runs one piece of work at a time, in the order they came; a failed one does not stop the next. */
export type Mutex = <T>(work: () => Promise<T>) => Promise<T>

/** A mutex of its own. */
export function createMutex(): Mutex {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = last.then(work)
    last = result.catch(() => undefined)
    return result
  }
}
