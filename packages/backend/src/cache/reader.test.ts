import { beforeEach, describe, expect, it } from "vitest"
import { createWorld, readOf, settled, type World } from "../../test/world.ts"
import type { HoldingsCache } from "./holdings-cache.ts"
import { createMemoryCache } from "./memory-cache.ts"
import { createHoldingsReader, type ReadHoldings } from "./reader.ts"
import { createTieredCache } from "./tiered-cache.ts"

const alice = { subject: "alice", roles: ["editor"] }
const second = 1_000

let world: World
let cache: HoldingsCache
let read: ReadHoldings
beforeEach(() => {
  world = createWorld()
  cache = createMemoryCache(world.clocks)
  read = createHoldingsReader({ store: world.store, cache, ...world.clocks })
})

/** One request, watched: the number of the read that it was answered from, `failed`, or undefined while it waits. */
function request(maxAge: number, caller = alice) {
  const watched: { answer?: number | "failed" } = {}
  read(caller, maxAge).then(
    (holdings) => {
      watched.answer = readOf(world, holdings).id
    },
    () => {
      watched.answer = "failed"
    },
  )
  return watched
}

async function requests(count: number, maxAge: number) {
  const all = Array.from({ length: count }, () => request(maxAge))
  await settled()
  return all
}

const answers = (all: readonly { answer?: number | "failed" }[]) => new Set(all.map(({ answer }) => answer))

describe("the reader", () => {
  it("answers from what it read, while that is young enough, and then reads again", async () => {
    const first = request(5 * second)
    await settled()
    await world.end()
    expect(first.answer).toBe(0)
    world.pass(5 * second)
    expect(answers(await requests(3, 5 * second))).toEqual(new Set([0]))
    world.pass(1)
    expect(answers(await requests(3, 5 * second))).toEqual(new Set([undefined]))
    expect(world.reads()).toHaveLength(2)
  })

  it("counts age from when the read was sent", async () => {
    request(5 * second)
    await settled()
    world.pass(3 * second)
    await world.end()
    world.pass(3 * second)
    await requests(1, 5 * second)
    expect(world.reads()).toHaveLength(2)
  })

  it("tells the store which roles the caller's token names", async () => {
    await requests(1, second)
    expect(world.reads()[0]).toMatchObject({ subject: "alice", expectedRoles: ["editor"] })
  })

  it("keeps subjects apart", async () => {
    const mine = request(second)
    const yours = request(second, { subject: "bob", roles: [] })
    await settled()
    await world.end()
    await world.end()
    expect([mine.answer, yours.answer]).toEqual([0, 1])
    expect(world.reads().map(({ subject }) => subject)).toEqual(["alice", "bob"])
  })

  it("hands out nothing that a request could change for another", async () => {
    const [one, other] = [read(alice, second), read(alice, second)]
    await settled()
    await world.end()
    const holdings = await one
    expect(await other).toBe(holdings)
    expect([holdings, holdings.roles, holdings.permissions].every(Object.isFrozen)).toBe(true)
  })
})

describe("`now`", () => {
  it.each([0, -1, Number.NaN])("asks the store, whatever is cached (a bound of %d)", async (maxAge) => {
    await requests(1, second)
    await world.end()
    const now = request(maxAge)
    await settled()
    await world.end()
    expect(now.answer).toBe(1)
  })

  it("joins no read that is under way, not even one that began in the same millisecond", async () => {
    const all = [...(await requests(1, second)), ...(await requests(2, 0))]
    expect(world.reads()).toHaveLength(3)
    for (let n = 0; n < 3; n++) await world.end()
    expect(all.map(({ answer }) => answer)).toEqual([0, 1, 2])
  })

  it("refreshes the cache for others", async () => {
    await requests(1, 0)
    await world.end()
    expect(answers(await requests(3, second))).toEqual(new Set([0]))
  })

  it("lends its read to requests that may wait for it", async () => {
    await requests(1, 0)
    world.pass(500)
    const waiting = await requests(3, second)
    await world.end()
    expect(answers(waiting)).toEqual(new Set([0]))
    expect(world.reads()).toHaveLength(1)
  })
})

describe("single flight", () => {
  it("shares one read among requests at once", async () => {
    const all = await requests(100, 5 * second)
    await world.end()
    expect(answers(all)).toEqual(new Set([0]))
    expect(world.reads()).toHaveLength(1)
  })

  it("joins no read that was sent before the request's own bound", async () => {
    const early = await requests(2, 5 * second)
    world.pass(2 * second)
    const strict = await requests(2, second)
    const patient = await requests(2, 5 * second)
    expect(world.reads()).toHaveLength(2)
    await world.end(1)
    await world.end(0)
    expect(answers(early)).toEqual(new Set([0]))
    expect(answers(strict)).toEqual(new Set([1]))
    expect(answers(patient)).toEqual(new Set([1]))
  })

  it("is still known when an earlier read ends", async () => {
    await requests(1, 0)
    await requests(1, 0)
    await world.end(0)
    world.pass(100)
    const waiting = await requests(3, 50)
    expect(world.reads()).toHaveLength(3)
    await world.end(0)
    expect(answers(await requests(3, 50))).toEqual(new Set([undefined]))
    expect(world.reads()).toHaveLength(3)
    await world.end()
    expect(answers(waiting)).toEqual(new Set([2]))
  })

  it("follows a read that grew too old while it was waited for by one that all share", async () => {
    const early = await requests(1, 5 * second)
    world.pass(2 * second)
    const late = await requests(10, 3 * second)
    world.freeze(600 * second)
    await world.end()
    expect(answers(early)).toEqual(new Set([0]))
    expect(answers(late)).toEqual(new Set([undefined]))
    expect(world.reads()).toHaveLength(2)
    await world.end()
    expect(answers(late)).toEqual(new Set([1]))
  })

  it("does not take a read for its own that the steady clock dates the same: the process was frozen", async () => {
    await requests(1, 0)
    world.freeze(second)
    const waiting = await requests(1, second)
    expect(world.reads()).toHaveLength(1)
    world.freeze(100)
    await world.end()
    expect(answers(waiting)).toEqual(new Set([undefined]))
  })

  it("takes a read that began after the request, however long it takes: there is no younger one", async () => {
    const slow = await requests(3, second)
    world.pass(10 * second)
    await world.end()
    expect(answers(slow)).toEqual(new Set([0]))
    expect(world.reads()).toHaveLength(1)
  })

  it("gives a fault to all that joined, keeps nothing, and tries again for the next", async () => {
    const all = await requests(5, 5 * second)
    await world.fail()
    expect(answers(all)).toEqual(new Set(["failed"]))
    const next = await requests(5, 5 * second)
    expect(world.reads()).toHaveLength(2)
    await world.end()
    expect(answers(next)).toEqual(new Set([1]))
  })

  it("holds while a far cache is slow to say that it knows nothing", async () => {
    const replies: (() => void)[] = []
    const slow: HoldingsCache = {
      read: () => new Promise((reply) => void replies.push(() => reply(undefined))),
      write() {},
    }
    const tiered = createTieredCache(cache, slow)
    read = createHoldingsReader({ store: world.store, cache: tiered, ...world.clocks })
    const all = await requests(4, 5 * second)
    for (const reply of replies) {
      reply()
      await settled()
      // The first one's read has come and gone before the others hear from the cache.
      await world.end()
    }
    expect(answers(all)).toEqual(new Set([0]))
    expect(world.reads()).toHaveLength(1)
  })
})

describe("a cache", () => {
  it.each([
    { what: "the process is frozen", happens: () => world.freeze(600 * second) },
    { what: "the wall clock is set forward", happens: () => world.stepWall(600 * second) },
    { what: "the wall clock is set back", happens: () => world.stepWall(-600 * second) },
    { what: "time passes", happens: () => world.pass(600 * second) },
  ])("is not believed any more when $what after it answered", async ({ happens }) => {
    await requests(1, 5 * second)
    await world.end()
    const late: HoldingsCache = {
      ...cache,
      async read(subject, maxAge) {
        const known = await cache.read(subject, maxAge)
        happens()
        return known
      },
    }
    read = createHoldingsReader({ store: world.store, cache: late, ...world.clocks })
    const all = await requests(1, 5 * second)
    expect(answers(all)).toEqual(new Set([undefined]))
    expect(world.reads()).toHaveLength(2)
  })

  it("keeps the newer value when a slow read comes back with an older one", async () => {
    await requests(1, 0)
    world.pass(100)
    world.change()
    await requests(1, 0)
    await world.end(1)
    world.pass(100)
    await world.end(0, 0)
    expect(answers(await requests(1, 5 * second))).toEqual(new Set([1]))
  })

  it("takes the newer value from a slow read that saw it", async () => {
    await requests(1, 0)
    world.pass(100)
    await requests(1, 0)
    await world.end(1)
    world.change()
    world.pass(100)
    await world.end(0)
    expect(answers(await requests(1, 5 * second))).toEqual(new Set([0]))
  })
})
