import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type Clock, installClock } from "../clock.ts"
import type { Client } from "./client.ts"
import { type Effect, measureRevocation, type Probe } from "./revocation.ts"

/** What a door does with an old token, by seconds after the revoke; undefined before it. */
type Behaviour = (age: number | undefined) => number

describe("a revoke, and when it takes effect", () => {
  let clock: Clock
  beforeEach(() => {
    clock = installClock()
  })
  afterEach(() => clock.uninstall())

  const measured = async (promised: number, door: Behaviour): Promise<{ effect: Effect; asked: number }> => {
    let revokedAt: number | undefined
    let asked = 0
    const client: Client = {
      async send() {
        asked++
        const age = revokedAt === undefined ? undefined : (clock.now() - revokedAt) / 1000
        return { status: door(age), milliseconds: 1, storeReads: 0, authorizerCalled: false }
      },
      close: () => undefined,
    }
    const probe: Probe = { method: "GET", path: "/", token: "t", address: "http://door", promised }
    const revoke = async () => {
      revokedAt = clock.now()
    }
    const effects = await measureRevocation([probe], revoke, { clock, client })
    const effect = effects.get(probe)
    if (effect === undefined) throw new Error("expected an effect")
    return { effect, asked }
  }
  const refusedAfter =
    (seconds: number, status = 403): Behaviour =>
    (age) =>
      age !== undefined && age >= seconds ? status : 200

  const rows: readonly (readonly [string, number, Behaviour, Effect])[] = [
    ["at once", 0, refusedAfter(0), { seconds: 0, allowedUntil: null, promised: 0, ok: true }],
    ["within the promise", 5, refusedAfter(3.5), { seconds: 4, allowedUntil: 3, promised: 5, ok: true }],
    ["just as promised", 5, refusedAfter(5), { seconds: 5, allowedUntil: 4, promised: 5, ok: true }],
    ["by a 401", 900, refusedAfter(900, 401), { seconds: 900, allowedUntil: 870, promised: 900, ok: true }],
    ["by a 404", 5, () => 404, { seconds: null, allowedUntil: 990, promised: 5, ok: false }],
    ["a second too late", 5, refusedAfter(6), { seconds: 6, allowedUntil: 5, promised: 5, ok: false }],
    ["a minute too late", 0, refusedAfter(60), { seconds: 60, allowedUntil: 55, promised: 0, ok: false }],
    ["never", 900, () => 200, { seconds: null, allowedUntil: 990, promised: 900, ok: false }],
    ["before it", 5, () => 403, { seconds: null, allowedUntil: null, promised: 5, ok: false }],
    [
      "by an error",
      5,
      (age) => (age === undefined ? 200 : 500),
      { seconds: null, allowedUntil: null, promised: 5, ok: false },
    ],
  ]
  it.each(rows)("refused %s", async (_, promised, door, effect) => {
    expect((await measured(promised, door)).effect).toEqual(effect)
  })

  it("is asked for no more once it was refused", async () => {
    expect((await measured(5, refusedAfter(2))).asked).toBe(4)
  })
})
