import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type Clock, installClock } from "../clock.ts"
import type { Answer, Client } from "./client.ts"
import { measure } from "./measurement.ts"
import type { Request } from "./workload.ts"

describe("a door under the workload", () => {
  let clock: Clock
  beforeEach(() => {
    clock = installClock()
  })
  afterEach(() => clock.uninstall())

  const request = (path: string, allowed = true): Request => ({ method: "GET", path, token: "t", allowed })
  const answering = (answers: Readonly<Record<string, Partial<Answer>>>): Client => ({
    send: async (_, { path }) => ({
      ...{ status: 200, milliseconds: 1, storeReads: 0, authorizerCalled: false },
      ...answers[path],
    }),
    close: () => undefined,
  })
  const pace = { concurrency: 2, perSecond: 50 }
  const door = { address: "http://door", laterReads: () => 0 }

  it("costs what its answers say, per 1,000 requests, and what was read later", async () => {
    const client = answering({
      "/a": { milliseconds: 3, storeReads: 2, authorizerCalled: true },
      "/b": { milliseconds: 1 },
      "/c": { milliseconds: 2, authorizerCalled: true },
      "/d": { milliseconds: 9, storeReads: 1 },
    })
    let later = 10
    const laterReads = () => later++
    const requests = ["/a", "/b", "/c", "/d"].map((path) => request(path))
    expect(await measure({ ...door, laterReads }, requests, pace, { clock, client })).toEqual({
      ...{ requests: 4, p50: 2, p99: 9, wrong: 0 },
      storeReads: 1000,
      authorizerCalls: 500,
    })
  })

  it("is right where it lets through and refuses what it should; an error is neither", async () => {
    const client = answering({ "/not": { status: 403 }, "/bad": { status: 401 }, "/down": { status: 500 } })
    const requests = [
      request("/"),
      request("/not"),
      request("/not", false),
      request("/bad", false),
      request("/", false),
      request("/down"),
      request("/down", false),
    ]
    expect(await measure(door, requests, pace, { clock, client })).toMatchObject({
      wrong: 4,
      firstWrong: "GET /not: expected it to be let through, got 403",
    })
  })

  it("gets its requests at the pace that was asked for, by the shared clock", async () => {
    const before = clock.now()
    const requests = Array.from({ length: 101 }, () => request("/"))
    await measure(door, requests, pace, { clock, client: answering({}) })
    expect(clock.now() - before).toBeGreaterThanOrEqual(2000)
    expect(clock.now() - before).toBeLessThan(2500)
  })
})
