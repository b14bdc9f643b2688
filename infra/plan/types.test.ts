/** sst.config.ts and infra/ against the types of the platform that runs them. */
import { spawnSync } from "node:child_process"
import { createRequire } from "node:module"
import { expect, inject, test } from "vitest"

const { root } = inject("bundle")
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc")

test("the app compiles against SST's own components", { timeout: 300_000 }, () => {
  const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", "infra", "--pretty", "false"], {
    cwd: root,
    encoding: "utf8",
  })
  expect(stdout).toBe("")
  expect(status).toBe(0)
})
