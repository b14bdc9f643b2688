import { beforeEach, describe, expect, it } from "vitest"
import { createTestClocks, describeCache, holdingsOf, type TestClocks } from "../../test/cache-contract.ts"
import type { HoldingsCache } from "./holdings-cache.ts"
import { createMemoryCache } from "./memory-cache.ts"
import { createTieredCache } from "./tiered-cache.ts"

describeCache("two tiers", (clocks) =>
  createTieredCache(createMemoryCache(clocks), createMemoryCache(clocks)),
)

describe("two tiers", () => {
  const minute = 60_000
  let clocks: TestClocks
  let near: HoldingsCache
  let far: HoldingsCache
  /** Subjects that the far cache was asked for. */
  let asked: string[]
  let cache: HoldingsCache
  beforeEach(() => {
    clocks = createTestClocks()
    near = createMemoryCache(clocks)
    far = createMemoryCache(clocks)
    asked = []
    cache = createTieredCache(near, {
      ...far,
      read(subject, maxAge) {
        asked.push(subject)
        return far.read(subject, maxAge)
      },
    })
  })
  const known = (epoch: string) => ({ holdings: holdingsOf(epoch), sent: clocks.ago(1_000) })

  it("ask the far one only for what the near one does not know", async () => {
    cache.write("alice", known("0.1"))
    expect((await cache.read("alice", minute))?.holdings.epoch).toBe("0.1")
    expect(asked).toEqual([])
    expect((await far.read("alice", minute))?.holdings.epoch).toBe("0.1")
  })

  it("keep near what came from far, with its date", async () => {
    far.write("alice", known("0.1"))
    expect((await cache.read("alice", minute))?.holdings.epoch).toBe("0.1")
    expect((await cache.read("alice", minute))?.holdings.epoch).toBe("0.1")
    expect(asked).toEqual(["alice"])
    expect(await near.read("alice", 900)).toBeUndefined()
  })

  it("ask far again for something younger", async () => {
    cache.write("alice", known("0.1"))
    expect(await cache.read("alice", 900)).toBeUndefined()
    expect(asked).toEqual(["alice"])
  })

  it("give what another request learnt while the far one was asked", async () => {
    const waiting = createTieredCache(near, {
      ...far,
      async read() {
        near.write("alice", known("0.2"))
        return undefined
      },
    })
    expect((await waiting.read("alice", minute))?.holdings.epoch).toBe("0.2")
  })

  it("give what the far one knows even where the near one cannot take it", async () => {
    const tiny = createMemoryCache({ ...clocks, maxCharacters: 10 })
    far.write("alice", known("0.1"))
    expect((await createTieredCache(tiny, far).read("alice", minute))?.holdings.epoch).toBe("0.1")
  })
})
