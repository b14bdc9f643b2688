/** One process that reads through Redis, as tests of its faults need it. */
import { performance } from "node:perf_hooks"
import { setTimeout as pause } from "node:timers/promises"
import { afterEach, expect } from "vitest"
import type { CacheEntry, CacheLog } from "../src/cache/cache-log.ts"
import { createHoldingsReader, type ReadHoldings } from "../src/cache/reader.ts"
import type { RedisAddress } from "../src/cache/redis-address.ts"
import { createRedisCache, type RedisCache } from "../src/cache/redis-cache.ts"
import { createTestClocks, type TestClocks } from "./cache-contract.ts"

/** Who asks. */
export const alice = { subject: "alice", roles: ["editor"] }
/** How old an answer may be in these tests, in milliseconds. */
export const minute = 60_000
/** The budget of 50 ms, the store's own 10, and a margin. */
export const bearable = 120

/** Milliseconds in which a busy machine did not let this process run: they are not Redis' fault. */
const tick = 5
let lostBefore = 0
let lastTick = performance.now()
const lost = () => lostBefore + Math.max(0, performance.now() - lastTick - tick)
setInterval(() => {
  lostBefore = lost()
  lastTick = performance.now()
}, tick).unref()

/** Starts a watch that shows milliseconds without those that were lost. */
function watch(): () => number {
  const since = performance.now() - lost()
  return () => performance.now() - lost() - since
}

/** A process: its reader over the store and Redis, without a near cache that would hide what Redis does. */
export interface Process {
  readonly read: ReadHoldings
  readonly cache: RedisCache
  readonly clocks: TestClocks
  readonly logged: CacheEntry[]
  /** Reads of the store so far. */
  loads(): number
  /** One request: whether Redis answered it, and how long it took. */
  request(): Promise<{ readonly hit: boolean; readonly took: number }>
}

const processes: Process[] = []
afterEach(() => {
  for (const { cache } of processes.splice(0)) cache.close()
})

export interface ProcessOptions {
  readonly log?: CacheLog
  /** `hurried` waits for Redis as production does; else a busy machine cannot make a healthy Redis look hung. */
  readonly budget?: "hurried"
}

/** Starts one; it is closed after the test. */
export async function startProcess(
  address: RedisAddress,
  { log, budget }: ProcessOptions = {},
): Promise<Process> {
  let loads = 0
  const member = { ...alice, permissions: ["GET:/a"], disabled: false, deleted: false, version: 1 }
  const store = {
    async load(subject: string) {
      loads += 1
      await pause(10)
      return { subject, generation: 0, release: undefined, member, roles: [] }
    },
  }
  const logged: CacheEntry[] = []
  const clocks = createTestClocks()
  const cache = createRedisCache({
    address,
    table: "claimgate",
    ...clocks,
    ...(budget === "hurried" ? {} : { budget: 2_000 }),
    log: log ?? ((entry) => void logged.push(entry)),
  })
  const read = createHoldingsReader({ store, cache, ...clocks })
  const request = async () => {
    const [before, took] = [loads, watch()]
    const holdings = await read(alice, minute)
    expect(holdings.permissions).toEqual(["GET:/a"])
    return { hit: loads === before, took: took() }
  }
  const process = { read, cache, clocks, logged, loads: () => loads, request }
  processes.push(process)
  return process
}

/** Makes requests until Redis answers one: how it comes back is its own business, that it does is ours. */
export async function untilHit({ request }: Process): Promise<void> {
  await expect.poll(async () => (await request()).hit, { timeout: 5_000, interval: 20 }).toBe(true)
}

/** What was logged, in short. */
export const lines = ({ logged }: Process) =>
  logged.map((entry) => ("because" in entry ? `${entry.state} ${entry.because}` : entry.state))
