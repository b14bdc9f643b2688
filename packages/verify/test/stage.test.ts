/**
 * What the suite asks a stage: the one that the environment is bound to (`npx sst shell --stage X -- npm test`), or a local
 * stack that is started here where it is bound to none.
 */
import { randomBytes } from "node:crypto"
import { createDynamoStore } from "@claimgate/store"
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest"
import { describeStore } from "../../store/test/contract.ts"
import { describeAdministration } from "../../store/test/contract-administration.ts"
import { type Aws, connect } from "../src/aws.ts"
import { type OpenStage, openStage } from "../src/open-stage.ts"
import { isBound, parseStage, type Stage } from "../src/stage.ts"
import type { Own } from "./askers.ts"
import { describeChangeFeed } from "./change-feed.ts"
import { describeFrontDoors, type Promised } from "./front-doors.ts"
import { createOwnGrants } from "./own-grants.ts"
import { createOwnPeople } from "./own-people.ts"
import { createOwnTables, type OwnTables } from "./own-tables.ts"

// Another vitest configuration provides nothing.
const environment: Readonly<Record<string, string>> = inject("stageEnvironment") ?? {}
/** Undefined where a stack is to be started; half a binding fails here. */
const bound: Stage | undefined = isBound(environment) ? parseStage(environment) : undefined
const isOnAws = bound !== undefined && !bound.isLocal
// AWS is some way off, and its indexes lag behind; functions take their time to start on a busy machine.
vi.setConfig({ testTimeout: isOnAws ? 60_000 : 30_000, hookTimeout: 120_000 })

let open: OpenStage
let aws: Aws
beforeAll(async () => {
  // The AWS SDK looks for credentials there.
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  open = await openStage(environment)
  aws = connect(open.stage)
  // Doors start at their first request; meanwhile there is the table to look at.
  if (open.isOwn)
    for (const door of Object.values(open.stage.doors)) void fetch(`${door}/health`).catch(() => undefined)
}, 60_000)
afterAll(async () => {
  aws?.destroy()
  await open?.close()
  vi.unstubAllEnvs()
})

describe("the table", () => {
  let tables: OwnTables
  /** On AWS somebody may be at work meanwhile, and tables are large. */
  let before: Awaited<ReturnType<OwnTables["count"]>> | undefined
  beforeAll(async () => {
    tables = createOwnTables(open.stage, aws)
    if (!isOnAws) before = await tables.count()
  })
  afterAll(async () => {
    await tables?.remove()
  })
  const create: Parameters<typeof describeStore>[1] = (options) => tables.createStore(options)

  // On AWS tests would spend minutes waiting one after the other; here they would only be in each other's way.
  const group = isOnAws ? describe.concurrent : describe
  group("under a prefix of one's own", () => {
    if (bound !== undefined) describeStore("the store", create)
    // packages/store holds the same engine to the whole contract; here it is the prefix that is to be seen.
    else describeAdministration(create)
  })

  it("keeps nothing of that, and all that was there before", async () => {
    const during = before && (await tables.count())
    const keys = await tables.remove()
    const after = await tables.count()
    expect([after.own, keys > 100]).toEqual([0, true])
    if (during === undefined) return
    // What a condition refused has a key, too.
    expect([during.own > 100, during.own <= keys]).toEqual([true, true])
    expect([during.others, after.others]).toEqual([before?.others, before?.others])
  })
})

describe("what is deployed", () => {
  /** Begins all that is made here: a role's name, which takes no more than that. */
  const run = `test-${randomBytes(4).toString("hex")}`
  let own: Own & { readonly aws: Aws }
  const remove = async () => {
    await Promise.all([own?.people.remove(), own?.grants.remove()])
  }
  beforeAll(() => {
    const { stage } = open
    const store = createDynamoStore({
      ...{ client: aws.anotherDynamo(), table: stage.table },
      ...(stage.changeLifetime !== undefined && { changeLifetime: stage.changeLifetime }),
    })
    own = { stage, aws, people: createOwnPeople(stage, aws, run), grants: createOwnGrants(store, run) }
  })
  afterAll(remove)

  describe("the change feed", () => describeChangeFeed(() => own))
  describeFrontDoors(() => own, promisedBy(isOnAws ? process.env : {}))

  it("keeps none of these people, and tombstones of their grants", async () => {
    // Cognito's list of users lags behind.
    const counts = async () => [await own.people.count(), await own.grants.count()]
    const soon = { timeout: 20_000, interval: 500 }
    await expect.poll(async () => (await counts()).every((count) => count >= 5), soon).toBe(true)
    await remove()
    await expect.poll(counts, soon).toEqual([0, 0])
  })
})

/** As infra/variables.ts reads them, with its defaults. No `.env` speaks of the local stack. */
function promisedBy({ FEED_MAX_AGE, GATEWAY_LAYOUT, ON_STALE }: NodeJS.ProcessEnv): Promised {
  const seconds = Number(FEED_MAX_AGE || 5)
  // What is started here has every door.
  const hasHybrid = bound === undefined || bound.doors.hybrid !== undefined
  return {
    hybridSeconds: Number.isNaN(seconds) || !hasHybrid ? undefined : seconds,
    hasRoutes: GATEWAY_LAYOUT !== "proxy",
    refusesStale: ON_STALE === "refuse",
  }
}
