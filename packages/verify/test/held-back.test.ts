import { execFileSync } from "node:child_process"
import { expect, it } from "vitest"

/** The one that vitest.config.ts sets itself. */
const harmless = ["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"]
const isOfStage = (name: string) => /^(SST_RESOURCE|AWS)_/.test(name)

// Fails in a run that is bound to a stage, should anybody give the bindings to all tests.
it("a test that does not ask for them sees neither bindings nor credentials, and neither does what it starts", () => {
  expect(Object.keys(process.env).filter(isOfStage)).toEqual(harmless)
  const seen = execFileSync(process.execPath, ["-p", "JSON.stringify(Object.keys(process.env))"], {
    encoding: "utf8",
  })
  expect(JSON.parse(seen).filter(isOfStage)).toEqual(harmless)
})
