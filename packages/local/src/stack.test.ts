import { routes } from "@claimgate/catalog"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Ask, createAskers } from "../test/askers.ts"
import { rows } from "../test/truth-table.ts"
import { type Comparison, compare } from "./comparison/comparison.ts"
import { silent } from "./comparison/progress.ts"
import { type DoorName, doorNames } from "./doors.ts"
import { createEvidence } from "./evidence.ts"
import type { RequestLogEntry } from "./gateway/request-log.ts"
import { recordOf } from "./record-of.ts"
import { type Stack, startStack } from "./stack.ts"
import type { Step } from "./tour/step.ts"
import { tellStory } from "./tour/story.ts"

// One stack for all: starting it, and its functions, is what takes the time.
let stack: Stack
const evidence = createEvidence(() => undefined)
const requests: (RequestLogEntry & { readonly door: DoorName })[] = []

beforeAll(async () => {
  stack = await startStack({
    onLine: evidence.line,
    onRequest: (entry, door) => {
      evidence.request(entry)
      requests.push({ ...entry, door })
    },
  })
})
afterAll(() => stack.close())

describe("a stack that has just started", () => {
  const isLoaded = (name: string) =>
    stack.functions.some((one) => one.name === name && one.sources().length > 0)

  it("has loaded the trigger and the functions of the hybrid door, and no others", () => {
    const loaded = stack.functions.filter((one) => one.sources().length > 0).map(({ name }) => name)
    expect(loaded).toEqual(["trigger", "hybrid-authorizer", "hybrid-backend"])
  })

  it("starts another door's backend at its first request, once for all that come meanwhile, and tells", async () => {
    const started: string[] = []
    stack.whenStarted((name) => started.push(name))
    const asks = Array.from({ length: 5 }, () => fetch(`${stack.addresses.doors.claims}/health`))
    expect((await Promise.all(asks)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(started).toEqual(["claims-backend"])
    expect([isLoaded("claims-backend"), isLoaded("claims-authorizer")]).toEqual([true, false])
  })
})

describe("the story", () => {
  it("is told, and every step goes as it should", async () => {
    const steps: Step[] = []
    for await (const step of tellStory(stack, evidence)) steps.push(step)
    expect(steps.filter((step) => !step.ok)).toEqual([])
    expect(steps.length).toBeGreaterThanOrEqual(25)
  })
})

describe("the same API behind every door", () => {
  let ask: Ask
  beforeAll(async () => {
    ask = await createAskers(stack)
  })

  it.each(rows)("$what: $as asks for $asks", async ({ as, asks, status }) => {
    const answers = await Promise.all(doorNames.map(async (door) => (await ask(door, as, asks)).status))
    expect(recordOf(doorNames, (_, at) => answers[at])).toEqual(status)
  })

  it("answers what its own doors refuse as AWS does, and what the API refuses as problem details", async () => {
    const typeOf = async (door: DoorName, asks: string) => {
      const { headers } = await ask(door, "ben", asks)
      return headers.get("content-type")?.split(";")[0]
    }
    const refused = "DELETE /api/reports/none"
    expect(await typeOf("claims", refused)).toBe("application/json")
    for (const door of ["cached", "claims-rest", "backend", "backend-rest"] as const)
      expect(await typeOf(door, refused)).toBe("application/problem+json")
  })

  it("says in a header and in the log how often permissions were read for a request", async () => {
    const rows: readonly (readonly [door: DoorName, asks: string, reads: number])[] = [
      ["claims", "GET /api/reports", 0],
      ["claims", "GET /api/reports/none", 1],
      ["claims", "GET /api/reports/none", 0],
      ["claims", "POST /api/reports/none/publish", 1],
      ["claims", "POST /api/reports/none/publish", 1],
      ["cached", "GET /api/reports", 1],
      ["cached", "GET /api/reports", 0],
      ["backend-rest", "GET /api/reports", 0],
      ["backend-rest", "GET /api/reports/none", 1],
    ]
    const told: number[] = []
    for (const [door, asks] of rows)
      told.push(Number((await ask(door, "newcomer", asks)).headers.get("x-claimgate-store-reads")))
    expect(told).toEqual(rows.map(([, , reads]) => reads))
    const logged = requests.slice(-rows.length).map(({ door, storeReads }) => [door, storeReads])
    expect(logged).toEqual(rows.map(([door, , reads]) => [door, reads]))
  })
})

describe("the comparison", () => {
  let comparison: Comparison
  beforeAll(async () => {
    const extent = { requests: 40, warmUp: 10, subjects: 6, seed: 1, concurrency: 2, perSecond: 50 }
    const steps = [0, 1, 2, 3, 4, 5, 29, 30, 299, 300, 899, 900]
    comparison = await compare(stack, extent, silent, steps)
  }, 60_000)

  const of = (door: DoorName) => {
    const found = comparison.doors.find((one) => one.door === door)
    if (found === undefined) throw new Error(`comparison: expected door \`${door}\``)
    return found
  }

  it("has every door, and every answer was right", () => {
    expect(comparison.doors.map(({ door }) => door)).toEqual(doorNames)
    expect(comparison.doors.filter(({ wrong }) => wrong > 0)).toEqual([])
    expect(comparison.ok).toBe(true)
  })

  it("finds latencies", () => {
    for (const { p50, p99 } of comparison.doors) expect([p50 > 0, p99 >= p50]).toEqual([true, true])
  })

  it.each(["hybrid", "claims", "claims-rest"] as const)(
    "calls the authorizer of %s for every request",
    (door) => {
      expect(of(door).authorizerCalls).toBe(1000)
    },
  )

  it.each(["backend", "backend-rest"] as const)("calls no authorizer at %s", (door) => {
    expect(of(door).authorizerCalls).toBe(0)
  })

  it("calls the authorizer of cached on misses only", () => {
    expect(of("cached").authorizerCalls).toBeGreaterThan(0)
    expect(of("cached").authorizerCalls).toBeLessThan(1000)
  })

  it.each([
    ["hybrid", "token", 5],
    ["hybrid", "within", 5],
    ["cached", "token", 300],
    ["cached", "within", 30],
    ["claims", "token", 900],
    ["claims", "within", 30],
    ["backend", "token", 900],
    ["backend-rest", "within", 30],
  ] as const)("sees a revoke reach %s, `%s`, within %i s, and not at once", (door, kind, seconds) => {
    const { allowedUntil, ...effect } = of(door).revoke[kind]
    expect(effect).toEqual({ seconds: expect.any(Number), promised: seconds, ok: true })
    expect(effect.seconds).toBeLessThanOrEqual(seconds)
    expect(allowedUntil).toBeGreaterThanOrEqual(0)
  })

  it.each(doorNames)("sees a revoke reach %s, `now`, at once", (door) => {
    expect(of(door).revoke.now).toEqual({ seconds: 0, allowedUntil: null, promised: 0, ok: true })
  })
})

describe("a changed route table", () => {
  it("is deployed to all gateways at once", async () => {
    const statuses = async (path: string) => {
      const answers = await Promise.all(
        doorNames.map((door) => fetch(`${stack.addresses.doors[door]}${path}`)),
      )
      return new Set(answers.map(({ status }) => status))
    }
    const { health } = routes
    stack.deployRoutes({ health })
    expect([await statuses("/health"), await statuses("/api/me")]).toEqual([new Set([200]), new Set([404])])
    stack.deployRoutes(routes)
    expect(await statuses("/api/me")).toEqual(new Set([401]))
  })
})
