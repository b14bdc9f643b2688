import { describe, expect, it } from "vitest"
import { createWorld, hour, settle, tokenOf, type World, type WorldOptions } from "../../test/feed.ts"

const token = tokenOf()

/** A world whose feed has just been read. */
async function warm(options?: WorldOptions): Promise<World> {
  const world = createWorld(options)
  await world.feed.check(token)
  return world
}

/** What a question is answered at once; `waits` where it has to wait. */
function atOnce(world: World): unknown {
  const answer = world.feed.check(token)
  return answer instanceof Promise ? "waits" : answer
}

describe("before its first full read", () => {
  it("nothing is decided, and all who ask share one poll of all pages", async () => {
    const world = createWorld({ pageSize: 1 })
    world.write("member", "bob", 1)
    world.write("member", "ann", 1)
    world.network("held")
    const answers = [1, 2, 3].map(() => world.feed.check(token))
    expect(world.queries()).toBe(1)
    const decided: unknown[] = []
    for (const answer of answers) void Promise.resolve(answer).then((doubt) => decided.push(doubt))
    world.pending[0]?.answer()
    await settle()
    expect(decided).toEqual([])
    world.pending[0]?.answer()
    await settle()
    expect(decided).toEqual(["stale_epoch", "stale_epoch", "stale_epoch"])
    expect(world.queries()).toBe(2)
  })

  it("a table that cannot be reached makes every token a recheck, until it can be", async () => {
    const world = createWorld()
    world.network("down")
    expect(await world.feed.check(token)).toBe("feed_unavailable")
    expect(atOnce(world)).toBe("feed_unavailable")
    world.network("instant")
    world.advance(1000)
    expect(await world.feed.check(token)).toBeUndefined()
    expect(atOnce(world)).toBeUndefined()
  })

  it("its age is not known", () => {
    expect(createWorld().feed.age()).toBeUndefined()
  })
})

describe("a copy", () => {
  it("decides at once and alone up to half its bound", async () => {
    const world = await warm()
    world.advance(2500)
    expect(atOnce(world)).toBeUndefined()
    expect(world.queries()).toBe(1)
    expect(world.feed.age()).toBe(2500)
  })

  it("from there on is renewed in the background by one poll, and nobody waits", async () => {
    const world = await warm()
    world.network("held")
    world.advance(2501)
    expect([atOnce(world), atOnce(world)]).toEqual([undefined, undefined])
    world.advance(2499)
    expect(atOnce(world)).toBeUndefined()
    expect(world.queries()).toBe(2)
  })

  it("past its bound is waited for", async () => {
    const world = await warm()
    world.write("member", "ann", 1)
    world.advance(5001)
    expect(await world.feed.check(token)).toBe("stale_epoch")
  })

  it("is as old as the sending of its poll, however late that was answered", async () => {
    const world = await warm()
    world.network("held")
    world.advance(3000)
    atOnce(world)
    world.advance(2000)
    world.pending[0]?.answer()
    await settle()
    expect(world.feed.age()).toBe(2000)
  })

  it("costs less than one query per hundred requests at 200 requests per second", async () => {
    const world = createWorld()
    for (let request = 0; request < 200 * 60; request++) {
      const answer = world.feed.check(token)
      if (answer instanceof Promise) await answer
      world.advance(5)
      if (request % 20 === 0) await settle()
    }
    expect(world.queries()).toBeGreaterThan(12)
    expect(world.queries() / (200 * 60)).toBeLessThan(0.01)
  })
})

describe("a process that was frozen", () => {
  it("in the middle of a background poll waits for a new one when it thaws, not for the old", async () => {
    const world = await warm()
    world.network("held")
    world.advance(3000)
    atOnce(world)
    const [old] = world.pending
    old?.execute()
    // The time of day goes on, the process's own ticks may stand still.
    world.shift(10 * 60_000)
    world.write("member", "ann", 1)
    let decided: unknown = "waits"
    void Promise.resolve(world.feed.check(token)).then((doubt) => (decided = doubt))
    old?.answer()
    await settle()
    expect([decided, world.pending.length]).toEqual(["waits", 1])
    world.pending[0]?.answer()
    await settle()
    expect(decided).toBe("stale_epoch")
  })

  it("an old poll that fails on thaw is no outage", async () => {
    const world = await warm()
    world.network("held")
    world.advance(3000)
    atOnce(world)
    world.shift(10 * 60_000)
    const answer = world.feed.check(token)
    world.pending[0]?.fail()
    await settle()
    void world.feed.check(token)
    expect(world.queries()).toBe(3)
    world.pending[0]?.answer()
    expect(await answer).toBeUndefined()
    expect(world.lines).toEqual([])
  })

  it("an old poll's answer behind a newer one's does not make the copy older", async () => {
    const world = await warm()
    world.network("held")
    world.advance(3000)
    atOnce(world)
    world.advance(6000)
    const answer = world.feed.check(token)
    world.pending[1]?.answer()
    await answer
    world.pending[0]?.answer()
    await settle()
    expect(world.feed.age()).toBe(0)
  })
})

describe("a clock that is set", () => {
  it.each([
    ["back behind the last poll", -60_000],
    ["back by a little", -1000],
  ])("%s leaves no copy that looks young", async (_, shift) => {
    const world = await warm()
    world.write("member", "ann", 1)
    world.advance(5001)
    world.shift(shift)
    expect(await world.feed.check(token)).toBe("stale_epoch")
  })

  it("back during an outage ends the copy's use", async () => {
    const world = await warm()
    world.network("down")
    world.shift(-60_000)
    expect(await world.feed.check(token)).toBe("feed_unavailable")
    expect(world.feed.age()).toBeUndefined()
  })

  it("forward has the copy renewed", async () => {
    const world = await warm()
    world.shift(24 * hour)
    expect(atOnce(world)).toBe("waits")
    await settle()
    expect(world.feed.age()).toBe(0)
  })
})

describe("while polls fail", () => {
  it("the copy is used for a minute from the sending of the last good one, then no token is believed", async () => {
    const world = await warm()
    world.network("down")
    world.advance(60_000)
    expect(await world.feed.check(token)).toBeUndefined()
    world.advance(1)
    expect(atOnce(world)).toBe("feed_unavailable")
  })

  it("a token that is behind stays behind", async () => {
    const world = createWorld()
    world.write("member", "ann", 1)
    await world.feed.check(token)
    world.network("down")
    world.advance(30_000)
    expect(await world.feed.check(token)).toBe("stale_epoch")
  })

  it("one that fails is tried again by those who wait, and in the pause behind that nobody waits", async () => {
    const world = await warm()
    world.network("held")
    world.advance(6000)
    const waiting = [world.feed.check(token), world.feed.check(token)]
    world.pending[0]?.fail()
    await settle()
    expect(world.queries()).toBe(3)
    const late = world.feed.check(token)
    world.pending[0]?.fail()
    expect(await Promise.all([...waiting, late])).toEqual([undefined, undefined, undefined])
    world.advance(999)
    expect([atOnce(world), world.queries()]).toEqual([undefined, 3])
    world.advance(1)
    expect([atOnce(world), world.queries()]).toEqual(["waits", 4])
  })

  it("one that was frozen for a while and fails on thaw is replaced for those who wait", async () => {
    const world = await warm()
    world.write("member", "ann", 1)
    world.network("held")
    world.advance(3000)
    atOnce(world)
    world.shift(4000)
    const answer = world.feed.check(token)
    world.pending[0]?.fail()
    await settle()
    world.pending[0]?.answer()
    expect(await answer).toBe("stale_epoch")
    expect(world.lines).toEqual([])
  })

  it("a table that is down for ten minutes is asked less than once in four seconds", async () => {
    const world = await warm()
    world.network("down")
    for (let request = 0; request < 6000; request++) {
      world.advance(100)
      await world.feed.check(token)
    }
    expect(world.queries()).toBeGreaterThan(100)
    expect(world.queries()).toBeLessThan(150)
  })

  it("a process that was frozen after a failure asks again at once", async () => {
    const world = await warm()
    world.network("down")
    world.advance(6000)
    await world.feed.check(token)
    world.network("instant")
    world.write("member", "ann", 1)
    world.shift(30_000)
    expect(await world.feed.check(token)).toBe("stale_epoch")
  })

  it("recovers by itself, and the log has a line for the beginning and one for the end", async () => {
    const world = await warm()
    world.network("down")
    for (let second = 0; second < 120; second++) {
      world.advance(1000)
      await world.feed.check(token)
      await settle()
    }
    world.network("instant")
    for (let second = 0; second < 20; second++) {
      world.advance(1000)
      await world.feed.check(token)
    }
    expect(await world.feed.check(token)).toBeUndefined()
    expect(world.lines).toEqual([
      { event: "feed", outcome: "failing", because: "down", age: 4000 },
      { event: "feed", outcome: "recovered", failures: expect.any(Number) },
    ])
  })

  it("what a broken poll had read stays read", async () => {
    const world = createWorld({ pageSize: 1 })
    world.write("member", "bob", 1)
    world.write("member", "ann", 1)
    world.advance(hour)
    world.network("held")
    const first = world.feed.check(token)
    world.pending[0]?.answer()
    await settle()
    world.pending[0]?.fail()
    await settle()
    // The second try begins where the first broke off.
    world.pending[0]?.answer()
    expect(await first).toBe("stale_epoch")
    expect(world.queries()).toBe(3)
  })
})

describe("the log", () => {
  it("hears once that a process had to forget", async () => {
    const world = createWorld({ pageSize: 5000 })
    for (let subject = 0; subject < 10_001; subject++) world.write("member", `subject-${subject}`, 1)
    for (let poll = 0; poll < 3; poll++) {
      await world.feed.check(token)
      world.write("member", `late-${poll}`, 1)
      world.advance(6000)
    }
    expect(world.lines).toEqual([{ event: "feed", outcome: "incomplete", because: "too_many_names" }])
  })

  it("that fails changes nothing", async () => {
    const world = createWorld({
      log() {
        throw new Error("stdout is closed")
      },
    })
    world.network("down")
    expect(await world.feed.check(token)).toBe("feed_unavailable")
    world.network("instant")
    world.advance(1000)
    expect(await world.feed.check(token)).toBeUndefined()
  })
})
