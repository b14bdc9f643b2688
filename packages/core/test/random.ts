/** Random choices that a seed repeats, for cases whose outcome must not depend on the day. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  /** An integer from 0 up to, not including, `limit`. */
  below(limit: number): number
  pick<T>(items: readonly T[]): T
  /** `count` different items, in random order; all of them where there are fewer. */
  sample<T>(items: readonly T[], count: number): T[]
}

/** Makes a generator (Mulberry32) whose choices follow from the seed alone. */
export function createRandom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    next,
    below,
    pick: (items) => items[below(items.length)]!,
    sample(items, count) {
      const rest = [...items]
      const taken = Math.min(count, rest.length)
      for (let i = 0; i < taken; i++) {
        const j = i + below(rest.length - i)
        ;[rest[i], rest[j]] = [rest[j]!, rest[i]!]
      }
      return rest.slice(0, taken)
    },
  }
}
