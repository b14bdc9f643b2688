/**
 * What freshness promises, whatever the strategy: no request is answered from permission data that is older than its
 * route allows. A store that knows when each state was current, a clock that only the test moves, and doors as their
 * authorizers would hold them open: tokens that live for an hour, a gateway that keeps answers for five minutes.
 */
import {
  createCatalog,
  defineRoutes,
  encodeClaim,
  expand,
  hasRoute,
  type RouteSet,
  routeNamed,
} from "@claimgate/core"
import { createMemoryStore, evaluate, type PermissionStore } from "@claimgate/store"
import fc from "fast-check"
import { expect, test } from "vitest"
import { byTest } from "../test/attribution.ts"
import { type DoorName, doorNames, doors, eventThrough, type Visitor } from "../test/doors.ts"
import { createBackend } from "./app.ts"
import type { Handlers } from "./bind.ts"
import { createMemoryCache } from "./cache/memory-cache.ts"
import { createHoldingsReader } from "./cache/reader.ts"
import { endpoint, nothing } from "./endpoint.ts"
import { createLambda } from "./lambda.ts"

const routes = defineRoutes({
  byToken: "GET /token",
  soon: { route: "GET /soon", freshness: { within: 2 } },
  later: { route: "GET /later", freshness: { within: 30 } },
  byStore: { route: "GET /now", freshness: "now" },
})
type Name = keyof typeof routes
const names = Object.keys(routes) as readonly Name[]
const catalog = createCatalog(names.map((name) => routes[name].route))
const told = endpoint(nothing, ({ c }) => c.json({}))
const handlers: Handlers<typeof routes> = { byToken: told, soon: told, later: told, byStore: told }

const subject = "11111111-1111-4111-8111-111111111111"
const startedAt = 1_750_000_000_000
const hour = 3_600_000
const keptFor = 300_000

/** What the store held from a moment on. */
interface State {
  readonly since: number
  readonly routes: RouteSet
  readonly epoch: string
}

/** Everything in one world: a clock, a store, its history, and a backend behind one door. */
async function createWorld(door: DoorName, latency: () => number) {
  let milliseconds = startedAt
  const now = () => milliseconds
  const store = createMemoryStore()
  const history: State[] = []
  let version = 0
  let reads = 0
  const note = async () => {
    const holdings = evaluate(await store.load(subject))
    history.push({ since: now(), routes: expand(catalog, holdings.permissions), epoch: holdings.epoch })
  }
  const grant = async (granted: readonly Name[]) => {
    const permissions = granted.map((name) => `GET:${routes[name].path}`)
    await store.putMember({ subject, roles: [], permissions, disabled: false }, version++, byTest())
    await note()
  }
  await note()
  /** Reads once on the way there or on the way back: any moment of the call may be the one that is seen. */
  const slow: PermissionStore = {
    ...store,
    async load(...asked) {
      reads++
      milliseconds += latency()
      const record = await store.load(...asked)
      milliseconds += latency()
      return record
    },
  }
  const cache = createMemoryCache({ now, steady: now, maxSubjects: 9 })
  const readHoldings = createHoldingsReader({ store: slow, cache, now, steady: now })
  const log = () => {}
  const app = createBackend({ routes, handlers, catalog, readHoldings, door: doors[door], now, log })
  const run = createLambda(app, doors[door].gateway)
  const current = () => history.at(-1)!
  return {
    now,
    grant,
    current,
    history,
    pass: (passed: number) => {
      milliseconds += passed
    },
    reads: () => reads,
    async ask(name: Name, visitor: Visitor) {
      const event = eventThrough(
        door,
        { request: routes[name].route },
        { ...visitor, route: routes[name].route },
      )
      const { statusCode } = await run(event)
      return statusCode
    },
  }
}

type World = Awaited<ReturnType<typeof createWorld>>

/** What a client comes with: the token's own state, or under `cached` that of the gateway's kept answer. */
interface Carried {
  readonly state: State
  readonly at: number
}

/**
 * Who comes, where an authorizer lets the request through at all. A doubt is an authorizer's that has heard of a change,
 * or a claim that nobody can read.
 */
function visitorOf(door: DoorName, name: Name, { state, at }: Carried, doubt = false): Visitor | undefined {
  const [iat, exp] = [Math.floor(at / 1000), Math.floor((at + hour) / 1000)]
  const common = { subject, roles: "guest", epoch: state.epoch, iat, exp }
  if (doors[door].strategy === "backend")
    return { ...common, claim: doubt ? "?" : encodeClaim(catalog, state.routes) }
  if (doubt) return { ...common, because: "stale_epoch" }
  return holds(state, name) ? common : undefined
}

function holds({ routes: held }: State, name: Name): boolean {
  return hasRoute(held, routeNamed(catalog, routes[name].route)!)
}

/** Since when the data behind an answer must have been current at some moment. */
function allowedSince(
  door: DoorName,
  { name, doubt }: Asked,
  { at }: Carried,
  arrived: number,
  decided: number,
) {
  const { freshness } = routes[name]
  if (freshness === "token" && !doubt) return at
  // What is read after the request has come is as fresh as can be, however long that takes.
  if (typeof freshness === "string") return arrived
  // Who has heard of a change wants to see it; where the claim is not what decides, it is no matter who can read it.
  if (doubt && doors[door].strategy !== "backend") return arrived
  return Math.min(arrived, decided - freshness.within * 1000)
}

/** The answers that some state would give which was current at some moment from `since` on. */
function answersSince({ history }: World, since: number, name: Name): ReadonlySet<number> {
  const lasting = history.filter((_, index) => (history[index + 1]?.since ?? Infinity) >= since)
  return new Set(lasting.map((state) => (holds(state, name) ? 200 : 403)))
}

interface Asked {
  readonly do: "ask"
  readonly name: Name
  readonly doubt: boolean
}

type Step =
  | { readonly do: "pass"; readonly milliseconds: number }
  | { readonly do: "grant"; readonly names: readonly Name[] }
  | { readonly do: "renew" }
  | Asked

/** What a revoke that came too late for somebody looks like, at any distance of the bounds. */
const revoke: fc.Arbitrary<readonly Step[]> = fc
  .tuple(asked(), durations(), asked())
  .map(([{ name }, milliseconds, later]) => [
    { do: "grant", names },
    { do: "renew" },
    { do: "ask", name, doubt: false },
    { do: "grant", names: names.filter((one) => one !== name) },
    { do: "pass", milliseconds },
    { ...later, name },
  ])

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("pass"), milliseconds: durations() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("grant"), names: fc.subarray([...names]) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("renew") }) },
  { weight: 5, arbitrary: asked() },
)

function asked() {
  const doubt = fc.constantFrom(false, false, true)
  return fc.record({ do: fc.constant("ask"), name: fc.constantFrom(...names), doubt })
}

/** Around the bounds above, and far from them. */
function durations() {
  return fc.oneof(
    fc.constantFrom(0, 1, 1000, 1999, 2000, 2001, 2300, 29_999, 30_000, 30_001, 33_000, keptFor),
    fc.integer({ min: 0, max: 40_000 }),
  )
}

test.each(doorNames)("behind %s, no answer is older than its route allows", async (door) => {
  const cached = doors[door].strategy === "cached"
  await fc.assert(
    fc.asyncProperty(
      fc
        .array(
          fc.oneof(
            step.map((one) => [one]),
            revoke,
          ),
          { minLength: 2, maxLength: 20 },
        )
        .map((all) => all.flat()),
      fc.array(fc.constantFrom(0, 0, 1, 40, 1500, 2500), { minLength: 1, maxLength: 7 }),
      async (steps, latencies) => {
        let turn = 0
        const world = await createWorld(door, () => latencies[turn++ % latencies.length]!)
        const carry = (): Carried => ({ state: world.current(), at: world.now() })
        let carried = carry()
        for (const one of steps) {
          if (one.do === "pass") world.pass(one.milliseconds)
          if (one.do === "grant") await world.grant(one.names)
          // A token is renewed before its end, and a gateway asks again when its time is over.
          const lifetime = cached ? keptFor : hour - 60_000
          if (one.do === "renew" || world.now() - carried.at >= lifetime) carried = carry()
          if (one.do !== "ask") continue
          const visitor = visitorOf(door, one.name, carried, one.doubt)
          if (visitor === undefined) continue
          const arrived = world.now()
          const status = await world.ask(one.name, visitor)
          const since = allowedSince(door, one, carried, arrived, world.now())
          expect(answersSince(world, since, one.name)).toContain(status)
        }
      },
    ),
    { numRuns: 100 },
  )
})

test.each(doorNames)("behind %s, reads are what the route asks for", async (door) => {
  const world = await createWorld(door, () => 1)
  await world.grant(names)
  const carried: Carried = { state: world.current(), at: world.now() }
  const cost = async (name: Name, times: number) => {
    const before = world.reads()
    for (let time = 0; time < times; time++) {
      world.pass(100)
      expect(await world.ask(name, visitorOf(door, name, carried)!)).toBe(200)
    }
    return world.reads() - before
  }
  expect(await cost("byToken", 20)).toBe(0)
  expect(await cost("byStore", 20)).toBe(20)
  world.pass(60_000)
  // Ten seconds, in windows of two; and in one window of thirty, which has begun with the last of those reads.
  expect(await cost("soon", 100)).toBeLessThanOrEqual(6)
  expect(await cost("later", 100)).toBeLessThanOrEqual(1)
})

test.each(doorNames)("behind %s, requests at once share a read where the route allows it", async (door) => {
  const world = await createWorld(door, () => 0)
  await world.grant(names)
  const carried: Carried = { state: world.current(), at: world.now() }
  const before = world.reads()
  const all = await Promise.all(
    Array.from({ length: 20 }, () => world.ask("later", visitorOf(door, "later", carried)!)),
  )
  expect([new Set(all), world.reads() - before]).toEqual([new Set([200]), 1])
})
