import fc from "fast-check"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { createTestClocks, describeCache, holdingsOf, type TestClocks } from "../../test/cache-contract.ts"
import { describeWithRedis, type RedisServer, startRedis } from "../../test/redis.ts"
import type { CacheEntry } from "./cache-log.ts"
import { createRedisCache, type RedisCache } from "./redis-cache.ts"
import { formatValue, keyOf } from "./redis-value.ts"
import { supersedeLua, supersedes } from "./supersede.ts"

describeWithRedis("Redis", () => {
  let server: RedisServer
  let logged: CacheEntry[]
  let made: RedisCache[]
  let table: string
  beforeAll(async () => {
    server = await startRedis()
  })
  beforeEach(() => {
    logged = []
    made = []
    table = `claimgate-${Math.random()}`
  })
  afterEach(() => {
    for (const cache of made) cache.close()
  })
  afterAll(() => server.stop())

  /** With time enough for a busy machine: what it costs when it is slow is tried in redis-faults.test.ts. */
  function create(clocks: TestClocks, name = table): RedisCache {
    const log = (entry: CacheEntry) => void logged.push(entry)
    const cache = createRedisCache({ address: server.address, table: name, log, budget: 5_000, ...clocks })
    made.push(cache)
    return cache
  }
  const minute = 60_000
  const key = (subject = "alice") => keyOf(table, subject)

  describeCache("Redis", (clocks) => create(clocks))

  describe("processes that share it", () => {
    it("know what another one read", async () => {
      const clocks = createTestClocks()
      const [one, other] = [create(clocks), create(clocks)]
      await one.read("alice", minute)
      one.write("alice", { holdings: holdingsOf("0.1"), sent: clocks.ago(1_000) })
      await one.read("alice", minute)
      expect((await other.read("alice", minute))?.holdings).toEqual(holdingsOf("0.1"))
      expect(await other.read("alice", 900)).toBeUndefined()
    })

    it.each([
      {
        ahead: 10_000,
        why: "the writer's clock is ahead: dated in the future",
        maxAge: minute,
        found: false,
      },
      { ahead: -10_000, why: "the writer's clock is behind: taken for older", maxAge: 5_000, found: false },
      { ahead: -10_000, why: "the writer's clock is behind, the bound is wide", maxAge: minute, found: true },
    ])("never take an entry for younger where $why", async ({ ahead, maxAge, found }) => {
      const clocks = createTestClocks()
      const skewed = createTestClocks()
      skewed.stepWall(ahead)
      const [writer, reader] = [create(skewed), create(clocks)]
      writer.write("alice", { holdings: holdingsOf("0.1"), sent: skewed.ago() })
      await writer.read("alice", minute)
      expect((await reader.read("alice", maxAge)) !== undefined).toBe(found)
    })

    it("go by Redis' clock where the reader's is behind and would call an old entry young", async () => {
      const clocks = createTestClocks()
      const late = createTestClocks()
      late.stepWall(-9_000)
      const [writer, reader] = [create(clocks), create(late)]
      writer.write("alice", { holdings: holdingsOf("0.1"), sent: clocks.ago(10_000) })
      await writer.read("alice", minute)
      expect(await reader.read("alice", 5_000)).toBeUndefined()
      expect(await reader.read("alice", minute)).toBeDefined()
    })

    it("do not share what belongs to another table", async () => {
      const clocks = createTestClocks()
      const [production, staging] = [create(clocks), create(clocks, `${table}-staging`)]
      staging.write("alice", { holdings: holdingsOf("0.1"), sent: clocks.ago() })
      await staging.read("alice", minute)
      expect(await production.read("alice", minute)).toBeUndefined()
    })

    it("write at once without losing the newest", async () => {
      const clocks = createTestClocks()
      const writers = Array.from({ length: 8 }, () => create(clocks))
      await Promise.all(writers.map((writer) => writer.read("alice", minute)))
      const sent = clocks.ago()
      const versions = [3, 7, 1, 8, 5, 2, 6, 4]
      for (const [n, writer] of writers.entries())
        writer.write("alice", { holdings: holdingsOf(`0.${versions[n]}`), sent })
      await Promise.all(writers.map((writer) => writer.read("alice", minute)))
      expect((await writers[0]?.read("alice", minute))?.holdings.epoch).toBe("0.8")
    })
  })

  describe("what is found under a key", () => {
    const good = async (clocks: TestClocks, cache: RedisCache, subject = "alice") => {
      cache.write(subject, { holdings: holdingsOf("0.5", "good"), sent: clocks.ago() })
      return (await cache.read(subject, minute))?.holdings.permissions
    }

    it.each([
      { what: "a foreign text", put: async () => server.command("SET", key(), "hello") },
      { what: "a foreign list", put: async () => list() },
      { what: "half a value", put: async () => server.command("SETRANGE", key(), 60, "corrupt") },
      { what: "a value that is cut off", put: async () => cut() },
      {
        what: "another subject's value",
        put: async () => server.command("COPY", key("bob"), key(), "REPLACE"),
      },
      { what: "a text of 8 MB", put: async () => server.command("SET", key(), "1 1 0.1 ".padEnd(8e6, "x")) },
    ])("is no answer, and gives way to one, where it is $what", async ({ put }) => {
      const clocks = createTestClocks()
      const cache = create(clocks)
      expect(await good(clocks, cache, "bob")).toEqual(["GET:/good"])
      expect(await good(clocks, cache)).toEqual(["GET:/good"])
      await put()
      expect(await cache.read("alice", minute)).toBeUndefined()
      expect(await cache.read("alice", minute)).toBeUndefined()
      expect(logged).toEqual([{ event: "cache", state: "value_unreadable", because: "UNREADABLE", count: 1 }])
      expect(await good(clocks, cache)).toEqual(["GET:/good"])
    })

    async function list() {
      await server.command("DEL", key())
      await server.command("RPUSH", key(), "hello")
    }

    async function cut() {
      const text = String(await server.command("GET", key()))
      await server.command("SET", key(), text.slice(0, -10))
    }

    it("is forgotten by Redis itself after its lifetime", async () => {
      const clocks = createTestClocks()
      await good(clocks, create(clocks))
      expect(await server.command("PTTL", key())).toBeGreaterThan(86_390_000)
      const log = () => {}
      const short = createRedisCache({ address: server.address, table, log, lifetime: 5_000, ...clocks })
      made.push(short)
      short.write("carol", { holdings: holdingsOf("0.1"), sent: clocks.ago() })
      await short.read("carol", minute)
      expect(await server.command("PTTL", key("carol"))).toBeLessThanOrEqual(5_000)
    })

    it("gives way where it is dated in the future: Redis' clock was set back since", async () => {
      const clocks = createTestClocks()
      const cache = create(clocks)
      const future = clocks.now() + 3_600_000
      const value = { holdings: holdingsOf("0.9", "future"), sent: future, sentByWall: clocks.now() - 1_000 }
      await server.command("SET", key(), `${future} ${formatValue(key(), value)}`)
      expect(await cache.read("alice", minute)).toBeUndefined()
      expect(await good(clocks, cache)).toEqual(["GET:/good"])
    })

    it("can be written though Redis forgot the script", async () => {
      const clocks = createTestClocks()
      const cache = create(clocks)
      await good(clocks, cache)
      await server.command("SCRIPT", "FLUSH")
      cache.write("alice", { holdings: holdingsOf("0.6", "better"), sent: clocks.ago() })
      await expect
        .poll(async () => (await cache.read("alice", minute))?.holdings.permissions)
        .toEqual(["GET:/better"])
    })
  })

  it("orders reads in Lua as `supersedes` does", async () => {
    const epoch = fc
      .array(fc.integer({ min: 0, max: 11 }), { minLength: 2, maxLength: 4 })
      .map((parts) => parts.join("."))
    const time = fc.nat(5)
    const call = `${supersedeLua} return supersedes(tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]) and 1 or 0`
    await fc.assert(
      fc.asyncProperty(time, epoch, time, time, epoch, async (sent, incoming, kept, presentSent, present) => {
        const said = await server.command("EVAL", call, 0, sent, incoming, kept, presentSent, present)
        const expected = supersedes({ sent, epoch: incoming }, { sent: presentSent, kept, epoch: present })
        expect(said === 1).toBe(expected)
      }),
      { numRuns: 500 },
    )
  })
})
