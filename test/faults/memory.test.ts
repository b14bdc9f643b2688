/** More subjects than a process has memory for: the in-memory cache stays bounded, and forgets the right ones. */
import { expect, it } from "vitest"
import { frozenKnown } from "../../packages/backend/src/cache/holdings-cache.ts"
import { createMemoryCache } from "../../packages/backend/src/cache/memory-cache.ts"
import { heapInUse } from "../resources/heap.ts"

const megabyte = 2 ** 20

it("a million subjects leave a bounded cache, in memory and in number, with the latest in it", async () => {
  const time = 0
  const clock = () => time
  const cache = createMemoryCache({ now: clock, steady: clock })
  const holdings = { roles: ["reader"], permissions: ["GET:/api/users"], epoch: "0.1" }
  // One for all: what counts is how many are kept.
  const known = frozenKnown({ holdings, sent: { wall: time, steady: time } })
  const write = (n: number) => cache.write(`subject-${n}`, known)
  for (let n = 0; n < 50_000; n++) write(n)
  const full = heapInUse()
  for (let n = 50_000; n < 1_000_000; n++) write(n)
  expect((heapInUse() - full) / megabyte).toBeLessThan(2)
  const isKnown = async (n: number) => (await cache.read(`subject-${n}`, 60_000)) !== undefined
  expect(await isKnown(999_999)).toBe(true)
  expect(await Promise.all([0, 500_000, 980_000].map(isKnown))).toEqual([false, false, false])
  const kept = await Promise.all(Array.from({ length: 50_000 }, (_, at) => isKnown(950_000 + at)))
  expect(kept.filter(Boolean).length).toBeLessThanOrEqual(10_000)
})
