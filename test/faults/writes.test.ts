/** Changes by the admin API that meet each other, or whose answer from the table is lost. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Hybrid, startHybrid } from "./hybrid.ts"
import { starting } from "./process.ts"

let hybrid: Hybrid
/** An administrator's token. */
let ann: string

beforeAll(async () => {
  hybrid = await startHybrid()
  ann = await hybrid.tokenFor("sub-ann")
}, starting)
afterAll(() => hybrid.stop())

describe("a change by an administrator", () => {
  const put = (role: string, permissions: readonly string[], version: number, key: string) =>
    hybrid.ask(`PUT /api/admin/roles/${role}`, ann, {
      body: { permissions, version },
      headers: { "idempotency-key": key },
    })
  const versionsOf = async (role: string) => {
    const { items } = await hybrid.table.store.listAudit({ kind: "role", name: role })
    return items.flatMap((one) => (one.outcome === "done" ? [one.after] : [])).map((after) => after?.version)
  }

  it("over a version that is no more is a 409 that says which one is", async () => {
    expect((await put("tester", ["GET:/api/users"], 0, "conflict-1")).status).toBe(200)
    const { status, body } = await put("tester", ["GET:/api/reports"], 0, "conflict-2")
    expect([status, JSON.parse(body)]).toMatchObject([409, { code: "conflict", version: 1 }])
    expect((await hybrid.table.store.readRole("tester"))?.permissions).toEqual(["GET:/api/users"])
  })

  it("and another one over the same version at the same moment: one of them is a 409", async () => {
    const both = await Promise.all([
      put("racer", ["GET:/api/users"], 0, "race-1"),
      put("racer", ["GET:/api/reports"], 0, "race-2"),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(await versionsOf("racer")).toEqual([1])
  })

  it("whose answer from the table was lost once has happened once, and the caller does not notice", async () => {
    hybrid.table.dynamo.injectFault({ kind: "reset", when: "after", operation: "TransactWriteItems" })
    const { status, body } = await put("once", ["GET:/api/users"], 0, "lost-1")
    expect([status, JSON.parse(body).version]).toEqual([200, 1])
    expect(await versionsOf("once")).toEqual([1])
  })

  it("whose answers were all lost is a 503, and repeated under its key has happened once", async () => {
    const times = 3
    hybrid.table.dynamo.injectFault({ kind: "reset", when: "after", operation: "TransactWriteItems", times })
    const lost = await put("again", ["GET:/api/users"], 0, "lost-2")
    expect([lost.status, lost.headers["retry-after"]]).toEqual([503, "1"])
    const { status, body } = await put("again", ["GET:/api/users"], 0, "lost-2")
    expect([status, JSON.parse(body).version]).toEqual([200, 1])
    expect(await versionsOf("again")).toEqual([1])
  })
})
