import { createCatalog, hasRoute } from "@claimgate/core"
import type { Holdings } from "@claimgate/store"
import { describe, expect, test } from "vitest"
import type { Caller } from "./caller.ts"
import { createRecheck, keepingUp, routesOf } from "./recheck.ts"

const catalog = createCatalog(["GET /a", "GET /b"])
const holdingA = (epoch: string): Holdings => ({ roles: [], permissions: ["GET:/a"], epoch })
const callerAt = (epoch: string): Caller => ({
  subject: "somebody",
  roles: ["guest"],
  epoch,
  source: "token",
  exp: 1,
  grounds: { kind: "claim", permissions: "-" },
})

describe("a copy is read again where the caller's epoch is newer", () => {
  const rows: readonly [string, string, string, boolean][] = [
    ["the same", "0.1.1", "0.1.1", false],
    ["a grant to the subject", "0.2.1", "0.1.1", true],
    ["a grant to a role", "0.1.2", "0.1.1", true],
    ["another role", "0.2.1.7", "0.1.1", true],
    ["a raised generation", "1.1.1", "0.1.1", true],
    ["the caller's is older", "0.1.1", "0.2.5", false],
    ["a role's number of other roles says nothing", "0.1.9", "0.2.1", false],
    ["numbers, not texts", "0.10.1", "0.9.1", true],
    ["a token without an epoch", "", "0.1.1", false],
    ["nobody stored, and a token that knows of somebody", "0.1", "0.0", true],
  ]
  test.each(rows)("%s: caller %s, copy %s: %s", async (_, epoch, copied, again) => {
    const asked: number[] = []
    const read = keepingUp(async (_, maxAge) => {
      asked.push(maxAge)
      return holdingA(maxAge === 0 ? "9.9.9" : copied)
    })
    expect((await read(callerAt(epoch), 30_000)).epoch).toBe(again ? "9.9.9" : copied)
    expect(asked).toEqual(again ? [30_000, 0] : [30_000])
  })

  test("but never where it was read just now", async () => {
    let reads = 0
    const read = keepingUp(async () => {
      reads++
      return holdingA("0.1")
    })
    await read(callerAt("0.2"), 0)
    expect(reads).toBe(1)
  })
})

describe("the store's answer", () => {
  const rows: readonly [string, boolean, string, number, boolean][] = [
    ["is what it holds", false, "0.1.1", 0, true],
    ["is nothing that it does not hold", false, "0.1.1", 1, false],
    ["confirms what the token says, at the token's own epoch", true, "0.1.1", 1, true],
    ["confirms nothing at another one", true, "0.1.2", 1, false],
    ["confirms nothing for a token without an epoch", true, "", 1, false],
  ]
  test.each(rows)("%s", async (_, tokenAllows, epoch, route, allowed) => {
    const recheck = createRecheck(catalog, async () => holdingA("0.1.1"))
    expect((await recheck(callerAt(epoch), tokenAllows, route, 0)).allowed).toBe(allowed)
  })
})

describe("the routes that holdings mean", () => {
  test("are found once for a copy, and anew for another catalog", () => {
    const holdings = holdingA("0.1")
    expect(routesOf(catalog, holdings)).toBe(routesOf(catalog, holdings))
    const turned = createCatalog(["GET /b", "GET /a"])
    expect([hasRoute(routesOf(catalog, holdings), 0), hasRoute(routesOf(turned, holdings), 0)]).toEqual([
      true,
      false,
    ])
    expect(hasRoute(routesOf(catalog, holdings), 0)).toBe(true)
  })

  test("are no mistake of the caller's where they are malformed, however often one asks", () => {
    const broken = { ...holdingA("0.1"), permissions: ["nonsense"] }
    for (let time = 0; time < 2; time++)
      expect(() => routesOf(catalog, broken)).toThrow(expect.objectContaining({ code: "malformed_record" }))
  })
})
