/** What was started and has to be stopped again. */
export interface Closers {
  /** Remembers how to stop one thing. */
  add(close: () => void | Promise<void>): void
  /** Stops everything, the last one first; rejects with the first fault, after all were tried. */
  closeAll(): Promise<void>
}

export function createClosers(): Closers {
  const closers: (() => void | Promise<void>)[] = []
  return {
    add: (close) => void closers.push(close),
    async closeAll() {
      const faults: unknown[] = []
      // Each one, whatever became of those before: a thread or a server left over would keep the process running.
      for (const close of closers.splice(0).reverse())
        await (async () => close())().catch((fault) => faults.push(fault))
      if (faults.length > 0) throw faults[0]
    },
  }
}
