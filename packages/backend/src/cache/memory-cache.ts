/** The HoldingsCache in this process's memory. */
import type { Holdings, SubjectId } from "@claimgate/store"
import { LRUCache } from "lru-cache"
import { frozenKnown, type HoldingsCache, type KnownHoldings } from "./holdings-cache.ts"
import { ageOf, type Clocks, momentReader } from "./moment.ts"
import { type Read, supersedes } from "./supersede.ts"

export interface MemoryCacheOptions extends Clocks {
  /** Subjects kept at most; those that nobody asked for longest go first. */
  readonly maxSubjects?: number
  /** Characters of all holdings together, at most; about a byte each. */
  readonly maxCharacters?: number
}

interface Entry {
  readonly known: KnownHoldings
  /** When it was put here, by the steady clock: it alone can order what happens in one process. */
  readonly kept: number
}

/** Makes an empty cache, bounded by number and by size. */
export function createMemoryCache({
  maxSubjects = 10_000,
  maxCharacters = 32 * 1024 * 1024,
  ...clocks
}: MemoryCacheOptions): HoldingsCache {
  const moment = momentReader(clocks)
  const entries = new LRUCache<SubjectId, Entry>({
    max: maxSubjects,
    maxSize: maxCharacters,
    sizeCalculation: ({ known }) => sizeOf(known.holdings),
  })
  return {
    async read(subject, maxAge) {
      const known = entries.get(subject)?.known
      return known !== undefined && ageOf(known.sent, moment()) <= maxAge ? known : undefined
    },
    write(subject, known) {
      const present = entries.peek(subject)
      if (
        present !== undefined &&
        !supersedes(orderOf(known), { ...orderOf(present.known), kept: present.kept })
      )
        return
      entries.set(subject, { known: frozenKnown(known), kept: moment().steady })
    },
  }
}

function orderOf({ holdings, sent }: KnownHoldings): Read {
  return { sent: sent.steady, epoch: holdings.epoch }
}

/** What an entry and each of its texts take besides their characters, roughly. */
const entryOverhead = 256
const textOverhead = 24

function sizeOf({ roles, permissions, epoch }: Holdings): number {
  let size = entryOverhead + epoch.length
  for (const text of roles) size += text.length + textOverhead
  for (const text of permissions) size += text.length + textOverhead
  return size
}
