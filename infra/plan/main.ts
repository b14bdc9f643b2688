/**
 * `npm run infra:plan`: runs sst.config.ts on SST's real components without AWS, and holds every resource against the
 * committed plans and the checks. `--update` writes the plans anew, `--sst 4` does it all with SST 4.
 */
import { spawnSync } from "node:child_process"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"

const here = dirname(fileURLToPath(import.meta.url))
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs")

const { sst, update } = flags()
const { status } = spawnSync(
  process.execPath,
  [vitest, "run", "--config", join(here, "vitest.config.ts"), ...(update ? ["--update"] : [])],
  { stdio: "inherit", env: { ...process.env, CLAIMGATE_SST: sst } },
)
process.exitCode = status ?? 1

function flags() {
  const usage = "usage: npm run infra:plan -- [--sst 3|4] [--update]"
  try {
    const { values } = parseArgs({
      options: { sst: { type: "string", default: "3" }, update: { type: "boolean", default: false } },
    })
    if (values.sst === "3" || values.sst === "4") return values
  } catch {
    // Said below.
  }
  process.stderr.write(`${usage}\n`)
  process.exit(2)
}
