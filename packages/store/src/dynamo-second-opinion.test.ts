/**
 * The same contract over other databases: an engine of other origin, so that the transactions added to dynalite do not
 * judge themselves, and the model that races are run on, so that it is one of DynamoDB.
 */
import { afterAll, beforeAll, describe } from "vitest"
import { describeStore } from "../test/contract.ts"
import { createTestStore, type Dynalite, engines, startDynalite } from "../test/dynalite.ts"
import { createModelClient, type Items } from "../test/model-dynamo.ts"

const others = engines.filter(({ name }) => name !== "local").map((engine) => ({ engine, ...engine }))

describe.each(others)("over $name", ({ engine, absent }) => {
  describe.skipIf(absent !== undefined)(absent ?? "as it is installed", () => {
    let dynalite: Dynalite
    beforeAll(async () => {
      dynalite = await startDynalite(engine)
    })
    afterAll(() => dynalite.stop())

    describeStore("the DynamoDB store", (options) => createTestStore(dynalite, options))
  })
})

describe("over the model", () => {
  let items: Items
  const client = createModelClient(() => ({ items, schedule: async ({ run }) => run() }))

  // A test has one store.
  describeStore("the DynamoDB store", (options) => {
    const createTable = async () => {
      items = new Map()
      return "model"
    }
    return createTestStore({ client, createTable }, options)
  })
})
