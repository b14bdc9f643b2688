/** Waiting that ends: when a signal aborts, or when the time is up. */

/** Rejects with the signal's reason as soon as it aborts; what was begun goes on for whoever else waits for it. */
export async function within<T>(signal: AbortSignal | undefined, begin: () => Promise<T>): Promise<T> {
  if (signal === undefined) return begin()
  signal.throwIfAborted()
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener("abort", stop)
  })
  const work = Promise.resolve().then(begin)
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener("abort", stop))
}

/** Rejects after that many milliseconds. */
export async function inTime<T>(milliseconds: number, begin: () => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`expected an answer within ${milliseconds} ms`)), milliseconds)
  })
  // One step later, so that what `begin` throws at once ends the waiting too.
  const work = Promise.resolve().then(begin)
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
