/** What the claims authorizer weighs, as SST bundles it. A number here is raised only by the change that costs it. */
import { fileURLToPath } from "node:url"
import { catalog } from "@claimgate/catalog"
import { build } from "esbuild"
import { expect, it } from "vitest"

const kilobyte = 1024

it("the bundle stays within 28 KB and 62 bytes per route", async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./handler.ts", import.meta.url))],
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node22",
    write: false,
    logLevel: "silent",
  })
  const bytes = outputFiles[0]?.contents.length ?? Number.POSITIVE_INFINITY
  expect(bytes).toBeLessThanOrEqual(28 * kilobyte + 62 * catalog.routes.length)
})
