import { defineConfig } from "vitest/config"

declare module "vitest" {
  interface ProvidedContext {
    /** What `sst shell` set: the bindings of a stage, and a way to AWS. Empty where nobody set anything. */
    stageEnvironment: Readonly<Record<string, string>>
  }
}

/**
 * Held back from all tests, and from what they start, but those that ask for it (packages/verify/test): the suite is the same
 * whatever it is bound to, and none of the others can reach a stage by accident.
 */
const stageEnvironment: Record<string, string> = {}
for (const [name, value = ""] of Object.entries(process.env)) {
  if (!/^(SST_RESOURCE|AWS)_/.test(name)) continue
  stageEnvironment[name] = value
  delete process.env[name]
}

export default defineConfig({
  test: {
    include: ["packages/*/{src,test}/**/*.test.ts", "test/**/*.test.ts"],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    provide: { stageEnvironment },
    setupFiles: ["test/written/setup.ts"],
    testTimeout: 15_000,
    // Left to itself vitest keeps one core free, which on two cores is half of them.
    maxWorkers: "100%",
  },
})
