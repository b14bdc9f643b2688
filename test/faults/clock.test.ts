/** Clocks that are wrong: those of the authorizer's and the backend's processes, moved while they run. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type Hybrid, startHybrid } from "./hybrid.ts"
import { byTest } from "./permission-table.ts"
import { starting } from "./process.ts"

const second = 1000
const minute = 60 * second
let hybrid: Hybrid
let claims: Readonly<Record<string, string>>

beforeAll(async () => {
  hybrid = await startHybrid()
  await Promise.all([hybrid.authorizer.start(), hybrid.backend.start()])
  claims = await hybrid.table.claimsOf("sub-ben")
}, starting)
afterAll(() => hybrid.stop())

/** A token whose times lie that many seconds from now. */
function token(issued: number, expires: number, more: object = {}): string {
  const now = Math.floor(Date.now() / 1000)
  return hybrid.token({
    ...claims,
    iat: now + issued,
    auth_time: now + issued,
    exp: now + expires,
    ...more,
  })
}

const route = "GET /api/users"

describe("an authorizer whose clock", () => {
  let moved = 0
  const shift = (milliseconds: number) => {
    moved += milliseconds
    hybrid.authorizer.shift(milliseconds)
  }
  beforeEach(() => {
    shift(-moved)
  })

  const rows: readonly (readonly [string, number, number, number, number])[] = [
    ["is right takes a token that was just issued", 0, 0, 900, 200],
    ["is right takes a token until it ends", 0, -890, 10, 200],
    ["is right takes no token that has ended: there is no leeway", 0, -901, -1, 401],
    ["is 55 s behind takes a token that was just issued", -55, 0, 900, 200],
    ["is 65 s behind takes none from what is its future", -65, 0, 900, 401],
    ["is 5 min behind takes none from its future", -300, 0, 900, 401],
    ["is 5 min behind takes one from before that", -300, -300, 600, 200],
    ["is 5 min ahead takes a token that has 6 min left", 300, -540, 360, 200],
    ["is 5 min ahead takes none that has 4 min left", 300, -660, 240, 401],
    ["is 5 min behind takes none that ended 6 min ago", -300, -1260, -360, 401],
    ["is a day ahead takes no token at all", 86_400, 0, 900, 401],
    ["is a day behind takes no token at all", -86_400, 0, 900, 401],
  ]
  it.each(rows)(
    "takes tokens by its own time alone: one that %s",
    async (_, ahead, issued, expires, status) => {
      shift(ahead * second)
      expect((await hybrid.askInside(route, token(issued, expires))).status).toBe(status)
    },
  )

  it("goes back by a leap second takes tokens of that second, and those that it knew", async () => {
    const known = token(-10, 890)
    expect((await hybrid.askInside(route, known)).status).toBe(200)
    shift(-second)
    for (const one of [known, token(0, 900), token(0, 900, { jti: "leap" })])
      expect((await hybrid.askInside(route, one)).status).toBe(200)
  })

  it("goes back by an hour believes no copy from before: what was revoked meanwhile is seen", async () => {
    const member = { subject: "sub-back", roles: ["reader"], permissions: [], disabled: false }
    await hybrid.table.store.putMember(member, 0, byTest())
    const revoked = token(-7200, 900, await hybrid.table.claimsOf("sub-back"))
    expect((await hybrid.ask(route, revoked)).status).toBe(200)
    const [queries, fetches] = [hybrid.table.dynamo.stats().Query ?? 0, hybrid.keys.fetches()]
    await hybrid.table.store.putMember({ ...member, roles: [] }, 1, byTest())
    shift(-60 * minute)
    expect((await hybrid.ask(route, revoked)).status).toBe(403)
    expect(hybrid.table.dynamo.stats().Query).toBeGreaterThan(queries)
    // The keys are as good as old, too.
    await expect.poll(() => hybrid.keys.fetches()).toBeGreaterThan(fetches)
  })

  it("goes forward and back again forgets nobody, and remembers no token past its end", async () => {
    const short = token(-10, 60)
    expect((await hybrid.askInside(route, short)).status).toBe(200)
    shift(2 * minute)
    expect((await hybrid.askInside(route, short)).status).toBe(401)
    shift(-2 * minute)
    expect((await hybrid.askInside(route, short)).status).toBe(200)
  })
})

describe("a backend whose clock", () => {
  const within30 = "GET /api/reports/7"
  const member = { roles: ["reader"], permissions: [], disabled: false }
  let moved = 0
  const shift = (milliseconds: number) => {
    moved += milliseconds
    hybrid.backend.shift(milliseconds)
  }
  beforeEach(() => {
    shift(-moved)
  })

  /** Somebody whose report routes were read, and then revoked. */
  async function revokedAfterRead(subject: string): Promise<string> {
    await hybrid.table.store.putMember({ subject, ...member }, 0, byTest())
    const known = token(-10, 5400, await hybrid.table.claimsOf(subject))
    expect((await hybrid.ask(within30, known)).status).toBe(404)
    await hybrid.table.store.putMember({ subject, ...member, roles: [] }, 1, byTest())
    return known
  }

  it.each([
    ["goes back by a second", "sub-leap", -second],
    ["goes back by five minutes", "sub-minutes", -5 * minute],
    ["goes forward by 31 s", "sub-forward", 31 * second],
  ])("%s keeps no copy: what was revoked is seen", async (_, subject, by) => {
    const known = await revokedAfterRead(subject)
    shift(by)
    expect((await hybrid.ask(within30, known)).status).toBe(403)
  })

  it("goes forward by 28 s keeps it: that is what the route allows", async () => {
    const known = await revokedAfterRead("sub-patient")
    shift(28 * second)
    expect((await hybrid.ask(within30, known)).status).toBe(404)
  })

  it("is 5 min ahead refuses a token that it takes for ended, whatever the authorizer says", async () => {
    shift(5 * minute)
    expect((await hybrid.ask("GET /api/me", token(-660, 240))).status).toBe(401)
    expect((await hybrid.ask("GET /api/me", token(-60, 840))).status).toBe(200)
  })

  it("was frozen for ten minutes by the wall uses no copy from before", async () => {
    const known = await revokedAfterRead("sub-frozen")
    hybrid.backend.freeze()
    await new Promise((done) => setTimeout(done, 200))
    // The wall goes on while the process and its steady clock stand still.
    shift(10 * minute)
    const answer = hybrid.ask(within30, known)
    hybrid.backend.thaw()
    expect((await answer).status).toBe(403)
  })
})
