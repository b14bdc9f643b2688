/**
 * Polls against a revoke, in every order that the two can happen in: the feed's own code in a world where each step is
 * chosen. And the same with one of its guards taken out, which has to let a revoked token through: a guard that can be
 * removed unnoticed is none.
 */
import { describe, expect, it } from "vitest"
import { createWorld, settle, tokenOf, type World } from "../../test/feed.ts"
import { type Removal, withoutGuard } from "../../test/without-guard.ts"
import { createFeed } from "./feed.ts"

const maxAge = 5000
const maxOutage = 60_000

/** How often each step may be taken; the network takes its steps whenever there is something on the wire. */
interface Budget {
  readonly ask: number
  readonly wait: number
  readonly fail: number
  /** Writes of another subject. */
  readonly other: number
  /** What happens in each `wait`. */
  readonly pass: (world: World) => void
}

interface Outcome {
  readonly askedAt: number
  readonly allowed: boolean
}

/** One run of the model: which steps are possible now, and what was let through. */
function createRun(create: typeof createFeed, budget: Budget) {
  const world = createWorld({ createFeed: create, maxAge, maxOutage })
  const token = tokenOf()
  const outcomes: Outcome[] = []
  const left = { ...budget, revoke: 1 }
  let revokedAt = Number.POSITIVE_INFINITY
  const take = (step: Exclude<keyof typeof left, "pass">, act: () => void) => () => {
    left[step]--
    act()
  }
  const ask = () => {
    const askedAt = world.now()
    const answer = world.feed.check(token)
    const note = (doubt: unknown) => void outcomes.push({ askedAt, allowed: doubt === undefined })
    if (answer instanceof Promise) void answer.then(note)
    else note(answer)
  }
  /** The revoke is change 1. It is acknowledged as soon as it can be seen, which may be after change 2 can. */
  const revoke = () => {
    world.write("member", "ann", 1, { number: 1 })
    revokedAt = world.now()
  }
  const steps = () => [
    ...(left.ask > 0 ? [take("ask", ask)] : []),
    ...(left.wait > 0 ? [take("wait", () => budget.pass(world))] : []),
    ...(left.revoke > 0 ? [take("revoke", revoke)] : []),
    ...(left.other > 0 ? [take("other", () => world.write("member", "bob", 1, { number: 2 }))] : []),
    ...network(world),
    ...(left.fail > 0 ? world.pending.map((query) => take("fail", () => query.fail())) : []),
  ]
  const letThrough = (bound: number) =>
    outcomes.filter(({ askedAt, allowed }) => allowed && askedAt > revokedAt + bound).length
  return { world, steps, letThrough }
}

/** A query runs against the table, or its answer arrives. */
function network({ pending }: World): (() => void)[] {
  return pending.map((query) => (query.hasRun() ? () => query.answer() : () => query.execute()))
}

interface Explored {
  readonly runs: number
  /** Requests of the last run that were let through though they began later than an acknowledged revoke and the bound. */
  readonly letThrough: number
}

/**
 * Takes every order of steps there is, one run each, until a request is let through: the choices of a run are the
 * digits of a number that counts up.
 */
async function explore(create: typeof createFeed, budget: Budget, bound: number): Promise<Explored> {
  let runs = 0
  let letThrough = 0
  let choices: number[] = []
  do {
    const run = createRun(create, budget)
    await run.world.feed.check(tokenOf())
    run.world.network("held")
    const widths: number[] = []
    for (let steps = run.steps(); steps.length > 0; steps = run.steps()) {
      const choice = choices[widths.length] ?? 0
      widths.push(steps.length)
      steps[choice]?.()
      await settle()
    }
    runs++
    letThrough += run.letThrough(bound)
    choices = next(choices, widths)
  } while (choices.length > 0 && letThrough === 0)
  return { runs, letThrough }
}

/** The choices of the next run; none where all were made. */
function next(choices: readonly number[], widths: readonly number[]): number[] {
  const all = widths.map((_, at) => choices[at] ?? 0)
  for (let at = widths.length - 1; at >= 0; at--)
    if ((all[at] ?? 0) + 1 < (widths[at] ?? 0)) return [...all.slice(0, at), (all[at] ?? 0) + 1]
  return []
}

const seconds = (length: number) => (world: World) => world.advance(length * 1000)

/** Nothing fails: the bound is the copy's age. */
const quiet: Budget = { ask: 2, wait: 3, fail: 0, other: 1, pass: seconds(4) }
/** The process's own ticks stand still whenever time passes. */
const frozen: Budget = { ...quiet, pass: (world) => world.shift(4000) }
/** A poll that fails alone, as one that was frozen does, is no outage. */
const blip: Budget = { ask: 2, wait: 3, fail: 1, other: 0, pass: seconds(4) }
/** Polls may fail again and again: then the bound is how long an outage may last. */
const failing: Budget = { ask: 2, wait: 2, fail: 2, other: 0, pass: seconds(61) }

describe("no request that began after an acknowledged revoke and the bound is let through", () => {
  const rows: readonly (readonly [string, Budget, number])[] = [
    ["while polls succeed", quiet, maxAge],
    ["in a process that is frozen whenever time passes", frozen, maxAge],
    ["when one poll fails", blip, maxAge],
    ["while polls fail", failing, maxOutage],
  ]
  it.each(rows)("%s", async (_, budget, bound) => {
    const { runs, letThrough } = await explore(createFeed, budget, bound)
    expect(letThrough).toBe(0)
    expect(runs).toBeGreaterThan(1000)
  })
})

describe("a revoked token is let through", () => {
  const rows: readonly (readonly [string, Removal, Budget, number])[] = [
    [
      "when the age counts from the answer",
      {
        file: "polls.ts",
        guard: "if (last === undefined || poll.order > last.order) last = poll",
        instead: "last = { ...poll, sent: moment() }",
      },
      quiet,
      maxAge,
    ],
    [
      "when any poll under way will do",
      { file: "polls.ts", guard: "since(running.sent) <= maxAge", instead: "true" },
      quiet,
      maxAge,
    ],
    [
      "when nobody waits for a poll",
      {
        file: "feed.ts",
        guard: "return poll === undefined ? judge(token) : wait(poll, token)",
        instead: "return judge(token)",
      },
      quiet,
      maxAge,
    ],
    [
      "when a poll that failed is not replaced",
      { file: "feed.ts", guard: "if (!(await poll)) await polls.young()", instead: "await poll" },
      blip,
      maxAge,
    ],
    [
      "when the last minute is not read again",
      { file: "copy.ts", guard: "at + leeway <= sentAt", instead: "true" },
      quiet,
      maxAge,
    ],
    [
      "when the time of day does not count",
      { file: "stopwatch.ts", guard: "Math.max(elapsed, ticks() - tick)", instead: "ticks() - tick" },
      frozen,
      maxAge,
    ],
    [
      "when an outage may last",
      { file: "feed.ts", guard: "polls.age() > maxOutage", instead: "false" },
      failing,
      maxOutage,
    ],
  ]
  it.each(rows)("%s", async (_, removal, budget, bound) => {
    const { letThrough } = await explore(await withoutGuard(removal), budget, bound)
    expect(letThrough).toBeGreaterThan(0)
  })
})
