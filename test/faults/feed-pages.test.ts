/** A change feed of many pages and more subjects than a process remembers, behind the authorizer as it is deployed. */
import { changeKey } from "@claimgate/store/keys"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import type { Change } from "../../packages/authorizer/src/feed/change.ts"
import { itemOf } from "../../packages/authorizer/test/feed-table.ts"
import { startWire, type Wire } from "../../packages/store/test/wire.ts"
import { allowed, createTeller, recheck, stale, type Tell } from "./feed-words.ts"
import { type Hybrid, startHybrid } from "./hybrid.ts"
import { starting } from "./process.ts"

const minute = 60_000
const forever = Number.POSITIVE_INFINITY
let hybrid: Hybrid
let wire: Wire
let tell: Tell

describe("a feed of many pages", () => {
  const hour = 60 * minute
  let changes: readonly Change[] = []
  let pages = 0
  /** Connections break where what comes after this number is asked for. */
  let brokenAfter = forever
  const now = Date.now()

  beforeAll(async () => {
    hybrid = await startHybrid()
    tell = createTeller(hybrid, "")
    wire = await startWire(hybrid.table.dynamo.endpoint)
    hybrid.before.authorizer.leadTo(wire.endpoint)
    wire.meddle(({ body }) => {
      const after = Number(JSON.parse(body).ExpressionAttributeValues[":sk"].S)
      if (after >= brokenAfter) return "break"
      pages++
      const found = changes.filter(({ number }) => number > after)
      const page = found.slice(0, 1000)
      const last = page.at(-1)
      const more = found.length > page.length && last !== undefined
      const { pk, sk } = changeKey(last?.number ?? 0)
      const next = more ? { LastEvaluatedKey: { pk: { S: pk }, sk: { S: sk } } } : {}
      return { status: 200, body: JSON.stringify({ Items: page.map(itemOf), ...next }) }
    })
  }, starting)
  afterAll(async () => {
    await hybrid.stop()
    await wire.stop()
  })
  beforeEach(async () => {
    pages = 0
    await hybrid.authorizer.kill()
  })

  function change(number: number, fields: Partial<Change> = {}): Change {
    const at = now - 3 * hour + number
    const expiresAt = Math.floor(now / 1000) + 3600
    return { number, kind: "member", name: `subject-${number}`, version: 1, at, expiresAt, ...fields }
  }
  const feedOf = (count: number) => Array.from({ length: count }, (_, at) => change(at + 1))
  const tokenFor = (subject: string, age: number, member = 1) => {
    const iat = Math.floor((now - age) / 1000)
    const claims = { sub: subject, iat, exp: iat + 20 * 3600, "custom:role": "reader" }
    return hybrid.token({
      ...claims,
      "custom:permissions": "GET:/api/users",
      "custom:epoch": `0.${member}.0`,
    })
  }

  it("is read to its end before anything is decided: the last change counts, and each at a page's edge", async () => {
    changes = feedOf(2500)
    for (const edge of [1, 1000, 1001, 2000, 2001, 2500]) {
      expect(await tell(tokenFor(`subject-${edge}`, 4 * hour, 0))).toMatchObject(stale)
      expect(await tell(tokenFor(`subject-${edge}`, hour, 1))).toMatchObject(allowed)
    }
    expect(await tell(tokenFor("subject-2501", 4 * hour, 0))).toMatchObject(allowed)
    expect(pages).toBe(3)
  })

  it("is not believed while its second page cannot be had, though the first one could", async () => {
    changes = feedOf(2500)
    brokenAfter = 1000
    expect(await tell(tokenFor("subject-2500", 4 * hour, 0))).toMatchObject(recheck)
    expect(await tell(tokenFor("somebody-else", hour, 1))).toMatchObject(recheck)
    brokenAfter = forever
    hybrid.authorizer.shift(5000)
    expect(await tell(tokenFor("subject-2500", 4 * hour, 0))).toMatchObject(stale)
    expect(await tell(tokenFor("somebody-else", hour, 1))).toMatchObject(allowed)
  })

  it("knows 10,000 subjects one by one", async () => {
    changes = feedOf(10_000)
    expect(await tell(tokenFor("subject-1", 4 * hour, 0))).toMatchObject(stale)
    expect(await tell(tokenFor("somebody-else", 4 * hour, 0))).toMatchObject(allowed)
  })

  it("of 10,001 believes no token from before the one that had to be forgotten, until it is refreshed", async () => {
    changes = feedOf(10_001)
    expect(await tell(tokenFor("subject-1", 4 * hour, 0))).toMatchObject(stale)
    expect(await tell(tokenFor("somebody-else", 4 * hour, 0))).toMatchObject(stale)
    expect(await tell(tokenFor("somebody-else", hour, 0))).toMatchObject(allowed)
    expect(await tell(tokenFor("subject-9999", hour, 0))).toMatchObject(stale)
    expect(hybrid.authorizer.lines.some((line) => line.includes("too_many_names"))).toBe(true)
  })

  it("has nothing to say by what has expired and was not deleted yet", async () => {
    const expired = { name: "sub-ben", version: 99, expiresAt: Math.floor(now / 1000) - 1 }
    changes = [change(1, expired), ...feedOf(3).slice(1)]
    expect(await tell(tokenFor("sub-ben", hour, 1))).toMatchObject(allowed)
  })

  it("of a new generation rechecks every older token", async () => {
    changes = [...feedOf(3), change(4, { kind: "generation", name: "" })]
    expect(await tell(tokenFor("somebody-else", hour, 1))).toMatchObject(stale)
  })
})
