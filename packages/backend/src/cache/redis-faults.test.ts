/** What Redis does wrong costs a request at most the time budget, and never its answer. */
import { performance } from "node:perf_hooks"
import { setTimeout as pause } from "node:timers/promises"
import { afterEach, beforeEach, expect, it } from "vitest"
import { describeWithRedis, freePort, type RedisServer, startRedis } from "../../test/redis.ts"
import {
  alice,
  bearable,
  lines,
  minute,
  type Process,
  startProcess,
  untilHit,
} from "../../test/redis-process.ts"
import { parseRedisAddress } from "./redis-address.ts"

describeWithRedis("Redis that fails", () => {
  let server: RedisServer
  beforeEach(async () => {
    server = await startRedis()
  })
  afterEach(() => server.stop())

  /** Nobody is answered late, nor by Redis, and it is said once. */
  async function expectOutage(process: Process, because: string, requests = 20): Promise<void> {
    for (let n = 0; n < requests; n++) {
      const { hit, took } = await process.request()
      expect(hit).toBe(false)
      expect(took).toBeLessThan(bearable)
    }
    expect(lines(process)).toEqual([`unreachable ${because}`])
  }

  it("is down at start: the store answers, until it is there", async () => {
    await server.kill()
    const process = await startProcess(server.address)
    await expectOutage(process, "ECONNREFUSED")
    await server.restart()
    await untilHit(process)
    expect(lines(process)).toEqual(["unreachable ECONNREFUSED", "reachable"])
  })

  it("is killed and started again", async () => {
    const process = await startProcess(server.address)
    await untilHit(process)
    await server.kill()
    await expectOutage(process, "CLOSED")
    await server.restart()
    await untilHit(process)
    expect(lines(process)).toEqual(["unreachable CLOSED", "reachable"])
  })

  it("hangs in the middle: only whoever finds out waits, and no longer than the budget", async () => {
    const process = await startProcess(server.address, { budget: "hurried" })
    await untilHit(process)
    const before = process.logged.length
    server.hang()
    const first = await Promise.all(Array.from({ length: 50 }, () => process.request()))
    expect(Math.max(...first.map(({ took }) => took))).toBeLessThan(bearable)
    // Requests that gave Redis up together share their reads of the store.
    expect(process.loads()).toBeLessThanOrEqual(10)
    const next = await Promise.all(Array.from({ length: 20 }, () => process.request()))
    expect(Math.max(...next.map(({ took }) => took))).toBeLessThan(40)
    // Later ones try again, and do not wait for what comes of it.
    process.clocks.pass(5_000)
    expect((await process.request()).took).toBeLessThan(40)
    expect(lines(process).slice(before)).toEqual(["unreachable TIMEOUT"])
    server.thaw()
    await untilHit(process)
    expect(lines(process).slice(before)).toEqual(["unreachable TIMEOUT", "reachable"])
  })

  it("hangs from the start: it is connected to, and says nothing", async () => {
    server.hang()
    const process = await startProcess(server.address, { budget: "hurried" })
    const first = await Promise.all(Array.from({ length: 20 }, () => process.request()))
    expect(Math.max(...first.map(({ took }) => took))).toBeLessThan(bearable)
    const next = await Promise.all(Array.from({ length: 20 }, () => process.request()))
    expect(Math.max(...next.map(({ took }) => took))).toBeLessThan(40)
    server.thaw()
    await untilHit(process)
  })

  it("hangs while something is written, and keeps it long after with its true age", async () => {
    const process = await startProcess(server.address, { budget: "hurried" })
    await untilHit(process)
    await server.command("FLUSHALL")
    server.hang()
    const { cache } = process
    const sent = { wall: Date.now(), steady: performance.now() }
    cache.write("bob", { holdings: { roles: [], permissions: ["GET:/old"], epoch: "0.1" }, sent })
    await pause(400)
    server.thaw()
    await untilHit(process)
    const known = await cache.read("bob", minute)
    if (known !== undefined) expect(performance.now() - known.sent.steady).toBeGreaterThanOrEqual(400)
    expect(await cache.read("bob", 300)).toBeUndefined()
  })

  it.each([
    { refusal: "NOAUTH", password: undefined },
    { refusal: "WRONGPASS", password: "no-such-password" },
  ])(
    "wants another password: $refusal is a miss, and nothing of it is logged",
    async ({ refusal, password }) => {
      await server.restart("--requirepass", "right-password")
      const process = await startProcess({ ...server.address, password })
      await expectOutage(process, refusal)
      expect(JSON.stringify(process.logged)).not.toMatch(/password|127\.0\.0\.1|claimgate/)
    },
  )

  it("takes the right password, a user's too, and one that it did not ask for, and another database", async () => {
    const { port } = server.address
    const hits = async (url: string) => {
      const process = await startProcess(parseRedisAddress(url))
      await untilHit(process)
      expect(process.logged).toEqual([])
    }
    await hits(`redis://:needless@127.0.0.1:${port}/3`)
    expect(await server.command("DBSIZE")).toBe(0)
    await server.command("ACL", "SETUSER", "app", "on", ">secret", "~claimgate:*", "+@all")
    await hits(`redis://app:secret@127.0.0.1:${port}`)
    await server.restart("--requirepass", "p@ss/word")
    await hits(`redis://:p%40ss%2Fword@127.0.0.1:${port}`)
  })

  it("has no such database: nothing is written into another one", async () => {
    const process = await startProcess({ ...server.address, database: 99 })
    await expectOutage(process, "ERR")
    expect(await server.command("DBSIZE")).toBe(0)
  })

  it("became a replica: what it has is read, what is written is refused, said once", async () => {
    const process = await startProcess(server.address)
    await untilHit(process)
    await server.command("REPLICAOF", "127.0.0.1", await freePort())
    expect((await process.request()).hit).toBe(true)
    for (let n = 0; n < 10; n++) await process.read(alice, 0)
    expect((await process.request()).hit).toBe(true)
    expect(lines(process)).toEqual(["write_refused READONLY"])
    await server.command("REPLICAOF", "NO", "ONE")
    await server.command("FLUSHALL")
    await untilHit(process)
  })

  it("became a replica: its name is looked up again, for a new primary, every half minute at most", async () => {
    const process = await startProcess(server.address)
    await untilHit(process)
    await server.command("REPLICAOF", "127.0.0.1", await freePort())
    const connections = async () =>
      Number(/total_connections_received:(\d+)/.exec(String(await server.command("INFO")))?.[1])
    const before = await connections()
    for (const expected of [0, 1, 1, 2]) {
      await process.read(alice, 0)
      await process.request()
      await process.request()
      expect((await connections()) - before).toBe(expected)
      process.clocks.pass(expected === 1 ? 16_000 : 31_000)
    }
    expect(lines(process).filter((line) => line.includes("reachable"))).toEqual([])
  })

  it("is out of memory: the store answers, writes are refused, said once", async () => {
    await server.command("CONFIG", "SET", "maxmemory", "1")
    const process = await startProcess(server.address)
    for (let n = 0; n < 10; n++) {
      const { hit, took } = await process.request()
      expect(hit).toBe(false)
      expect(took).toBeLessThan(bearable)
    }
    expect(lines(process)).toEqual(["write_refused OOM"])
    await server.command("CONFIG", "SET", "maxmemory", "0")
    await untilHit(process)
  })

  it("closes connections that idle: the next one is opened without a word", async () => {
    const process = await startProcess(server.address)
    await untilHit(process)
    process.clocks.pass(11_000)
    await server.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    await pause(50)
    expect((await process.request()).hit).toBe(true)
    expect(process.logged).toEqual([])
  })

  it("does not keep a process from ending", async () => {
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name.startsWith("TCPSocket"))
    await expect.poll(sockets).toEqual([])
    await untilHit(await startProcess(server.address))
    expect(sockets()).toEqual([])
  })

  it("has nothing to do with an answer when the log fails", async () => {
    const process = await startProcess(server.address, {
      budget: "hurried",
      log: () => {
        throw new Error("disk full")
      },
    })
    await untilHit(process)
    server.hang()
    expect((await process.request()).hit).toBe(false)
    server.thaw()
    await untilHit(process)
  })
})
