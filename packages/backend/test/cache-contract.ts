/**
 * What any HoldingsCache must do, as tests. A cache's own test file calls `describeCache` with a function that makes
 * an empty one over given clocks.
 */
import { performance } from "node:perf_hooks"
import { setTimeout as pause } from "node:timers/promises"
import type { Holdings } from "@claimgate/store"
import { beforeEach, describe, expect, it } from "vitest"
import type { HoldingsCache } from "../src/cache/holdings-cache.ts"
import type { Clocks, Moment } from "../src/cache/moment.ts"

/** Clocks that go on by themselves and can be moved, so that a cache in another process can keep up with them. */
export interface TestClocks extends Required<Clocks> {
  /** The moment now, or so many milliseconds ago. */
  ago(milliseconds?: number): Moment
  /** Time passes, by both clocks. */
  pass(milliseconds: number): void
  /** The wall clock alone moves: forward also as after a freeze, or back. */
  stepWall(milliseconds: number): void
}

export function createTestClocks(): TestClocks {
  let wallBy = 0
  let steadyBy = 0
  const now = () => Date.now() + wallBy
  const steady = () => performance.now() + steadyBy
  return {
    now,
    steady,
    ago: (milliseconds = 0) => ({ wall: now() - milliseconds, steady: steady() - milliseconds }),
    pass(milliseconds) {
      wallBy += milliseconds
      steadyBy += milliseconds
    },
    stepWall(milliseconds) {
      wallBy += milliseconds
    },
  }
}

/** Holdings that can be told apart by their only permission. */
export function holdingsOf(epoch: string, mark = "a"): Holdings {
  return { roles: ["editor"], permissions: [`GET:/${mark}`], epoch }
}

export type MakeCache = (clocks: TestClocks) => HoldingsCache

const minute = 60_000

/** Runs the contract against a cache; `make` makes a new, empty one for each test. */
export function describeCache(name: string, make: MakeCache): void {
  describe(`${name} as a HoldingsCache`, () => {
    let clocks: TestClocks
    let cache: HoldingsCache
    beforeEach(() => {
      clocks = createTestClocks()
      cache = make(clocks)
    })
    const under = () => ({ clocks, cache })
    describe("what was written", () => describeKeeping(under))
    describe("age", () => describeAge(under))
    describe("of two reads", () => describeOrder(under))
  })
}

type Under = () => { readonly clocks: TestClocks; readonly cache: HoldingsCache }

function describeKeeping(under: Under): void {
  it("is nothing for a subject that nobody wrote", async () => {
    expect(await under().cache.read("alice", minute)).toBeUndefined()
  })

  it("comes back, dated no later than its read was sent", async () => {
    const { cache, clocks } = under()
    const sent = clocks.ago(500)
    cache.write("alice", { holdings: holdingsOf("0.1.1"), sent })
    const known = await cache.read("alice", minute)
    expect(known?.holdings).toEqual(holdingsOf("0.1.1"))
    expect(known?.sent.wall).toBeLessThanOrEqual(sent.wall)
    expect(known?.sent.steady).toBeLessThanOrEqual(sent.steady)
    expect(known?.sent.steady).toBeGreaterThan(sent.steady - 1_000)
  })

  it.each(["client:1example23456789abcdefgh", "A.b+c_d:e@example-1.com", "u".repeat(128)])(
    "is kept apart by subject: %s",
    async (subject) => {
      const { cache, clocks } = under()
      cache.write(subject, { holdings: holdingsOf("0.1", "own"), sent: clocks.ago() })
      cache.write("mallory", { holdings: holdingsOf("0.1", "other"), sent: clocks.ago() })
      expect((await cache.read(subject, minute))?.holdings).toEqual(holdingsOf("0.1", "own"))
      expect(await cache.read(`${subject.slice(0, -1)}Q`, minute)).toBeUndefined()
      expect(await cache.read(subject.toUpperCase(), minute)).toBeUndefined()
    },
  )

  it("is no longer the writer's to change", async () => {
    const { cache, clocks } = under()
    const permissions = ["GET:/a"]
    const sent = { ...clocks.ago(1_000) }
    cache.write("alice", { holdings: { roles: [], permissions, epoch: "0.1" }, sent })
    permissions.push("*:/**")
    sent.wall += 900
    sent.steady += 900
    expect((await cache.read("alice", minute))?.holdings.permissions).toEqual(["GET:/a"])
    expect(await cache.read("alice", 500)).toBeUndefined()
  })

  it("is not the reader's to change either", async () => {
    const { cache, clocks } = under()
    cache.write("alice", { holdings: holdingsOf("0.1"), sent: clocks.ago() })
    const known = await cache.read("alice", minute)
    const parts = [known, known?.sent, known?.holdings, known?.holdings.roles, known?.holdings.permissions]
    expect(parts.map((part) => part !== undefined && Object.isFrozen(part))).toEqual(Array(5).fill(true))
  })

  it("may be more than a cache can take, and then does no harm", async () => {
    const { cache, clocks } = under()
    const permissions = Array.from({ length: 17_000 }, (_, n) => `GET:/${"x".repeat(240)}/${n}`)
    const holdings = { roles: [], permissions, epoch: "0.1" }
    cache.write("alice", { holdings, sent: clocks.ago() })
    const known = await cache.read("alice", minute)
    expect(known === undefined || known.holdings.permissions.length === 17_000).toBe(true)
    cache.write("alice", { holdings: holdingsOf("0.2"), sent: clocks.ago() })
    expect((await cache.read("alice", minute))?.holdings).toEqual(holdingsOf("0.2"))
  })
}

function describeAge(under: Under): void {
  /** Waits until it is there: a cache elsewhere dates what it is given by clocks that must not move meanwhile. */
  const write = async (sent = under().clocks.ago()) => {
    under().cache.write("alice", { holdings: holdingsOf("0.1"), sent })
    await under().cache.read("alice", minute)
  }
  const isKnown = async (maxAge: number) => (await under().cache.read("alice", maxAge)) !== undefined

  it("counts from sending the read, not from keeping its answer", async () => {
    await write(under().clocks.ago(5_000))
    expect(await isKnown(4_900)).toBe(false)
    expect(await isKnown(10_000)).toBe(true)
  })

  it("grows with time", async () => {
    await write()
    under().clocks.pass(5_000)
    expect(await isKnown(4_900)).toBe(false)
    expect(await isKnown(10_000)).toBe(true)
  })

  it("is by wall clock where the process was frozen", async () => {
    await write()
    under().clocks.stepWall(600_000)
    expect(await isKnown(300_000)).toBe(false)
    expect(await isKnown(700_000)).toBe(true)
  })

  it("is none while the wall clock is set back to before the read", async () => {
    await write()
    under().clocks.stepWall(-minute)
    expect(await isKnown(minute)).toBe(false)
    expect(await isKnown(Number.POSITIVE_INFINITY)).toBe(false)
  })

  it("is no lower for a wall clock that was set back and came round again", async () => {
    await write()
    under().clocks.stepWall(-150)
    await pause(250)
    expect(await isKnown(200)).toBe(false)
    expect(await isKnown(minute)).toBe(true)
  })

  it("is none for what is dated in the future", async () => {
    await write(under().clocks.ago(-5_000))
    expect(await isKnown(minute)).toBe(false)
  })

  it.each([0, -1, Number.NaN])("of %d is young enough for nothing", async (maxAge) => {
    await write(under().clocks.ago(1))
    expect(await isKnown(maxAge)).toBe(false)
  })
}

/** What is kept: sent two seconds ago. */
const present = "1.5.5.5"

function describeOrder(under: Under): void {
  it.each([
    { epoch: "1.6.5.5", sentAgo: 1_000, stays: "incoming", why: "a newer subject" },
    { epoch: "1.6.5.5", sentAgo: 3_000, stays: "incoming", why: "a newer subject, seen by a slow read" },
    { epoch: "1.6", sentAgo: 3_000, stays: "incoming", why: "a newer subject without roles" },
    { epoch: "1.5.5.6", sentAgo: 3_000, stays: "incoming", why: "a newer role, seen by a slow read" },
    { epoch: "2.5.5.5", sentAgo: 3_000, stays: "incoming", why: "a newer generation, seen by a slow read" },
    { epoch: "1.4.5.5", sentAgo: 3_000, stays: "present", why: "a slow refill with an older subject" },
    { epoch: "1.4.9", sentAgo: 1_000, stays: "present", why: "an older subject, though sent later" },
    { epoch: "1.5.4.5", sentAgo: 1_000, stays: "present", why: "an older role, though sent later" },
    { epoch: "0.5.5.5", sentAgo: 1_000, stays: "present", why: "an older generation, though sent later" },
    { epoch: "1.10.5.5", sentAgo: 3_000, stays: "incoming", why: "versions are numbers" },
    { epoch: present, sentAgo: 1_000, stays: "incoming", why: "the same, sent later" },
    { epoch: present, sentAgo: 3_000, stays: "present", why: "the same, sent earlier" },
    { epoch: "2.4.5.5", sentAgo: 1_000, stays: "incoming", why: "neither newer, sent later" },
    { epoch: "2.4.5.5", sentAgo: 3_000, stays: "present", why: "neither newer, sent earlier" },
    { epoch: "1.5.6.4", sentAgo: 3_000, stays: "present", why: "neither newer by roles, sent earlier" },
  ])(
    "that overlapped, $stays stays: $why ($epoch, sent $sentAgo ms ago)",
    async ({ epoch, sentAgo, stays }) => {
      const { cache, clocks } = under()
      cache.write("alice", { holdings: holdingsOf(present, "present"), sent: clocks.ago(2_000) })
      cache.write("alice", { holdings: holdingsOf(epoch, "incoming"), sent: clocks.ago(sentAgo) })
      const known = await cache.read("alice", minute)
      expect(known?.holdings.permissions).toEqual([`GET:/${stays}`])
    },
  )

  it("the one that began when the other had ended stays, even where the store was set back", async () => {
    const { cache, clocks } = under()
    cache.write("alice", { holdings: holdingsOf("1.9", "present"), sent: clocks.ago() })
    await cache.read("alice", minute)
    await pause(50)
    cache.write("alice", { holdings: holdingsOf("1.5", "incoming"), sent: clocks.ago() })
    expect((await cache.read("alice", minute))?.holdings.permissions).toEqual(["GET:/incoming"])
  })

  it("one dated in the future gives way to any that is not", async () => {
    const { cache, clocks } = under()
    cache.write("alice", { holdings: holdingsOf("1.5", "present"), sent: clocks.ago() })
    clocks.stepWall(-minute)
    await cache.read("alice", minute)
    await pause(50)
    cache.write("alice", { holdings: holdingsOf("1.5", "incoming"), sent: clocks.ago() })
    expect((await cache.read("alice", minute))?.holdings.permissions).toEqual(["GET:/incoming"])
  })
}
