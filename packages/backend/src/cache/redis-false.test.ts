/** What is no Redis at all, or not the right one, costs no more than one that fails. */
import { performance } from "node:perf_hooks"
import { setTimeout as pause } from "node:timers/promises"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { bulk, type FalseRedis, startFalseRedis } from "../../test/false-redis.ts"
import { bearable, lines, startProcess } from "../../test/redis-process.ts"

describe("something that is no good Redis", () => {
  let server: FalseRedis
  beforeEach(async () => {
    server = await startFalseRedis()
  })
  afterEach(() => server.stop())

  it.each([
    { because: "MOVED", sayings: { GETRANGE: "-MOVED 3999 10.0.0.1:6379\r\n" } },
    { because: "CLUSTERDOWN", sayings: { GETRANGE: "-CLUSTERDOWN Hash slot not served\r\n" } },
    { because: "LOADING", sayings: { TIME: "-LOADING Redis is loading the dataset in memory\r\n" } },
    { because: "NOPERM", sayings: { GETRANGE: "-NOPERM this user has no permissions\r\n" } },
    { because: "NO_TIME", sayings: { TIME: bulk("noon") } },
    { because: "TIMEOUT", sayings: { GETRANGE: () => {} } },
    { because: "TIMEOUT", sayings: { GETRANGE: "*3\r\n$5\r\nabc" } },
    { because: "UNKNOWN", sayings: { GETRANGE: "HTTP/1.1 400 Bad Request\r\n\r\n" } },
  ])("that says $sayings is $because: a miss within the budget, said once", async ({ because, sayings }) => {
    server.say(sayings)
    const process = await startProcess(server.address, because === "TIMEOUT" ? { budget: "hurried" } : {})
    for (let n = 0; n < 10; n++) {
      const { hit, took } = await process.request()
      expect(hit).toBe(false)
      expect(took).toBeLessThan(bearable)
    }
    expect(lines(process)).toEqual([`unreachable ${because}`])
  })

  it("that is slow by half a second is as good as none", async () => {
    server.say({ GETRANGE: (socket) => pause(500).then(() => void socket.write(bulk(""))) })
    const process = await startProcess(server.address, { budget: "hurried" })
    const took = await Promise.all(Array.from({ length: 10 }, () => process.request()))
    expect(Math.max(...took.map((each) => each.took))).toBeLessThan(bearable)
    expect(lines(process)).toEqual(["unreachable TIMEOUT"])
  })

  it("that resets every connection is tried ever less often", async () => {
    server.say({ GETRANGE: (socket) => void socket.resetAndDestroy() })
    const process = await startProcess(server.address)
    const until = performance.now() + 900
    while (performance.now() < until) {
      expect((await process.request()).took).toBeLessThan(bearable)
      await pause(2)
    }
    expect(server.opened()).toBeGreaterThanOrEqual(2)
    expect(server.opened()).toBeLessThanOrEqual(6)
    expect(lines(process)).toHaveLength(1)
    server.say({})
    await expect
      .poll(() => process.request().then(() => lines(process).at(-1)), { timeout: 5_000 })
      .toBe("reachable")
  })

  it("is not tried by a thousand requests at once more than once", async () => {
    const process = await startProcess(server.address)
    await Promise.all(Array.from({ length: 1_000 }, () => process.request()))
    expect(server.opened()).toBe(1)
  })

  it("is left alone once the cache is closed", async () => {
    const process = await startProcess(server.address)
    process.cache.close()
    expect((await process.request()).hit).toBe(false)
    expect(server.opened()).toBe(0)
  })
})
