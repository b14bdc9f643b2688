/**
 * The comparison of all doors: the same requests by the same subjects to each of them, then one revoke that all of
 * them must come to know of. Nothing is known beforehand but what is right, and what each door promises.
 */
import { type Door, type DoorName, doorNames, doors } from "../doors.ts"
import type { Stack } from "../stack.ts"
import { people } from "../subjects.ts"
import { type Client, createClient } from "./client.ts"
import { type Measurement, measure, type Pace } from "./measurement.ts"
import { makeSubject, makeSubjects, signIn } from "./population.ts"
import type { Progress } from "./progress.ts"
import { usualSteps } from "./revocation.ts"
import { type Revocations, revokeAtDoors } from "./revocation-at-doors.ts"
import { type Asked, askedRoutes } from "./routes.ts"
import { writeSampleData } from "./sample-data.ts"
import { drawRequests, type Request } from "./workload.ts"

/** How much is measured. */
export interface Extent extends Pace {
  /** Requests per door. */
  readonly requests: number
  /** Requests per door before these, of the same sequence, which count for nothing. */
  readonly warmUp: number
  readonly subjects: number
  readonly seed: number
}

export interface ComparedDoor extends Pick<Door, "strategy" | "gateway">, Measurement {
  readonly door: DoorName
  /** How long a revoke took to reach routes of each freshness. */
  readonly revoke: Revocations[DoorName]
}

export interface Comparison {
  /** Every answer was right, and every door kept its promises. */
  readonly ok: boolean
  readonly extent: Extent
  readonly doors: readonly ComparedDoor[]
}

/** What the tour measures, but for the number of requests. */
export const usualExtent: Omit<Extent, "requests"> = {
  warmUp: 100,
  subjects: 40,
  seed: 1,
  concurrency: 2,
  perSecond: 50,
}

/** Measures all doors, one after another, then a revoke at all of them, at those seconds after it. */
export async function compare(
  stack: Stack,
  extent: Extent,
  progress: Progress,
  steps: readonly number[] = usualSteps,
): Promise<Comparison> {
  const client = createClient(extent.concurrency)
  const scene: Scene = { stack, client, extent, progress }
  try {
    progress.advance(0, "making subjects and data")
    const routes = askedRoutes(
      await writeSampleData(stack.addresses.doors.hybrid, await administrator(stack)),
    )
    const subjects = await makeSubjects(populationOf(stack), extent.subjects)
    await wakeDoors(scene, routes)
    const sequence = drawRequests(subjects, routes, extent.warmUp + extent.requests, extent.seed)
    const measured = await measureDoors(scene, sequence)
    const stepped = (share: number) =>
      progress.advance((doorNames.length + share) / parts, "revoking at all doors")
    const revoked = await revokeAtDoors(stack, { client, steps, stepped })
    const compared = measured.map((one) => ({ ...one, revoke: revoked[one.door] }))
    return { ok: compared.every(isRight), extent, doors: compared }
  } finally {
    progress.end()
    client.close()
  }
}

/** Where things are measured. */
interface Scene {
  readonly stack: Stack
  readonly client: Client
  readonly extent: Extent
  readonly progress: Progress
}

/** What takes the time: each door's requests, and the revoke. */
const parts = doorNames.length + 1

/** The token of one who may write. */
async function administrator({ identity }: Stack): Promise<string> {
  const found = people.find(({ roles }) => roles.includes("admin"))
  if (found === undefined) throw new Error("subjects: expected an administrator among the people")
  return signIn(identity.pool, found.email, found.password)
}

function populationOf({ identity, store }: Stack) {
  return { pool: identity.pool, store }
}

/** Cold starts: by a visitor whose requests nobody repeats. */
async function wakeDoors(scene: Scene, routes: readonly Asked[]): Promise<void> {
  const grants = { roles: ["reader"], permissions: [] }
  const visitor = await makeSubject(populationOf(scene.stack), "visitor@example.com", grants)
  const requests = drawRequests([visitor], routes, Math.min(10, scene.extent.warmUp), scene.extent.seed)
  scene.progress.advance(0, "starting all doors")
  await Promise.all(doorNames.map((door) => measureDoor(scene, door, requests)))
}

async function measureDoors(
  scene: Scene,
  sequence: readonly Request[],
): Promise<Omit<ComparedDoor, "revoke">[]> {
  const { extent, progress } = scene
  const measured: Omit<ComparedDoor, "revoke">[] = []
  for (const [at, door] of doorNames.entries()) {
    const advance = (share: number) => progress.advance((at + share) / parts, `measuring ${door}`)
    advance(0)
    await measureDoor(scene, door, sequence.slice(0, extent.warmUp))
    const started = performance.now()
    const measurement = await measureDoor(scene, door, sequence.slice(extent.warmUp), advance)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    progress.finish(`measured ${door}: ${extent.requests} requests in ${seconds} s`)
    const { strategy, gateway } = doors[door]
    measured.push({ door, strategy, gateway, ...measurement })
  }
  return measured
}

function measureDoor(
  { stack, client, extent }: Scene,
  door: DoorName,
  requests: readonly Request[],
  answered?: (share: number) => void,
): Promise<Measurement> {
  const measured = { address: stack.addresses.doors[door], laterReads: () => stack.laterReads(door) }
  return measure(measured, requests, extent, { clock: stack.clock, client, answered })
}

function isRight({ wrong, revoke }: ComparedDoor): boolean {
  return wrong === 0 && Object.values(revoke).every(({ ok }) => ok)
}
