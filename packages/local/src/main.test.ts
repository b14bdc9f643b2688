import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { doorNames } from "./doors.ts"
import { usage } from "./flags.ts"

const root = fileURLToPath(new URL("../../../", import.meta.url))

describe("the command line", () => {
  const run = (...args: string[]) =>
    new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      const child = spawn(process.execPath, ["--import", "tsx", "packages/local/src/main.ts", ...args], {
        cwd: root,
      })
      let [out, err] = ["", ""]
      child.stdout.on("data", (text) => {
        out += text
        // Up: the last line of the welcome was printed.
        if (text.includes("Ctrl-C stops") && !args.includes("--import")) child.kill("SIGINT")
      })
      child.stderr.on("data", (text) => {
        err += text
      })
      child.on("close", (code) => resolve({ code, out, err }))
    })

  it("refuses a wrong flag in one line and the usage, with exit code 2", async () => {
    const { code, out, err } = await run("--prot", "1")
    expect([code, out]).toEqual([2, ""])
    expect(err).toMatch(/^local: Unknown option '--prot'.*\nusage: npm run local .*\n$/)
  })

  it("prints its flags", async () => {
    const { code, out } = await run("--help")
    expect([code, out]).toEqual([0, `${usage}\n`])
  })

  // Readable by its mode, and fails in the middle: Linux only.
  it.runIf(existsSync("/proc/self/mem"))("stops when an import fails half-way", async () => {
    const { code, err } = await run("--import", "/proc/self/mem")
    expect(code).toBe(1)
    expect(err).toMatch(/^local: .*\n$/)
  })

  it("starts, says what to try, and stops cleanly on Ctrl-C", async () => {
    const { code, out, err } = await run()
    expect([code, err]).toEqual([0, ""])
    expect(out).toMatch(/HTTP API {4}http:\/\/127\.0\.0\.1:\d+/)
    expect(out).toContain("ben@example.com    Local-ben-1")
    for (const door of doorNames)
      expect(out).toMatch(new RegExp(`^  ${door} +http://127\\.0\\.0\\.1:\\d+`, "m"))
    expect(out.trimEnd().endsWith("stopping")).toBe(true)
  })

  it("prints the tour as one JSON document, and nothing besides", async () => {
    const { code, out } = await run("--tour", "--requests", "0", "--json")
    const report = JSON.parse(out)
    expect([code, report.ok, "comparison" in report]).toEqual([0, true, false])
    expect(report.memory).toBeLessThan(320)
  })
})
