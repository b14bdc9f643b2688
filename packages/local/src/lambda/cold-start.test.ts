import { describe, expect, it } from "vitest"
import { startAtFirstCall } from "./cold-start.ts"
import type { RunningFunction } from "./running-function.ts"

/** A function whose start is settled by hand, and what became of it. */
function scene() {
  const events: string[] = []
  const starts: { succeed(): void; fail(): void }[] = []
  const running: RunningFunction = {
    name: "f",
    sources: () => ["/handler.ts"],
    invoke: async (event) => ({ ok: true, payload: event }),
    reload: async () => void events.push("reloaded"),
    close: async () => void events.push("closed"),
  }
  const start = () =>
    new Promise<RunningFunction>((resolve, reject) => {
      starts.push({ succeed: () => resolve(running), fail: () => reject(new Error("no `Tokens`")) })
    })
  const lines: string[] = []
  return { one: startAtFirstCall("f", start, (line) => lines.push(line)), starts, events, lines }
}

const loaded = { ok: false, errorType: "Runtime.ExitError", errorMessage: "no `Tokens`" }

describe("a function that starts at its first call", () => {
  it("does not start before, has no sources, and is closed without a start", async () => {
    const { one, starts, events } = scene()
    expect([one.name, one.sources()]).toEqual(["f", []])
    await one.reload()
    await one.close()
    expect([starts.length, events]).toEqual([0, []])
  })

  it("starts once for all who call meanwhile", async () => {
    const { one, starts } = scene()
    const calls = [one.invoke(1), one.invoke(2), one.invoke(3)]
    expect(starts.length).toBe(1)
    starts[0]?.succeed()
    const answers = await Promise.all([...calls, one.invoke(4)])
    expect(answers).toEqual([1, 2, 3, 4].map((payload) => ({ ok: true, payload })))
    expect([starts.length, one.sources()]).toEqual([1, ["/handler.ts"]])
  })

  it("answers a start that failed to all who waited, says why once, and is tried again", async () => {
    const { one, starts, lines } = scene()
    const calls = [one.invoke(1), one.invoke(2)]
    starts[0]?.fail()
    expect(await Promise.all(calls)).toEqual([loaded, loaded])
    expect(lines).toEqual(["no `Tokens`"])
    const again = one.invoke(3)
    starts[1]?.succeed()
    expect(await again).toEqual({ ok: true, payload: 3 })
  })

  it("exchanges its code once it has some", async () => {
    const { one, starts, events } = scene()
    const call = one.invoke(1)
    starts[0]?.succeed()
    await call
    await one.reload()
    expect(events).toEqual(["reloaded"])
  })

  it("is closed also where it is just starting, and starts no more", async () => {
    const { one, starts, events } = scene()
    const call = one.invoke(1)
    const closing = one.close()
    starts[0]?.succeed()
    await Promise.all([call, closing])
    expect(events).toEqual(["closed"])
    expect(await one.invoke(2)).toMatchObject({ ok: false, errorMessage: "the function was closed" })
    expect(starts.length).toBe(1)
  })

  it("closes without waiting for anything where its start fails", async () => {
    const { one, starts, events } = scene()
    const call = one.invoke(1)
    const closing = one.close()
    starts[0]?.fail()
    expect(await call).toEqual(loaded)
    await closing
    expect(events).toEqual([])
  })
})
