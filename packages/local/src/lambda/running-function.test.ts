import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it, vi } from "vitest"
import { installClock } from "../clock.ts"
import { type RunningFunction, startFunction } from "./running-function.ts"

const root = fileURLToPath(new URL("../../../../", import.meta.url))

describe("a function in its thread", () => {
  const running = async (
    code: string,
    work: (one: RunningFunction, lines: readonly string[]) => Promise<void>,
  ) => {
    const lines: string[] = []
    const folder = await mkdtemp(join(root, "packages/local/.thread-"))
    const file = join(folder, "handler.ts")
    await writeFile(file, code)
    const clock = installClock()
    try {
      const config = { name: "f", entry: file.slice(root.length), environment: { ONLY: "1" }, timeout: 1000 }
      const one = await startFunction(config, { clock, log: (line) => lines.push(line) })
      await work(one, lines).finally(() => one.close())
    } finally {
      clock.uninstall()
      await rm(folder, { recursive: true, force: true })
    }
  }

  it("sees no environment but its own", async () => {
    process.env.CLAIMGATE_PARENT_ONLY = "1"
    try {
      await running("export const handler = async () => Object.keys(process.env)", async (one) => {
        expect(await one.invoke({})).toMatchObject({ ok: true, payload: ["ONLY"] })
      })
    } finally {
      delete process.env.CLAIMGATE_PARENT_ONLY
    }
  })

  const crashing = `console.log("loaded")
    export const handler = async ({ crash }) => {
      if (!crash) return "well"
      setTimeout(() => { throw new Error("out of order") })
      await new Promise(() => undefined)
    }`

  it("comes back after a crash, once for all who call, and says why it crashed", async () => {
    await running(crashing, async (one, lines) => {
      const crashed = await Promise.all([one.invoke({ crash: true }), one.invoke({ crash: true })])
      const exited = { ok: false, errorType: "Runtime.ExitError", errorMessage: "out of order" }
      expect(crashed).toEqual([exited, exited])
      const after = await Promise.all([one.invoke({}), one.invoke({}), one.invoke({})])
      expect(after.map((answer) => answer.ok && answer.payload)).toEqual(["well", "well", "well"])
      await vi.waitFor(() => expect(lines).toEqual(["loaded", "crashed: out of order", "loaded"]))
    })
  })

  it("starts nothing once it was closed", async () => {
    await running(crashing, async (one, lines) => {
      await vi.waitFor(() => expect(lines).toEqual(["loaded"]))
      await one.close()
      await one.reload()
      expect(await one.invoke({})).toMatchObject({ ok: false, errorType: "Runtime.ExitError" })
      expect(lines).toEqual(["loaded"])
    })
  })
})

describe("a function whose code changes", () => {
  it("is reloaded, and keeps its old code where the new one does not load", async () => {
    const lines: string[] = []
    const folder = await mkdtemp(join(root, "packages/local/.reload-"))
    const file = join(folder, "handler.ts")
    const answering = (text: string) => writeFile(file, `export const handler = async () => "${text}"`)
    await answering("one")
    const clock = installClock()
    try {
      const entry = file.slice(root.length)
      const running = await startFunction(
        { name: "f", entry, environment: {}, timeout: 1000 },
        { clock, log: (l) => lines.push(l) },
      )
      const first = await running.invoke({})
      await answering("two")
      await running.reload()
      const second = await running.invoke({})
      await writeFile(file, "export const handler = 7")
      await expect(running.reload()).rejects.toThrow(
        "function `f` crashed at load: expected the module to export `handler`",
      )
      const third = await running.invoke({})
      expect([first, second, third].map((answer) => answer.ok && answer.payload)).toEqual([
        "one",
        "two",
        "two",
      ])
      await running.close()
      expect(await readFile(file, "utf8")).toContain("7")
    } finally {
      clock.uninstall()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
