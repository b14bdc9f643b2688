/**
 * Two caches as one: a near one in this process before a far one that all processes share. While the far one is out
 * of reach, the near one still keeps a process from reading the store more than once per subject and window.
 */
import type { HoldingsCache } from "./holdings-cache.ts"

/** Makes the pair; what the far cache gives is kept in the near one too. */
export function createTieredCache(near: HoldingsCache, far: HoldingsCache): HoldingsCache {
  return {
    async read(subject, maxAge) {
      const known = await near.read(subject, maxAge)
      if (known !== undefined) return known
      const distant = await far.read(subject, maxAge)
      if (distant !== undefined) near.write(subject, distant)
      // Another request may have read the store while this one was waiting; or the near cache takes nothing so large.
      return (await near.read(subject, maxAge)) ?? distant
    },
    write(subject, known) {
      near.write(subject, known)
      far.write(subject, known)
    },
  }
}
