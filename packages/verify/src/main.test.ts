/** The program itself, as it is started. */
import { spawn } from "node:child_process"
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, expect, it } from "vitest"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const main = fileURLToPath(new URL("./main.ts", import.meta.url))

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(process.execPath, ["--import", "tsx", main, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
  })
  const said = { out: "", err: "" }
  child.stdout.on("data", (bytes) => (said.out += bytes))
  child.stderr.on("data", (bytes) => (said.err += bytes))
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, ...said })))
}

/** A directory whose `npx` does what `sst shell` does, and says how it was called. */
let bin: string
beforeAll(async () => {
  bin = await mkdtemp(join(tmpdir(), "claimgate-verify-"))
  const npx = join(bin, "npx")
  // It breaks what it is given at blanks, as the real one does.
  const lines = [
    "#!/bin/sh",
    'echo "npx $@"',
    "shift 5",
    `SST_RESOURCE_App='{"name":"claimgate","stage":"dev"}' exec $@`,
  ]
  await writeFile(npx, `${lines.join("\n")}\n`)
  await chmod(npx, 0o755)
})
afterAll(() => rm(bin, { recursive: true }))

it("runs itself under `sst shell`, where it finds the stage's bindings, and ends as that does", async () => {
  const PATH = [bin, process.env.PATH].join(delimiter)
  expect(await start(["--stage", "dev"], { PATH })).toEqual({
    code: 1,
    out: "npx sst shell --stage dev -- node --import tsx packages/verify/src/main.ts --stage dev\n",
    err: "verify: SST_RESOURCE_UserPool: expected a binding, as `npx sst shell --stage …` sets it\n",
  })
}, 60_000)

it("ends with 2 where it is called wrongly, and says how it is called", async () => {
  const { code, out, err } = await start(["--stage", "a b"])
  expect([code, out]).toEqual([2, ""])
  expect(err).toMatch(/^verify: --stage: expected a name .+\nusage: npm run verify .+\n$/)
}, 60_000)
