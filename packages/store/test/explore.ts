/**
 * Runs the store's own code in every order that its requests can happen in, or in random ones. Several actors work on one
 * model database; a step is one request, or one item of a batch, and happens when it is chosen.
 */
import type { Items, ModelPlace, Mutation, Schedule, Step } from "./model-dynamo.ts"

/** What an actor does: each of its requests is a step, and whatever else it waits for. */
export type Actor = (place: ModelPlace) => Promise<void>

export interface World {
  readonly items: Items
  /** How many writes may be answered by a lost connection, after they happened or (in random orders) before. */
  readonly losses?: number
  /** How many actors that may happen to, from the first; one if absent. INVARIANT for `exploreAll`: one. */
  readonly lossy?: number
  readonly actors: readonly Actor[]
  /** What is wrong when all actors have come to their end; empty if nothing is. */
  readonly check: () => readonly string[]
}

export interface Explored {
  readonly runs: number
  /** The first one that was found, with the steps that led there. */
  readonly violation: string | undefined
}

/** Decides which of the steps that can happen does. Undefined gives the run up: another one covers it. */
type Choose = (enabled: readonly Pending[], fatesOf: (one: Pending) => readonly Fate[]) => Chosen | undefined

interface Chosen {
  readonly one: Pending
  readonly fate: Fate
}

/**
 * Every order of steps, but of orders that differ only in neighbours which do not see each other just one: depth first,
 * each run from the start, with sleep sets (Godefroid, Partial-Order Methods, 1996).
 */
export async function exploreAll(
  createWorld: () => World,
  { mutate, mostRuns = 20_000 }: { readonly mutate?: Mutation; readonly mostRuns?: number } = {},
): Promise<Explored> {
  const path: Place[] = []
  for (let runs = 1; ; runs++) {
    if (runs > mostRuns) throw new Error(`expected at most ${mostRuns} runs`)
    const violation = await runOnce(createWorld(), follow(path), mutate, ["", "lost after"])
    if (violation !== undefined) return { runs, violation }
    while (path.length > 0 && path.at(-1)!.at + 1 >= path.at(-1)!.options.length) path.pop()
    const last = path.at(-1)
    if (last === undefined) return { runs, violation: undefined }
    last.at++
  }
}

/** One place on the way: what can happen there, and what need not, as it was tried before and nothing has seen it since. */
interface Place {
  readonly options: readonly { readonly order: number; readonly fate: Fate }[]
  readonly asleep: ReadonlySet<number>
  at: number
}

/** Goes along a path, and on from its end, always the first way. */
function follow(path: Place[]): Choose {
  let depth = 0
  let asleep: ReadonlySet<number> = new Set()
  return (enabled, fatesOf) => {
    const place = path[depth] ?? {
      options: enabled
        .filter(({ order }) => !asleep.has(order))
        .flatMap((one) => fatesOf(one).map((fate) => ({ order: one.order, fate }))),
      asleep,
      at: 0,
    }
    path[depth++] = place
    const option = place.options[place.at]
    if (option === undefined) return undefined
    const byOrder = new Map(enabled.map((one) => [one.order, one]))
    const one = byOrder.get(option.order)!
    const tried = place.options.slice(0, place.at).map(({ order }) => order)
    const stillAsleep = [...place.asleep, ...tried].filter((order) => {
      const other = byOrder.get(order)
      return other !== undefined && other !== one && !sees(one.step, other.step)
    })
    asleep = new Set(stillAsleep)
    return { one, fate: option.fate }
  }
}

function sees(one: Step, other: Step): boolean {
  return (one.writes || other.writes) && one.keys.some((key) => other.keys.includes(key))
}

/** So many random orders, the same ones for the same seed. */
export async function exploreRandomly(
  createWorld: (random: () => number) => World,
  { runs, seed, mutate }: { readonly runs: number; readonly seed: number; readonly mutate?: Mutation },
): Promise<Explored> {
  for (let run = 1; run <= runs; run++) {
    const random = randomFrom(seed + run * 7919)
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
    let last = 0
    const choose: Choose = (enabled, fatesOf) => {
      // In bursts: of many writers that take turns, hardly any would get through.
      const same = random() < 0.7 ? enabled.filter(({ actor }) => actor === last) : []
      const one = pick(same.length > 0 ? same : enabled)
      last = one.actor
      return { one, fate: random() < 0.9 ? "" : pick(fatesOf(one)) }
    }
    const violation = await runOnce(createWorld(random), choose, mutate, ["", "lost after", "lost before"])
    if (violation !== undefined) return { runs: run, violation }
  }
  return { runs, violation: undefined }
}

interface Pending {
  /** The same in every run that came here the same way. */
  readonly order: number
  readonly name: string
  readonly actor: number
  readonly step: Step
  happen(fate: Fate): void
  giveUp(): void
}

type Fate = "" | "lost before" | "lost after"

interface Run {
  readonly pending: Pending[]
  losses: number
  over: boolean
}

async function runOnce(
  world: World,
  choose: Choose,
  mutate: Mutation | undefined,
  fates: readonly Fate[],
): Promise<string | undefined> {
  const run: Run = { pending: [], losses: world.losses ?? 0, over: false }
  let active = world.actors.length
  const ends = world.actors.map((actor, index) =>
    actor({ items: world.items, schedule: scheduleOf(run, index), mutate }).finally(() => active--),
  )
  const all = Promise.allSettled(ends)
  const trace: string[] = []
  for (;;) {
    await quiet()
    if (active === 0) break
    const enabled = run.pending
      .filter(({ step }) => step.enabled?.() ?? true)
      .sort((a, b) => a.order - b.order)
    const fatesOf = ({ step, actor }: Pending): readonly Fate[] =>
      run.losses > 0 && step.writes && actor < (world.lossy ?? 1) ? fates : [""]
    const chosen = enabled.length === 0 ? undefined : choose(enabled, fatesOf)
    if (chosen === undefined) {
      await giveUp(run, all)
      return enabled.length > 0 ? undefined : `nobody can go on, after ${trace.join(", ")}`
    }
    const { one, fate } = chosen
    run.pending.splice(run.pending.indexOf(one), 1)
    if (fate !== "") run.losses--
    trace.push(`${one.name}${fate && ` (${fate})`}`)
    one.happen(fate)
  }
  const failed = (await all).flatMap((end) => (end.status === "rejected" ? [String(end.reason)] : []))
  const wrong = [...failed, ...world.check()]
  return wrong.length === 0 ? undefined : `${wrong.join("; ")}, after ${trace.join(", ")}`
}

async function giveUp(run: Run, ends: Promise<unknown>): Promise<void> {
  run.over = true
  for (const one of run.pending.splice(0)) one.giveUp()
  await ends
}

/** More than any actor takes. */
const stepsOfActor = 10_000

/** Orders are the same in every run: by actor, then by the steps that it took. */
function scheduleOf(run: Run, actor: number): Schedule {
  let taken = 0
  return (step) =>
    new Promise((resolve, reject) => {
      const order = actor * stepsOfActor + taken++
      const giveUp = () => reject(new Error("given up"))
      if (run.over) return giveUp()
      run.pending.push({
        ...{ order, actor, step, giveUp },
        name: `${actor}${step.writes ? " writes" : " reads"} ${step.keys.map((key) => key.split(" ")[0]).join(" ")}`,
        happen(fate) {
          if (fate === "lost before") return reject(lost())
          try {
            const answer = step.run()
            if (fate === "lost after") reject(lost())
            else resolve(answer)
          } catch (error) {
            reject(fate === "lost after" ? lost() : error)
          }
        },
      })
    })
}

function lost(): Error {
  return Object.assign(new Error("socket hang up"), { code: "ECONNRESET" })
}

/** Resolves when nobody can do anything but wait for a step. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Numbers from 0 to below 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
