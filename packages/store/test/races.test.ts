/**
 * Races: the store's own code, its requests in every order that they can happen in. What must hold is checked past the
 * store; and each check is shown to find what goes wrong where a condition is taken out of the transaction.
 */
import { setTimeout as wait } from "node:timers/promises"
import { isDeepStrictEqual } from "node:util"
import { ScanCommand } from "@aws-sdk/lib-dynamodb"
import { describe, expect, it } from "vitest"
import { createDynamoStore } from "../src/dynamo-store.ts"
import type { PermissionStore } from "../src/port.ts"
import { type Contents, contentsOf } from "./consistency.ts"
import { createTestClient, patient, startDynalite } from "./dynalite.ts"
import { type Explored, exploreAll, exploreRandomly, randomFrom, type World } from "./explore.ts"
import { createModelClient, type Items, keyOf, type ModelPlace } from "./model-dynamo.ts"
import {
  type Actor,
  administrators,
  alice,
  bootstrap,
  byRequest,
  disable,
  endOfImport,
  grant,
  mint,
  mintLater,
  newStory,
  raise,
  remove,
  restOfImport,
  revoke,
  rewrite,
  roles,
  type Story,
  strip,
  wholeImport,
  wrongs,
} from "./race-actors.ts"
import { type Missing, mutations } from "./race-mutations.ts"
import { startWire } from "./wire.ts"

interface Scenario {
  readonly name: string
  readonly before: (store: PermissionStore) => Promise<unknown>
  readonly actors: readonly Actor[]
  /** Writes of the first actor whose answer may get lost. */
  readonly losses?: number
  /** What is wrong beside what is wrong of any table. */
  readonly check?: (contents: Contents) => readonly string[]
  readonly brokenBy: readonly Missing[]
}

const scenarios: readonly Scenario[] = [
  {
    name: "two grants to one subject at once: both are there",
    before: alice(),
    actors: [grant("a"), grant("b")],
    check: holds("alice", "a", "b"),
    brokenBy: ["the version condition", "the audit", "the change"],
  },
  {
    name: "two grants to two subjects at once",
    before: roles,
    actors: [grant("a", "alice"), grant("b", "bob")],
    check: (contents) => [...holds("alice", "a")(contents), ...holds("bob", "b")(contents)],
    brokenBy: ["the sequence condition"],
  },
  {
    name: "a grant against a revoke: neither is lost",
    before: alice("a"),
    actors: [grant("b"), revoke("a")],
    check: holds("alice", "b"),
    brokenBy: ["the version condition"],
  },
  {
    name: "a token minted against a revoke is behind, or holds what is left",
    before: alice("a"),
    actors: [mint, revoke("a")],
    check: holds("alice"),
    brokenBy: ["the change"],
  },
  {
    name: "a token minted against a revoke, and another writer",
    before: alice("a"),
    actors: [mint, strip(1), raise],
    check: holds("alice"),
    brokenBy: ["the sequence condition"],
  },
  {
    name: "a token minted against a change of a role",
    before: alice("a"),
    actors: [mint, rewrite("a", "GET:/less"), raise],
    brokenBy: ["the sequence condition"],
  },
  {
    name: "a grant that timed out, repeated after a revoke: the revoke stands",
    before: alice(),
    actors: [grant("a"), strip(2)],
    losses: 1,
    check: (contents) => (contents.audit.some(by("strip")) ? holds("alice")(contents) : []),
    brokenBy: ["the idempotency key"],
  },
  {
    name: "one grant delivered twice: one effect, one answer",
    before: alice(),
    actors: [grant("a"), grant("a")],
    check: holds("alice", "a"),
    brokenBy: ["the idempotency key"],
  },
  {
    name: "one raise delivered twice",
    before: roles,
    actors: [raise, raise],
    check: ({ head }) => (head.generation === 1 ? [] : [`generation ${head.generation}`]),
    brokenBy: ["the idempotency key", "the idempotency key's condition"],
  },
  {
    name: "the last two administrators removed at once: one remains",
    before: administrators,
    actors: [remove("ann"), remove("ben")],
    check: oneAdministrator,
    brokenBy: ["the administrators' condition"],
  },
  {
    name: "two bootstraps at once: one administrator",
    before: roles,
    actors: [bootstrap("ann"), bootstrap("ben")],
    check: oneAdministrator,
    brokenBy: ["the administrators' condition"],
  },
  {
    name: "a token minted against a bulk import is behind, or holds what was imported",
    before: alice("a"),
    actors: [mintLater, wholeImport],
    check: holds("alice"),
    brokenBy: ["the wait at the import's end", "the change"],
  },
  {
    name: "a token minted against an import that somebody else ends",
    before: begun(alice("a")),
    actors: [mintLater, restOfImport, endOfImport],
    brokenBy: ["the check that the import is running"],
  },
  {
    name: "a grant against a bulk import",
    before: begun(alice()),
    actors: [grant("a"), restOfImport],
    brokenBy: ["the version condition"],
  },
]

function holds(subject: string, ...expected: readonly string[]) {
  return ({ members }: Contents) => {
    const held = [...(members.get(subject)?.roles ?? [])]
    return isDeepStrictEqual(held, expected) ? [] : [`${subject} holds [${held}], expected [${expected}]`]
  }
}

function oneAdministrator({ administrators: count }: Contents): string[] {
  return count === 1 ? [] : [`${count} administrators, expected 1`]
}

function by(request: string) {
  return ({ requestId }: { readonly requestId: string }) => requestId === request
}

function begun(before: Scenario["before"]): Scenario["before"] {
  return async (store) => {
    await before(store)
    await store.beginImport(byRequest("import"))
  }
}

describe.each(scenarios)("$name", ({ before, actors, losses = 0, check = () => [], brokenBy }) => {
  const explore = async (missing?: Missing) => {
    const base = await tableAfter(before)
    const createWorld = () => worldOf(base, actors, { losses, check, missing })
    return exploreAll(createWorld, missing === undefined ? {} : { mutate: mutations[missing] })
  }

  it("holds in every order", { timeout: 60_000 }, async () => {
    const { runs, violation } = await explore()
    expect(violation).toBeUndefined()
    expect(runs).toBeGreaterThan(10)
  })

  it.each(brokenBy)("does not hold without %s", { timeout: 60_000 }, async (missing) => {
    expectViolation(await explore(missing))
  })
})

/** Something is wrong with what is stored or was said, and not with the run. */
function expectViolation({ violation }: Explored): void {
  expect(violation).toBeDefined()
  expect(violation).not.toMatch(/Error|nobody can go on/)
}

/** How many random orders; `CLAIMGATE_RACES` asks for more. */
const schedules = Number(process.env.CLAIMGATE_RACES ?? 150)

describe(`sixteen writers in ${schedules} random orders, some answers lost`, () => {
  const explore = async (runs: number, missing?: Missing) => {
    const base = await tableAfter(everybody)
    const createWorld = (random: () => number) =>
      worldOf(base, sixteen(random), { losses: 4, lossy: 16, missing })
    const mutate = missing === undefined ? {} : { mutate: mutations[missing] }
    return exploreRandomly(createWorld, { runs, seed: 1, ...mutate })
  }

  it("nothing is lost, and nothing is there twice", { timeout: 600_000 }, async () => {
    expect((await explore(schedules)).violation).toBeUndefined()
  })

  const found: readonly Missing[] = ["the version condition", "the sequence condition", "the idempotency key"]
  it.each(found)("something is without %s", { timeout: 60_000 }, async (missing) => {
    expectViolation(await explore(200, missing))
  })
})

it("sixteen writers over a real wire, which breaks: nothing is lost, and nothing is there twice", async () => {
  const dynalite = await startDynalite()
  const wire = await startWire(dynalite.endpoint)
  const client = createTestClient(wire.endpoint, { ...patient, maxAttempts: 1 })
  const table = await dynalite.createTable()
  await everybody(createDynamoStore({ client, table }))
  const random = randomFrom(7)
  let losses = 4
  wire.meddle(async ({ operation }, forward) => {
    await wait(random() * 10)
    const isLost = operation === "TransactWriteItems" && random() < 0.2 && losses-- > 0
    if (isLost && random() < 0.5) return "break"
    const answer = await forward()
    return isLost ? "break" : answer
  })
  const story = newStory()
  const later = () => wait(random() * 100)
  const store = () => createDynamoStore({ client, table, timeLimit: 2000, writeTimeLimit: 30_000 })
  await Promise.all(sixteen(random).map((actor) => actor({ store: store(), later }, story)))
  const { Items = [] } = await dynalite.client.send(new ScanCommand({ TableName: table }))
  expect(wrongs(contentsOf(new Map(Items.map((item) => [keyOf(item), item]))), story)).toEqual([])
  expect(story.answers.length).toBeGreaterThan(5)
  client.destroy()
  await wire.stop()
  await dynalite.stop()
})

async function everybody(store: PermissionStore): Promise<void> {
  await alice("a")(store)
  await administrators(store)
}

/** A mix of what can be done at once; some of it twice, as one request that is delivered twice. */
function sixteen(random: () => number): Actor[] {
  const pick = <T>(...from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  const any = (): Actor => {
    const [role, subject] = [pick("a", "b"), pick("alice", "bob")]
    return pick(
      ...[grant(role, subject), revoke(role, subject), grant(role), revoke(role), disable(subject)],
      ...[disable(pick("ann", "ben")), rewrite(role, pick("GET:/less", "GET:/more")), strip(1), raise],
    )
  }
  return [...Array.from({ length: 12 }, any), mintLater, mintLater, mintLater, wholeImport]
}

/** Stores are dear, so they are kept; what each works on is another place in every run. */
const pool: { readonly store: PermissionStore; at: Place }[] = []
let taken = 0

interface Place extends ModelPlace {
  readonly story: Story
  /** Whether the end of an import waits. */
  readonly waits: boolean
}

function storeAt(at: Place): PermissionStore {
  const known = pool[taken++]
  if (known !== undefined) {
    known.at = at
    return known.store
  }
  const client = createModelClient(() => kept.at)
  const pause = (milliseconds: number) => pauseAt(kept.at, milliseconds)
  const store = createDynamoStore({ client, table: "model", now: () => 0, pause })
  const kept = { store, at }
  pool.push(kept)
  return store
}

/** Others have their turn anyway. The end of an import waits until all loads have ended that it found under way. */
async function pauseAt({ schedule, waits, story: { loads } }: Place, milliseconds: number): Promise<void> {
  if (milliseconds < 1000) return
  const underWay = [...loads]
  const enabled = () => !waits || underWay.every((load) => !loads.has(load))
  await schedule({ keys: [], writes: false, enabled, run: () => undefined })
}

/** A table after some writes that nobody was in the way of. */
async function tableAfter(before: Scenario["before"]): Promise<Items> {
  const items: Items = new Map()
  taken = 0
  await before(storeAt({ items, schedule: async ({ run }) => run(), story: newStory(), waits: true }))
  return items
}

function worldOf(
  base: Items,
  actors: readonly Actor[],
  {
    check = () => [],
    missing,
    ...losses
  }: {
    readonly check?: NonNullable<Scenario["check"]>
    readonly missing: Missing | undefined
    readonly losses: number
    readonly lossy?: number
  },
): World {
  const items: Items = new Map(base)
  const story = newStory()
  const waits = missing !== "the wait at the import's end"
  taken = 0
  return {
    ...{ items, ...losses },
    actors: actors.map((actor) => (place) => {
      const later = () => place.schedule({ keys: ["FEED#HEAD STATE"], writes: false, run: () => undefined })
      return actor({ store: storeAt({ ...place, story, waits }), later }, story)
    }),
    check() {
      const contents = contentsOf(items)
      return [...wrongs(contents, story), ...check(contents)]
    },
  }
}
