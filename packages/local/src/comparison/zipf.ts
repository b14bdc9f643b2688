/** Draws by popularity: the law that visits to pages, users of a service and words of a language follow. */

/** From 0 up to, not including, 1. */
export type Random = () => number

/** Numbers that look random and are the same for the same seed, a whole number: mulberry32, by Tommy Ettinger. */
export function createRandom(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Draws one of `items` at a time, the first most often: the one in place n has a weight of 1/n. Throws a RangeError
 * where there is none.
 */
export function createZipf<T>(items: readonly T[], random: Random): () => T {
  let total = 0
  const upTo = items.map((_, at) => {
    total += 1 / (at + 1)
    return total
  })
  return () => {
    const drawn = random() * total
    const at = upTo.findIndex((sum) => drawn < sum)
    const item = items[at]
    if (item === undefined) throw new RangeError("zipf: expected something to draw from")
    return item
  }
}
