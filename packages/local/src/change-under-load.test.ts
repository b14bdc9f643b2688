/**
 * A change to a role that everybody holds, in real time, while fifty clients go on calling with the tokens they have:
 * how long until it has reached every request, and what it costs them.
 */
import { newAttribution } from "@claimgate/store"
import { afterAll, beforeAll, expect, it } from "vitest"
import { type Answer, createClient, isAllowed, isRefused } from "./comparison/client.ts"
import { makeSubject, type Subject } from "./comparison/population.ts"
import { type Stack, startStack } from "./stack.ts"

const clients = 50
const bound = 5_000
const role = "everyone"
const kept = "/api/reports"
const taken = "/api/devices"

let stack: Stack
let subjects: readonly Subject[]
const client = createClient(clients)

const allow = (version: number, ...paths: string[]) =>
  stack.store.putRole(
    { name: role, permissions: paths.map((path) => `GET:${path}`) },
    version,
    newAttribution("test", "seed"),
  )
const enter = (email: string) =>
  makeSubject({ pool: stack.identity.pool, store: stack.store }, email, { roles: [role], permissions: [] })

beforeAll(async () => {
  stack = await startStack()
  await allow(0, kept, taken)
  const emails = Array.from({ length: clients }, (_, n) => `client-${n}@example.com`)
  const made: Subject[] = []
  for (const email of emails) made.push(await enter(email))
  subjects = made
}, 60_000)
afterAll(async () => {
  client.close()
  await stack.close()
})

interface Call extends Answer {
  readonly path: string
  /** When it was sent, in milliseconds of real time. */
  readonly sent: number
}

/** Calls both routes in turn, one a second, until told to stop. */
async function keepCalling({ token }: Subject, calls: Call[], isOver: () => boolean): Promise<void> {
  await pause(Math.random() * 1000)
  for (let turn = 0; !isOver(); turn++) {
    const path = turn % 2 === 0 ? kept : taken
    const sent = performance.now()
    calls.push({
      path,
      sent,
      ...(await client.send(stack.addresses.doors.hybrid, { method: "GET", path, token })),
    })
    await pause(1000)
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const readsOf = (calls: readonly Call[]) => calls.reduce((sum, { storeReads }) => sum + storeReads, 0)

it("has reached every request within five seconds, refuses nothing else, and costs a read each", async () => {
  const calls: Call[] = []
  let isOver = false
  const running = subjects.map((subject) => keepCalling(subject, calls, () => isOver))
  while (calls.length < 2 * clients) await pause(50)
  await allow(1, kept)
  const acknowledged = performance.now()
  await pause(bound + 2500)
  isOver = true
  await Promise.all(running)

  const before = calls.filter(({ sent, milliseconds }) => sent + milliseconds < acknowledged - 100)
  expect(before.filter(isRefused)).toEqual([])
  expect(before.filter(isAllowed).length).toBeGreaterThan(clients)
  expect(readsOf(before)).toBeLessThanOrEqual(2)

  const late = calls.filter(({ sent }) => sent > acknowledged + bound)
  expect(late.length).toBeGreaterThan(clients / 2)
  expect(late.filter((call) => call.path === taken && !isRefused(call))).toEqual([])

  // Nobody is refused for an old token; each request costs the recheck, and the feed is polled for all together.
  expect(calls.filter((call) => call.path === kept && isRefused(call))).toEqual([])
  const after = calls.filter(({ sent }) => sent > acknowledged)
  // A request that times out on a busy machine is sent again, and a few wait for the poll as well: so most, not all.
  const isCheap = ({ storeReads }: Call) => storeReads <= 1
  expect(after.filter(isCheap).length).toBeGreaterThan(after.length / 2)
  expect(readsOf(after)).toBeLessThan(2 * after.length)
}, 30_000)

it("costs nothing any more to whoever has refreshed", async () => {
  const { token } = await enter("refreshed@example.com")
  const ask = () => client.send(stack.addresses.doors.hybrid, { method: "GET", path: kept, token })
  await ask()
  const answers = await Promise.all(Array.from({ length: 20 }, ask))
  expect(answers.map(({ status, storeReads }) => [status, storeReads])).toEqual(answers.map(() => [200, 0]))
})
