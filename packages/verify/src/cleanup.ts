/** What a run has made and must take away again, whatever happens to it. */

/** Something that was made, and how it is taken away. */
interface Made {
  readonly what: string
  readonly remove: () => Promise<void>
}

export interface Cleanup {
  /** Before it is made, so that nothing is forgotten whose answer was lost; `remove` bears that it is not there. */
  add(what: string, remove: () => Promise<void>): void
  /** Takes everything away, the latest first, and tells what is left because that failed. Never rejects. */
  run(): Promise<readonly string[]>
}

export function createCleanup(): Cleanup {
  const made: Made[] = []
  return {
    add: (what, remove) => void made.push({ what, remove }),
    async run() {
      const left: string[] = []
      for (const { what, remove } of made.splice(0).reverse())
        await remove().catch((fault: unknown) => {
          left.push(`${what}: ${fault instanceof Error ? fault.name : "unknown"}`)
        })
      return left
    },
  }
}
