/** No request is ever answered from data older than it asked for, and no refill puts an older value over a newer one. */
import fc from "fast-check"
import { expect, it } from "vitest"
import { createWorld, readOf, settled, type World } from "../../test/world.ts"
import type { HoldingsCache } from "./holdings-cache.ts"
import { createMemoryCache } from "./memory-cache.ts"
import { createHoldingsReader } from "./reader.ts"
import { createTieredCache } from "./tiered-cache.ts"

type Event =
  | { readonly does: "request"; readonly subject: string; readonly maxAge: number }
  | { readonly does: "end"; readonly which: number; readonly at: number }
  | { readonly does: "fail" | "answer"; readonly which: number }
  | { readonly does: "pass" | "stepWall" | "freeze"; readonly by: number }
  | { readonly does: "change"; readonly subject: string }

const subject = fc.constantFrom("alice", "alice", "alice", "bob")
const which = fc.nat(5)
/** Ages, delays and steps of one size, so that they meet. */
const span = fc.oneof(fc.nat(20), fc.constantFrom(100, 1_000))

const common = [
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant("request" as const),
      subject,
      maxAge: fc.oneof(span, fc.constant(0)),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant("end" as const),
      which,
      at: fc.constantFrom(0, 0.5, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("fail" as const), which }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant("answer" as const), which }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("pass" as const), by: span }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("change" as const), subject }) },
]
const stepForward = fc.record({ does: fc.constant("stepWall" as const), by: span })
const stepBack = span.map((by) => ({ does: "stepWall" as const, by: -by }))
const freeze = fc.record({ does: fc.constant("freeze" as const), by: span })

/**
 * A frozen process is found out by its wall clock, and a wall clock that was set back by the steady one: no clock is
 * left to tell of both at once, so a schedule has one or the other.
 */
const schedule = fc.oneof(
  schedules(fc.oneof(stepForward, stepBack)),
  schedules(fc.oneof(stepForward, freeze)),
)

/** Events, and whether a millisecond passes before each. */
function schedules(trouble: fc.Arbitrary<Event>) {
  const event = fc.oneof(...common, { weight: 2, arbitrary: trouble })
  return fc.array(fc.tuple(fc.boolean(), event), { minLength: 20, maxLength: 60 })
}

interface Run {
  readonly world: World
  readonly play: (event: Event) => Promise<void>
  /** Ends whatever is still under way. */
  readonly finish: () => Promise<void>
  /** What went wrong, in words. */
  readonly wrong: readonly string[]
  readonly answered: () => number
}

/** A cache that looks at once and answers when it is told to. */
function createSlowCache(cache: HoldingsCache) {
  const waiting: (() => void)[] = []
  const slow: HoldingsCache = {
    ...cache,
    async read(subject, maxAge) {
      const known = await cache.read(subject, maxAge)
      await new Promise<void>((answer) => void waiting.push(answer))
      return known
    },
  }
  const answer = async (which: number) => {
    waiting.splice(which % Math.max(waiting.length, 1), 1)[0]?.()
    await settled()
  }
  return { slow, answer, waits: () => waiting.length > 0 }
}

function createRun(kind: "near" | "far" | "tiered"): Run {
  const world = createWorld()
  const wrong: string[] = []
  let answered = 0
  let open = 0
  const memory = watchingOrder(createMemoryCache(world.clocks), wrong)
  const { slow, answer, waits } = createSlowCache(memory)
  const near = watchingOrder(createMemoryCache(world.clocks), wrong)
  const cache = { near: memory, far: slow, tiered: createTieredCache(near, slow) }[kind]
  const read = createHoldingsReader({ store: world.store, cache, ...world.clocks })

  function request(subject: string, maxAge: number): void {
    const came = { time: world.time(), reads: world.reads().length }
    open += 1
    const end = () => {
      open -= 1
    }
    read({ subject, roles: [] }, maxAge).then((holdings) => {
      end()
      answered += 1
      const { id, sent, subject: whose } = readOf(world, holdings)
      const began = maxAge === 0 ? id >= came.reads : sent >= came.time
      const age = world.time() - sent
      if (whose !== subject) wrong.push(`${subject} was given what ${whose} holds`)
      if (!began && (maxAge === 0 || age > maxAge)) wrong.push(`asked for ${maxAge} ms, given ${age} ms`)
    }, end)
  }

  async function play(event: Event): Promise<void> {
    switch (event.does) {
      case "request":
        request(event.subject, event.maxAge)
        return settled()
      case "end":
        return world.end(event.which, event.at)
      case "fail":
        return world.fail(event.which)
      case "answer":
        return answer(event.which)
      case "pass":
      case "stepWall":
      case "freeze":
        return world[event.does](event.by)
      case "change":
        return world.change(event.subject)
    }
  }

  async function finish(): Promise<void> {
    for (let turn = 0; open > 0 && turn < 500; turn++) {
      while (waits()) await answer(0)
      await world.end(0)
    }
    if (open > 0) wrong.push(`${open} requests were never answered`)
  }
  return { world, play, finish, wrong, answered: () => answered }
}

/** Looks after each write, and notes where what is kept of a subject went back to an older version. */
function watchingOrder(cache: HoldingsCache, wrong: string[]): HoldingsCache {
  const newest = new Map<string, number>()
  return {
    ...cache,
    write(subject, known) {
      cache.write(subject, known)
      void cache.read(subject, Number.MAX_VALUE).then((kept) => {
        const version = Number(kept?.holdings.epoch.split(".")[1] ?? Number.POSITIVE_INFINITY)
        if (version < (newest.get(subject) ?? 0)) wrong.push(`${subject} went back to version ${version}`)
        if (kept !== undefined) newest.set(subject, version)
      })
    },
  }
}

it.each(["near", "far", "tiered"] as const)(
  "holds under any schedule with a %s cache",
  async (kind) => {
    let answered = 0
    await fc.assert(
      fc.asyncProperty(schedule, async (events) => {
        const run = createRun(kind)
        for (const [ticks, event] of events) {
          if (ticks) run.world.pass(1)
          await run.play(event)
        }
        await run.finish()
        answered += run.answered()
        expect(run.wrong).toEqual([])
      }),
      { numRuns: 200 },
    )
    expect(answered).toBeGreaterThan(800)
  },
  60_000,
)
