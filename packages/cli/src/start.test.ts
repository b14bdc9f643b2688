/** A start of the real program: the bundle is built, says what there is, and costs little more than Node.js itself. */
import { execFileSync, spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { beforeAll, expect, test } from "vitest"

const bin = fileURLToPath(new URL("../bin/claimgate.mjs", import.meta.url))
const env = { PATH: process.env.PATH }

function milliseconds(args: readonly string[]): number {
  const begin = performance.now()
  execFileSync(process.execPath, args, { env, stdio: "pipe" })
  return performance.now() - begin
}

const median = (times: readonly number[]) => [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0

beforeAll(() => {
  // Builds the bundle where a source is newer.
  execFileSync(process.execPath, [bin, "--help"], { env, stdio: "pipe" })
}, 60_000)

test("--help is there within 200 ms of Node.js itself, a loaded machine's share allowed for", {
  timeout: 60_000,
}, () => {
  // In turns, so that whatever else the machine does meets both alike.
  const pairs = Array.from({ length: 7 }, () => ({
    empty: milliseconds(["-e", "0"]),
    help: milliseconds([bin, "--help"]),
  }))
  const empty = median(pairs.map((pair) => pair.empty))
  const more = median(pairs.map((pair) => pair.help - pair.empty))
  // Node.js starts in some 50 ms when nothing else runs: whatever it takes longer, everything takes longer.
  expect(more).toBeLessThan(200 * Math.max(1, empty / 50))
})

test("exit codes, both streams and standard input are those of the process", () => {
  const run = (args: readonly string[], input = "") =>
    spawnSync(process.execPath, [bin, ...args], { env, input, encoding: "utf8" })
  expect(run(["catalog"])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^release /),
    stderr: "",
  })
  expect(run(["members"])).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringContaining("--stage"),
  })
  const payload = Buffer.from(JSON.stringify({ sub: "ben", "custom:permissions": "-" })).toString("base64url")
  expect(run(["decode", "-", "--json"], `e30.${payload}.c2ln\n`)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('"subject": "ben"'),
  })
  expect(run(["decode", "-"], "nonsense")).toMatchObject({ status: 2, stdout: "" })
})
