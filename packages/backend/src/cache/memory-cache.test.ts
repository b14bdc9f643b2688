import { describe, expect, it } from "vitest"
import { createTestClocks, describeCache, holdingsOf } from "../../test/cache-contract.ts"
import { frozenKnown } from "./holdings-cache.ts"
import { createMemoryCache } from "./memory-cache.ts"

describeCache("memory", createMemoryCache)

describe("the memory cache", () => {
  const clocks = createTestClocks()
  const known = (mark: string) => ({ holdings: holdingsOf("0.1", mark), sent: clocks.ago() })

  it("keeps to the bounds of age to the millisecond", async () => {
    const cache = createMemoryCache({ now: () => 1_000, steady: () => 1_000 })
    cache.write("alice", { holdings: holdingsOf("0.1"), sent: { wall: 900, steady: 950 } })
    expect(await cache.read("alice", 100)).toBeDefined()
    expect(await cache.read("alice", 99)).toBeUndefined()
  })

  it("forgets those that nobody asked for longest", async () => {
    const cache = createMemoryCache({ ...clocks, maxSubjects: 2 })
    cache.write("alice", known("a"))
    cache.write("bob", known("b"))
    await cache.read("alice", 60_000)
    cache.write("carol", known("c"))
    const found = await Promise.all(["alice", "bob", "carol"].map((subject) => cache.read(subject, 60_000)))
    expect(found.map((each) => each !== undefined)).toEqual([true, false, true])
  })

  it("is bounded by size too, and takes nothing larger than itself", async () => {
    const cache = createMemoryCache({ ...clocks, maxCharacters: 5_000 })
    for (let n = 0; n < 100; n++) cache.write(`s${n}`, known("x".repeat(200)))
    const subjects = Array.from({ length: 100 }, (_, n) => `s${n}`)
    const found = await Promise.all(subjects.map((subject) => cache.read(subject, 60_000)))
    const kept = found.filter((each) => each !== undefined).length
    expect(kept).toBeGreaterThan(5)
    expect(kept).toBeLessThanOrEqual(10)
    cache.write("whale", known("x".repeat(6_000)))
    expect(await cache.read("whale", 60_000)).toBeUndefined()
    expect(await cache.read("s99", 60_000)).toBeDefined()
  })

  it("drops what a larger, newer value can not take the place of", async () => {
    const cache = createMemoryCache({ ...clocks, maxCharacters: 5_000 })
    cache.write("alice", known("old"))
    cache.write("alice", { holdings: holdingsOf("0.2", "x".repeat(6_000)), sent: clocks.ago() })
    expect(await cache.read("alice", 60_000)).toBeUndefined()
  })

  it("stays small however many subjects come", async () => {
    const cache = createMemoryCache(clocks)
    const one = frozenKnown(known("a"))
    for (let n = 0; n < subjects; n++) cache.write(`subject-${n}`, one)
    const lastOnes = Array.from({ length: 20_000 }, (_, n) => `subject-${subjects - 20_000 + n}`)
    const found = await Promise.all(lastOnes.map((subject) => cache.read(subject, 60_000)))
    expect(found.map((each) => each !== undefined)).toEqual(lastOnes.map((_, n) => n >= 10_000))
  })
})

/** Set higher by hand: a million takes seconds. */
const subjects = 100_000
