import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { closeChallenge, findChallenge, openChallenge } from "./challenge.ts"
import { startPool, type Testbed } from "./testbed.ts"

let bed: Testbed
beforeAll(async () => {
  bed = await startPool()
})
afterAll(() => bed.stop())

const challenge = { name: "NEW_PASSWORD_REQUIRED", clientId: "web", username: "alice" } as const

describe("a challenge", () => {
  it("is found by its session until it is answered, and answered once", () => {
    const session = openChallenge(bed.pool, challenge)
    expect(findChallenge(bed.pool, session)).toMatchObject(challenge)
    expect(findChallenge(bed.pool, Buffer.alloc(96))).toBeUndefined()
    expect([closeChallenge(bed.pool, session), closeChallenge(bed.pool, session)]).toEqual([true, false])
    expect(findChallenge(bed.pool, session)).toBeUndefined()
  })

  it("is gone after three minutes", () => {
    const session = openChallenge(bed.pool, challenge)
    bed.pass(179)
    expect(findChallenge(bed.pool, session)).toBeDefined()
    bed.pass(1)
    expect(findChallenge(bed.pool, session)).toBeUndefined()
  })

  it("is one of ten thousand at most: the oldest is forgotten first", () => {
    const first = openChallenge(bed.pool, challenge)
    for (let count = 0; count < 10_000; count++) openChallenge(bed.pool, challenge)
    expect(bed.pool.challenges.size).toBeLessThanOrEqual(10_000)
    expect(findChallenge(bed.pool, first)).toBeUndefined()
    bed.pass(181)
    openChallenge(bed.pool, challenge)
    expect(bed.pool.challenges.size).toBe(1)
  })
})
