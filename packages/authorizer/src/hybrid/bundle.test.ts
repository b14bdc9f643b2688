/**
 * What the hybrid authorizer weighs: what the claims authorizer may weigh, and 12 KB for its change feed. A number here
 * is raised only by the change that costs it, with the reason beside it.
 */
import { catalog } from "@claimgate/catalog"
import { expect, it } from "vitest"
import { bundle } from "../../test/bundle.ts"

const kilobyte = 1024

it("the feed adds at most 12 KB to what a claims authorizer may weigh", async () => {
  const { code } = await bundle("hybrid")
  expect(code.length).toBeLessThanOrEqual((28 + 12) * kilobyte + 62 * catalog.routes.length)
})
