/** A change feed that cannot be read, or only late, behind the hybrid authorizer as it is deployed and its gateway. */
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { deployedAt, startApi } from "./api.ts"
import { allowed, createTeller, recheck, stale, type Tell } from "./feed-words.ts"
import { type Hybrid, startHybrid } from "./hybrid.ts"
import { byTest } from "./permission-table.ts"
import { functionProcess, starting } from "./process.ts"
import type { Trouble } from "./proxy.ts"

const second = 1000
const minute = 60 * second
let hybrid: Hybrid
let ben: string
let tell: Tell

beforeAll(async () => {
  hybrid = await startHybrid()
  await hybrid.authorizer.start()
  // Time passes quickly here.
  ben = await hybrid.tokenFor("sub-ben", { exp: Math.floor(Date.now() / 1000) + 80_000 })
  tell = createTeller(hybrid, ben)
}, starting)
afterAll(() => hybrid.stop())
afterEach(() => suffer("none"))

/** What lies between the authorizer and the table. */
async function suffer(trouble: Trouble) {
  await hybrid.before.authorizer.suffer(trouble)
  return () => hybrid.before.authorizer.suffer("none")
}

const forever = Number.POSITIVE_INFINITY
const outages: readonly (readonly [string, () => Promise<() => unknown> | (() => unknown)])[] = [
  ["cannot be reached", () => suffer("refuse")],
  ["breaks connections", () => suffer("reset")],
  ["breaks off instead of answering", () => suffer("cut")],
  ["answers what cannot be read", () => suffer("corrupt")],
  [
    "throttles",
    () => hybrid.table.dynamo.injectFault({ kind: "throttle", operation: "Query", times: forever }),
  ],
  [
    "answers with status 500",
    () => hybrid.table.dynamo.injectFault({ kind: "internal", operation: "Query", times: forever }),
  ],
  [
    "denies access",
    () => hybrid.table.dynamo.injectFault({ kind: "denied", operation: "Query", times: forever }),
  ],
]

async function coldStart(): Promise<void> {
  await hybrid.authorizer.kill()
  await hybrid.authorizer.start()
}

describe("a cold process", () => {
  beforeEach(coldStart)

  it.each(outages)(
    "has every request rechecked while the table %s, and recovers by itself",
    async (_, begin) => {
      const end = await begin()
      for (let request = 0; request < 3; request++) {
        const told = await tell()
        expect(told).toMatchObject(recheck)
        expect(told.took).toBeLessThan(1900)
      }
      await end()
      hybrid.authorizer.shift(5 * second)
      expect(await tell()).toMatchObject(allowed)
    },
  )

  it("has those wait four seconds who come first while the table says nothing, and nobody in the pause after", async () => {
    await suffer("hang")
    const first = await Promise.all([tell(), tell(), tell()])
    expect(first).toMatchObject([recheck, recheck, recheck])
    expect(Math.max(...first.map(({ took }) => took))).toBeLessThan(5500)
    const next = await tell()
    expect(next).toMatchObject(recheck)
    expect(next.took).toBeLessThan(900)
    await suffer("none")
    hybrid.authorizer.shift(5 * second)
    expect(await tell()).toMatchObject(allowed)
  })
})

/** Real waits of many seconds, on demand: `npm run faults`. */
const isLong = process.env.CLAIMGATE_FAULTS === "long"

it.runIf(isLong)(
  "the slowest way to an answer ends before Lambda would end it after eight seconds",
  async () => {
    await coldStart()
    await hybrid.keys.proxy.suffer({ delay: 2700 })
    await suffer("hang")
    const told = await tell()
    expect(told).toMatchObject(recheck)
    expect(told.took).toBeGreaterThan(6000)
    expect(told.took).toBeLessThan(7900)
    await hybrid.keys.proxy.suffer("none")
  },
)

it("a cold process lets nobody in where it is told to refuse what it cannot tell", async () => {
  const { environment, ...config } = await deployedAt("hybrid", "authorizer", {
    dynamo: hybrid.before.authorizer.address,
    userPool: hybrid.keys.proxy.address,
  })
  const strict = functionProcess({ ...config, environment: { ...environment, ON_STALE: "refuse" } })
  const askStrict = startApi("hybrid", strict, hybrid.inside)
  const before = hybrid.inside.events.length
  await suffer("refuse")
  expect((await askStrict("GET /api/users", ben)).status).toBe(401)
  expect(hybrid.inside.events.length).toBe(before)
  await suffer("none")
  strict.shift(5 * second)
  expect((await askStrict("GET /api/users", ben)).status).toBe(200)
})

describe("a warm process", () => {
  beforeEach(async () => {
    hybrid.authorizer.shift(6 * second)
    expect(await tell()).toMatchObject(allowed)
  })

  it.each(outages)(
    "decides by its copy for a minute while the table %s, then nothing, and recovers",
    async (_, begin) => {
      const end = await begin()
      for (const seconds of [3, 10, 20, 20]) {
        hybrid.authorizer.shift(seconds * second)
        const told = await tell()
        expect(told).toMatchObject(allowed)
        expect(told.took).toBeLessThan(1900)
      }
      hybrid.authorizer.shift(8 * second)
      expect(await tell()).toMatchObject(recheck)
      await end()
      hybrid.authorizer.shift(5 * second)
      expect(await tell()).toMatchObject(allowed)
    },
  )

  it("makes nobody wait for a poll that is not answered, as long as its copy is young", async () => {
    await suffer("hang")
    hybrid.authorizer.shift(3 * second)
    for (let request = 0; request < 5; request++) {
      const told = await tell()
      expect(told).toMatchObject(allowed)
      expect(told.took).toBeLessThan(900)
    }
  })

  it("counts its copy's age from sending the poll: an answer that was late is old", async () => {
    await suffer({ delay: 800 })
    hybrid.authorizer.shift(3 * second)
    const before = hybrid.table.dynamo.stats().Query ?? 0
    await tell()
    // Asked, and not yet answered; meanwhile five seconds go by.
    await expect.poll(() => hybrid.table.dynamo.stats().Query).toBe(before + 1)
    const change = await revokeFrom("sub-late")
    hybrid.authorizer.shift(5 * second + 1)
    await pause(900)
    await suffer("none")
    expect(await tell(change)).toMatchObject(stale)
  })

  it("that was frozen in the middle of a background poll waits for a new one when it thaws", async () => {
    await suffer({ delay: 300 })
    hybrid.authorizer.shift(3 * second)
    const before = hybrid.table.dynamo.stats().Query ?? 0
    expect(await tell()).toMatchObject(allowed)
    await expect.poll(() => hybrid.table.dynamo.stats().Query).toBe(before + 1)
    // Frozen for real; the answer, which knows of nothing, is waiting when it thaws ten minutes later.
    hybrid.authorizer.freeze()
    const change = await revokeFrom("sub-frozen")
    await pause(500)
    await suffer("none")
    hybrid.authorizer.shift(10 * minute)
    const answer = tell(change)
    hybrid.authorizer.thaw()
    expect(await answer).toMatchObject(stale)
    expect(hybrid.table.dynamo.stats().Query).toBeGreaterThan(before + 1)
  })

  it("that was frozen for long while its connection died answers as if nothing had been", async () => {
    hybrid.authorizer.freeze()
    await suffer("reset")
    await suffer("none")
    const change = await revokeFrom("sub-asleep")
    hybrid.authorizer.shift(10 * minute)
    const answer = tell(change)
    hybrid.authorizer.thaw()
    expect(await answer).toMatchObject(stale)
  })

  /** Takes something away from a subject; answers its token from before. */
  async function revokeFrom(subject: string): Promise<string> {
    const member = { subject, roles: ["reader"], permissions: [], disabled: false }
    await hybrid.table.store.putMember(member, 0, byTest())
    const exp = Math.floor(Date.now() / 1000) + 80_000
    const token = await hybrid.tokenFor(subject, { exp })
    await hybrid.table.store.putMember({ ...member, roles: [] }, 1, byTest())
    return token
  }
})
