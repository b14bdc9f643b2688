import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { batchRows } from "./contract/batches.ts"
import { createRaw, createTables, type Raw } from "./contract/client.ts"
import { conditionRows } from "./contract/conditions.ts"
import { engines } from "./contract/engines.ts"
import { entityRows } from "./contract/entities.ts"
import { queryRows } from "./contract/queries.ts"
import { transactionRows } from "./contract/transactions.ts"
import { updateRows } from "./contract/updates.ts"

const suites = {
  conditions: conditionRows,
  updates: updateRows,
  queries: queryRows,
  batches: batchRows,
  transactions: transactionRows,
  "ElectroDB entities": entityRows,
}

const recorded = new Map<string, Map<string, unknown>>()

for (const engine of engines) {
  describe.skipIf(engine.absent !== undefined)(titleOf(engine), () => {
    const outcomes = new Map<string, unknown>()
    recorded.set(engine.name, outcomes)
    let raw: Raw
    let stop: () => Promise<unknown>

    beforeAll(async () => {
      const started = await engine.start()
      stop = started.stop
      raw = createRaw(started.endpoint)
      await createTables(raw)
    })
    afterAll(async () => {
      raw.client.destroy()
      await stop()
    })

    describe.each(Object.entries(suites))("%s", (_suite, rows) => {
      it.each(rows)("$name", async ({ name, run, expected }) => {
        const outcome = await run(raw)
        outcomes.set(name, outcome)
        expect(outcome).toEqual(expected)
      })
    })
  })
}

const present = engines.filter(({ absent }) => absent === undefined)

const alone = present.length < 2 ? ", SKIPPED: there is only one to compare" : ""

describe.skipIf(alone !== "")(`the engines${alone}`, () => {
  it("give the same outcomes", () => {
    const [first, ...others] = present.map(({ name }) => recorded.get(name))
    expect(first?.size).toBe(Object.values(suites).flat().length)
    for (const other of others) expect(other).toEqual(first)
  })
})

function titleOf({ name, absent }: { readonly name: string; readonly absent?: string }): string {
  return absent === undefined ? name : `${name}, SKIPPED: ${absent}`
}
