/**
 * What the authorizers weigh, bundled with the options that SST 3 uses, and what they must not carry. A number here is
 * raised only by the change that costs it, with the reason beside it. `hybrid` has a test of its own.
 */
import { catalog } from "@claimgate/catalog"
import type { BuildOptions } from "esbuild"
import { describe, expect, it } from "vitest"
import { bundle, type HandlerName, handlerNames } from "../test/bundle.ts"

const kilobyte = 1024
const perRoute = 62

async function bytesOf(name: HandlerName, options: BuildOptions = {}): Promise<number> {
  return (await bundle(name, options)).code.length
}

/** Kilobytes beside the routes. */
const budgets: readonly (readonly [HandlerName, number, string])[] = [
  ["claims-http", 28, "the token is all that it reads"],
  ["claims-rest", 30, "events of two kinds in, policies out"],
  // A quarter of it is ElectroDB, which only writes need: the store has one door for both.
  ["cached", 800, "the store: the AWS SDK, ElectroDB and zod"],
]

it.each(budgets)("%s stays within %i KB and 62 bytes per route: %s", async (name, kilobytes) => {
  expect(await bytesOf(name)).toBeLessThanOrEqual(kilobytes * kilobyte + perRoute * catalog.routes.length)
})

it("what SST adds stays within 4 KB: it keeps every function's name", async () => {
  const added = (await bytesOf("claims-http", { keepNames: true })) - (await bytesOf("claims-http"))
  expect(added).toBeLessThanOrEqual(4 * kilobyte)
})

describe("of the store and the SDK, which the strategy `cached` needs", () => {
  it.each(handlerNames.filter((name) => name !== "cached"))("%s carries nothing", async (name) => {
    const { inputs } = await bundle(name)
    // The store's keys import nothing: the change feed shares them.
    const heavy = /packages\/store\/(?!src\/keys\.ts)|node_modules\/(electrodb|zod|@aws-sdk|@smithy)\//
    expect(inputs.filter((file) => heavy.test(file))).toEqual([])
  })
})
