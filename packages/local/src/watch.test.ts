import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createMemoryStore } from "@claimgate/store"
import { describe, expect, it, vi } from "vitest"
import type { RunningFunction } from "./lambda/running-function.ts"
import { watchSources } from "./watch.ts"

/** A directory with a source file in it, for as long as `work` takes. */
async function withSource(work: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "claimgate-test-"))
  const file = join(folder, "handler.ts")
  await writeFile(file, "1")
  await work(file).finally(() => rm(folder, { recursive: true, force: true }))
}

const running = (sources: () => string[], reload: () => Promise<void>): RunningFunction => ({
  ...{ name: "f", sources, reload },
  invoke: async () => ({ ok: true, payload: null }),
  close: async () => undefined,
})

// No route changes here, so neither store nor gateways are asked.
const rest = { store: createMemoryStore(), deployRoutes: () => undefined }

describe("watched sources", () => {
  it("stop when what is under way has ended, and say nothing from then on", async () => {
    await withSource(async (file) => {
      const events: string[] = []
      const slow = async () => {
        events.push("started")
        await new Promise((resolve) => setTimeout(resolve, 100))
        events.push("ended")
        throw new Error("does not load")
      }
      const functions = [running(() => [file], slow)]
      const stop = watchSources({ ...rest, functions, whenStarted: () => undefined }, (line) =>
        events.push(line),
      )
      await writeFile(file, "2")
      await vi.waitFor(() => expect(events).toEqual(["started"]))
      await stop()
      expect(events).toEqual(["started", "ended"])
    })
  })

  it("are those of a function that a request starts, too, from then on", async () => {
    await withSource(async (file) => {
      const lines: string[] = []
      let isStarted = false
      let tell: (name: string) => void = () => undefined
      const functions = [
        running(
          () => (isStarted ? [file] : []),
          async () => undefined,
        ),
      ]
      const whenStarted = (listener: typeof tell) => {
        tell = listener
      }
      const stop = watchSources({ ...rest, functions, whenStarted }, (line) => lines.push(line))
      isStarted = true
      tell("f")
      await writeFile(file, "2")
      await vi.waitFor(() =>
        expect(lines).toEqual(["started f", expect.stringMatching(/^reloaded f in \d+ ms$/)]),
      )
      await stop()
    })
  })
})
