/**
 * A cached answer holds for every request that shares its cache key: random requests against whatever gateway.ts plans,
 * by the real authorizer, on the stand-ins of both gateways. And the other way round: one guard short, the same
 * property finds each known trap.
 */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { planned } from "../../test/cached-answers/deployment.ts"
import { play } from "../../test/cached-answers/run.ts"
import { traps } from "../../test/cached-answers/traps.ts"
import { worlds } from "../../test/cached-answers/world.ts"

/** The environment raises it. */
const sequences = process.env.CLAIMGATE_FUZZ === undefined ? 5_000 : 100_000

describe("whatever is planned", () => {
  it(
    `lets nobody in who must not be, and keeps nobody out who must not be: ${sequences} sequences`,
    async () => {
      const plan = fc.constantFrom(...Object.entries(planned))
      const holds = fc.asyncProperty(worlds, plan, async (world, [, deploy]) => {
        expect(await play(world, deploy)).toBeUndefined()
      })
      await fc.assert(holds, { numRuns: sequences })
    },
    15_000 + sequences * 10,
  )
})

describe("the same property, one guard short", () => {
  it.each(traps)("finds: %s, which %s", async (_, does, deploy) => {
    const holds = fc.asyncProperty(worlds, async (world) => (await play(world, deploy))?.kind !== does)
    // A seed, so that what is found today is found tomorrow.
    const { failed } = await fc.check(holds, { numRuns: 3_000, seed: 1, endOnFailure: true })
    expect(failed).toBe(true)
  })
})
