import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

// biome-ignore lint/style/noDefaultExport: vitest asks for one
export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["infra/**/*.test.ts"],
    setupFiles: ["test/written/setup.ts"],
    globalSetup: "infra/plan/setup.ts",
    // A plan that is not there is a mistake, not the first of its kind.
    update: false,
    testTimeout: 120_000,
    // A run of the app is seconds, and several on a machine that has other things to do.
    hookTimeout: 120_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  },
})
