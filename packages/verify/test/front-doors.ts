/** What every front door that a stage has must answer, as tests with people and grants of their own. */
import { setTimeout as wait } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { rows } from "../../local/test/truth-table.ts"
import { type DoorName, doorNames } from "../src/doors.ts"
import {
  type Ask,
  askerOf,
  type Granted,
  makeAskers,
  makeGranted,
  type Own,
  type StageAsker,
  tokenOf,
} from "./askers.ts"

/** Where the tests ask; read when they run, as the stage is opened by then. */
export type GetOwn = () => Own

/** What the stage promises, where its `.env` says something else than the default: `sst shell` reads that file, too. */
export interface Promised {
  /**
   * Seconds within which a revoke reaches the tokens of `hybrid`; undefined where they are believed until they expire, and
   * where there is no such door.
   */
  readonly hybridSeconds: number | undefined
  /** Whether the gateways know each route of the API; otherwise some of what is not there is the backend's to refuse. */
  readonly hasRoutes: boolean
  /** Whether `hybrid` answers a token that is behind with 401, instead of having the store asked. */
  readonly refusesStale: boolean
}

export function describeFrontDoors(getOwn: GetOwn, promised: Promised): void {
  let fading: Promise<readonly Sample[]> = Promise.resolve([])
  const { hybridSeconds, refusesStale } = promised
  beforeAll(async () => {
    if (!isShort(hybridSeconds)) return
    const own = getOwn()
    // It takes its time while the others run.
    fading = sample(own, await revokeList(own), hybridSeconds)
    fading.catch(() => undefined)
  })
  // Nobody asks any more when the stage is closed.
  afterAll(() => fading.then(() => undefined).catch(() => undefined))

  describe("the same API behind every door", () => describeTable(getOwn, promised))
  describe("a revoke", () => describeRevoke(getOwn, promised))

  it.skipIf(!isShort(hybridSeconds))(
    `sees a revoke reach the tokens of \`hybrid\` within what the stage promises: ${hybridSeconds ?? "nothing"} s`,
    async () => {
      const late = (await fading).filter(({ seconds }) => seconds > (hybridSeconds ?? 0))
      expect(late.length).toBeGreaterThan(0)
      const expected = refusesStale ? { status: 401, other: "401 null" } : { status: 403, other: "200 1" }
      expect(late).toEqual(late.map(({ seconds }) => ({ seconds, ...expected })))
    },
  )
}

/** Rows for those who can be had here. */
const asked = rows.filter((row): row is (typeof rows)[number] & { readonly as: StageAsker } => {
  return !["late", "machine", "newcomer"].includes(row.as)
})

function doorsOf({ stage }: Own): readonly DoorName[] {
  return doorNames.filter((door) => stage.doors[door] !== undefined)
}

/** What each door of the stage answers, by door. */
async function answersOf<T>(
  own: Own,
  answer: (door: DoorName) => Promise<T>,
): Promise<Partial<Record<DoorName, T>>> {
  const answers = doorsOf(own).map(async (door) => [door, await answer(door)] as const)
  return Object.fromEntries(await Promise.all(answers))
}

function everywhere<T>(own: Own, value: T): Partial<Record<DoorName, T>> {
  return Object.fromEntries(doorsOf(own).map((door) => [door, value]))
}

function describeTable(getOwn: GetOwn, { hasRoutes }: Promised): void {
  let ask: Ask
  let tokens: Awaited<ReturnType<typeof makeAskers>>
  beforeAll(async () => {
    ask = askerOf(getOwn().stage)
    tokens = await makeAskers(getOwn())
  })
  const known = asked.filter(({ as, asks }) => hasRoutes || !(as === "nobody" && asks.endsWith("/nothing")))

  it.each(known)("$what: $as asks for $asks", async ({ as, asks, status }) => {
    const answers = await answersOf(getOwn(), async (door) => (await ask(door, asks, tokens[as])).status)
    expect(answers).toEqual(await answersOf(getOwn(), async (door) => status[door]))
  })

  it("asks nobody to refresh whose token says all there is", async () => {
    const own = getOwn()
    const refresh = await answersOf(own, async (door) =>
      refreshOf(await ask(door, "GET /api/reports/none", tokens.ben)),
    )
    expect(refresh).toEqual(everywhere(own, { status: 404, refresh: null }))
  })
}

const taken = "DELETE:/api/devices/{id}"
const kept = "POST:/api/reports/{id}/publish"

function describeRevoke(getStage: GetOwn, { refusesStale }: Promised): void {
  let ask: Ask
  let one: Granted
  const getOwn = () => (refusesStale ? withoutHybrid(getStage()) : getStage())
  beforeAll(async () => {
    ask = askerOf(getOwn().stage)
    one = await makeGranted(getOwn(), { permissions: [taken, kept] })
  })

  it("reaches a route that is read now at once, at every door, whatever the token says", async () => {
    const own = getOwn()
    const remove = async (door: DoorName) => (await ask(door, "DELETE /api/devices/none", one.token)).status
    expect(await answersOf(own, remove)).toEqual(everywhere(own, 404))
    await own.grants.grant(one.person.subject, { permissions: [kept] })
    expect(await answersOf(own, remove)).toEqual(everywhere(own, 403))
  })

  it("has every door that goes by tokens ask for a new one, and none once there is one", async () => {
    const own = getOwn()
    const publish = (token: string) =>
      answersOf(own, async (door) => refreshOf(await ask(door, "POST /api/reports/none/publish", token)))
    const upToDate = { status: 404, refresh: null }
    // What its authorizer says comes from the store: a new token would say no more.
    const cached = own.stage.doors.cached === undefined ? {} : { cached: upToDate }
    const behind = { ...everywhere(own, { status: 404, refresh: "1" }), ...cached }
    expect(await publish(one.token)).toEqual(behind)
    const token = tokenOf(own.stage, await one.person.signIn())
    expect(await publish(token)).toEqual(everywhere(own, upToDate))
  })
}

/** There a token that is behind is no token, from some moment within the promise on. */
function withoutHybrid(own: Own): Own {
  const { hybrid: _, ...doors } = own.stage.doors
  return { ...own, stage: { ...own.stage, doors } }
}

function refreshOf({ status, headers }: Response) {
  return { status, refresh: headers.get("x-claimgate-refresh") }
}

function isShort(seconds: number | undefined): seconds is number {
  return seconds !== undefined && seconds <= 30
}

/** What a token got that was asked with some time after the revoke had been acknowledged. */
interface Sample {
  readonly seconds: number
  /** Of what was revoked. */
  readonly status: number
  /** Of what was not: its status, and whether a refresh was asked for. */
  readonly other: string
}

/** A token whose grant of one `token` route is gone since a moment ago. */
interface Revoked {
  readonly token: string
  readonly at: number
}

async function revokeList(own: Own): Promise<Revoked> {
  const { person, token } = await makeGranted(own, { permissions: ["GET:/api/reports", "GET:/api/devices"] })
  expect((await askerOf(own.stage)("hybrid", "GET /api/reports", token)).status).toBe(200)
  await own.grants.grant(person.subject, { permissions: ["GET:/api/devices"] })
  return { token, at: performance.now() }
}

/** Asks until a second after the promise, and once then; requests count from when they are sent. */
async function sample({ stage }: Own, { token, at }: Revoked, promised: number): Promise<readonly Sample[]> {
  const ask = askerOf(stage)
  const samples: Sample[] = []
  for (;;) {
    const seconds = (performance.now() - at) / 1000
    const { status } = await ask("hybrid", "GET /api/reports", token)
    const other = refreshOf(await ask("hybrid", "GET /api/devices", token))
    samples.push({ seconds, status, other: `${other.status} ${other.refresh}` })
    if (seconds > promised + 1) return samples
    await wait(250)
  }
}
