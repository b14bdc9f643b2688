/** The tests that the mutated files are held to: theirs alone, with few runs of each property. */
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// biome-ignore lint/style/noDefaultExport: vitest asks for one
export default defineConfig({
  root: here("../"),
  test: {
    include: [
      "packages/core/src/{path,match,claim,packed,decide,vectors}.test.ts",
      "packages/core/test/{path,match,claim,packed,decide}*.test.ts",
      "packages/authorizer/src/verify.test.ts",
    ],
    exclude: ["packages/core/test/claim-size.test.ts"],
    alias: [{ find: /^fast-check$/, replacement: here("./src/few-runs.ts") }],
    env: { CLAIMGATE_FUZZ: "5000" },
    // Instrumented code is slow; what runs on and on is stopped by Stryker.
    testTimeout: 120_000,
    isolate: false,
  },
})
