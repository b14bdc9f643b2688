/**
 * What the claims authorizer weighs, bundled with the options that SST 3 uses. A number here is raised only by the
 * change that costs it, with the reason beside it.
 */
import { fileURLToPath } from "node:url"
import { catalog } from "@claimgate/catalog"
import { type BuildOptions, build } from "esbuild"
import { expect, it } from "vitest"

const kilobyte = 1024
const perRoute = 62

async function bytesWith(options: BuildOptions): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./handler.ts", import.meta.url))],
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    mainFields: ["module", "main"],
    write: false,
    logLevel: "silent",
    ...options,
  })
  return outputFiles?.[0]?.contents.length ?? Number.POSITIVE_INFINITY
}

it("the code stays within 28 KB and 62 bytes per route", async () => {
  expect(await bytesWith({})).toBeLessThanOrEqual(28 * kilobyte + perRoute * catalog.routes.length)
})

it("what SST adds stays within 4 KB: it keeps every function's name", async () => {
  const added = (await bytesWith({ keepNames: true })) - (await bytesWith({}))
  expect(added).toBeLessThanOrEqual(4 * kilobyte)
})
