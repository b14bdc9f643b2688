import { ClaimgateError, catalogAt, createCatalog, defineRoutes, encodeClaim, expand } from "@claimgate/core"
import type { PermissionStore } from "@claimgate/store"
import { describe, expect, test } from "vitest"
import { byTest } from "../test/attribution.ts"
import { type DoorName, doorNames, doors, eventThrough, type Visitor } from "../test/doors.ts"
import { today } from "../test/event.ts"
import { type State, storeIn } from "../test/states.ts"
import { type BackendDeps, createBackend } from "./app.ts"
import type { Handlers } from "./bind.ts"
import { createMemoryCache } from "./cache/memory-cache.ts"
import { createHoldingsReader } from "./cache/reader.ts"
import { endpoint, nothing } from "./endpoint.ts"
import { createLambda } from "./lambda.ts"
import type { LogEntry } from "./log.ts"

const routes = defineRoutes({
  byToken: "GET /token/{id}",
  byCache: { route: "GET /within/{id}", freshness: { within: 30 } },
  byStore: { route: "GET /now/{id}", freshness: "now" },
  forAll: { route: "GET /me", access: "signed-in" },
  open: { route: "GET /open", access: "public" },
  other: "GET /other",
  newer: "GET /newer/{id}",
})
const lines = Object.values(routes).map((route) => route.route)
const catalog = createCatalog(lines, [lines.length - 1, lines.length], {
  "GET /me": "signed-in",
  "GET /open": "public",
})

const said = endpoint(nothing, ({ c }) => c.json({ reached: true }))
const handlers: Handlers<typeof routes> = {
  byToken: said,
  byCache: said,
  byStore: said,
  forAll: said,
  open: said,
  other: said,
  newer: said,
}

const subject = "11111111-1111-4111-8111-111111111111"
const older = catalogAt(catalog, catalog.releases[0]?.fingerprint ?? "") ?? catalog
const everything = ["*:/**"]
const claims = {
  all: encodeClaim(catalog, expand(catalog, everything)),
  none: "-",
  "all of an older release": encodeClaim(older, expand(older, everything)),
  unreadable: "Bxxxxxyyy",
  absent: undefined,
}

/** Who comes where the state of the store is what the token was made of, or was. */
const current: Visitor = { claim: claims.all }

async function call(
  door: DoorName,
  request: string,
  visitor: Visitor | null,
  state: State,
  changes: {
    readonly store?: PermissionStore
    readonly log?: BackendDeps<typeof routes>["log"]
    readonly headers?: Readonly<Record<string, string>>
  } = {},
) {
  const inside = changes.store ?? (await storeIn(state))
  let reads = 0
  const store: PermissionStore = {
    ...inside,
    async load(...asked) {
      reads++
      if (state === "down") throw new ClaimgateError("dependency_failed", "DynamoDB: no answer")
      return inside.load(...asked)
    },
  }
  const log: LogEntry[] = []
  const now = () => today * 1000
  const app = createBackend({
    routes,
    handlers,
    catalog,
    readHoldings: createHoldingsReader({ store, cache: createMemoryCache({ now, maxSubjects: 9 }), now }),
    door: doors[door],
    now,
    log: changes.log ?? ((entry) => log.push(entry)),
  })
  const run = createLambda(app, doors[door].gateway)
  const route = request.replace(/\/7$/, "/{id}")
  const event =
    visitor === null
      ? anonymous(door, request)
      : eventThrough(door, { request, headers: changes.headers ?? {} }, { route, ...visitor })
  const answer = await run(event)
  const refresh = answer.headers["x-claimgate-refresh"]
  return {
    status: answer.statusCode,
    refresh,
    reads,
    log,
    answer,
    again: () => run(event),
    readsByNow: () => reads,
  }
}

/** The same event, without what an authorizer would have left. */
function anonymous(door: DoorName, request: string): unknown {
  return JSON.parse(JSON.stringify(eventThrough(door, { request }, {})), (key, value) =>
    key === "authorizer" ? undefined : value,
  )
}

const allowed: Visitor = current
const recheck: Visitor = { ...current, because: "stale_epoch" }
const fresh = undefined
const refresh = "1"

describe("the truth table of hybrid: route, what the authorizer decided, what the store says", () => {
  const rows: readonly [string, "allowed" | "recheck", State, number, string | undefined, number][] = [
    // A token's word is enough where the route says so, and the store is not asked.
    ["GET /token/7", "allowed", "current", 200, fresh, 0],
    ["GET /token/7", "allowed", "revoked", 200, fresh, 0],
    ["GET /token/7", "allowed", "down", 200, fresh, 0],
    // A doubt is settled by the store alone.
    ["GET /token/7", "recheck", "current", 200, fresh, 1],
    ["GET /token/7", "recheck", "granted", 200, refresh, 1],
    ["GET /token/7", "recheck", "revoked", 403, refresh, 1],
    ["GET /token/7", "recheck", "disabled", 403, refresh, 1],
    ["GET /token/7", "recheck", "deleted", 403, refresh, 1],
    ["GET /token/7", "recheck", "empty", 403, refresh, 1],
    ["GET /token/7", "recheck", "down", 503, fresh, 1],
    // Equal versions confirm what was decided; where nothing was, they confirm nothing.
    ["GET /now/7", "allowed", "current but bare", 200, fresh, 1],
    ["GET /now/7", "recheck", "current but bare", 403, fresh, 1],
    // A route that asks for more than the token gets it.
    ["GET /now/7", "allowed", "current", 200, fresh, 1],
    ["GET /now/7", "allowed", "granted", 200, refresh, 1],
    ["GET /now/7", "allowed", "revoked", 403, refresh, 1],
    ["GET /now/7", "allowed", "disabled", 403, refresh, 1],
    ["GET /now/7", "allowed", "deleted", 403, refresh, 1],
    // An empty store is older than any token: the copy of it is not believed, nor is its second reading a copy.
    ["GET /now/7", "allowed", "empty", 403, refresh, 1],
    ["GET /within/7", "allowed", "empty", 403, refresh, 2],
    ["GET /now/7", "allowed", "down", 503, fresh, 1],
    ["GET /within/7", "allowed", "current", 200, fresh, 1],
    ["GET /within/7", "allowed", "revoked", 403, refresh, 1],
    ["GET /within/7", "recheck", "revoked", 403, refresh, 1],
    ["GET /within/7", "allowed", "down", 503, fresh, 1],
    // Whoever is signed in: nobody's permissions are asked for.
    ["GET /me", "allowed", "empty", 200, fresh, 0],
    ["GET /me", "allowed", "down", 200, fresh, 0],
    ["GET /me", "recheck", "disabled", 200, refresh, 0],
    ["GET /open", "allowed", "down", 200, fresh, 0],
  ]
  test.each(rows)(
    "%s, %s, store %s: %i, refresh %s, reads %i",
    async (request, decision, state, ...expected) => {
      const { status, refresh, reads } = await call(
        "hybrid",
        request,
        decision === "recheck" ? recheck : allowed,
        state,
      )
      expect([status, refresh, reads]).toEqual(expected)
    },
  )
})

describe("the truth table of backend: route, what the claim holds, what the store says", () => {
  type Claim = keyof typeof claims
  const rows: readonly [string, Claim, State, number, string | undefined, number][] = [
    // The claim is decoded here, and is enough where the route says so.
    ["GET /token/7", "all", "current", 200, fresh, 0],
    ["GET /token/7", "all", "revoked", 200, fresh, 0],
    ["GET /token/7", "all", "down", 200, fresh, 0],
    ["GET /token/7", "none", "granted", 403, fresh, 0],
    ["GET /token/7", "none", "down", 403, fresh, 0],
    // One that cannot tell is settled by the store, and the token is behind.
    ["GET /token/7", "unreadable", "current", 200, refresh, 1],
    ["GET /token/7", "unreadable", "revoked", 403, refresh, 1],
    ["GET /token/7", "unreadable", "down", 503, fresh, 1],
    ["GET /token/7", "absent", "current", 200, refresh, 1],
    ["GET /token/7", "absent", "disabled", 403, refresh, 1],
    ["GET /newer/7", "all", "current", 200, fresh, 0],
    ["GET /newer/7", "all of an older release", "current", 200, refresh, 1],
    ["GET /newer/7", "all of an older release", "revoked", 403, refresh, 1],
    ["GET /token/7", "all of an older release", "revoked", 200, fresh, 0],
    // Where the route asks the store, it is right, whatever the claim holds.
    ["GET /now/7", "all", "current", 200, fresh, 1],
    ["GET /now/7", "all", "revoked", 403, refresh, 1],
    ["GET /now/7", "none", "current", 200, fresh, 1],
    ["GET /now/7", "none", "granted", 200, refresh, 1],
    ["GET /now/7", "none", "current but bare", 403, fresh, 1],
    ["GET /now/7", "all", "current but bare", 200, fresh, 1],
    ["GET /now/7", "unreadable", "current but bare", 403, refresh, 1],
    ["GET /now/7", "all", "down", 503, fresh, 1],
    ["GET /within/7", "none", "current", 200, fresh, 1],
    ["GET /within/7", "all", "disabled", 403, refresh, 1],
    ["GET /within/7", "unreadable", "current", 200, refresh, 1],
    ["GET /within/7", "all", "down", 503, fresh, 1],
    ["GET /me", "none", "down", 200, fresh, 0],
    ["GET /me", "unreadable", "down", 200, fresh, 0],
    ["GET /open", "none", "down", 200, fresh, 0],
  ]
  describe.each(["backend", "backend-rest"] as const)("%s", (door) => {
    test.each(rows)("%s, claim %s, store %s: %i, refresh %s, reads %i", async (request, claim, ...rest) => {
      const [state, ...expected] = rest
      const { status, refresh, reads } = await call(door, request, { claim: claims[claim] }, state)
      expect([status, refresh, reads]).toEqual(expected)
    })

    test("a copy that is young enough settles what the claim cannot", async () => {
      const { again, readsByNow } = await call(door, "GET /within/7", { claim: "?" }, "current")
      expect([(await again()).statusCode, readsByNow()]).toEqual([200, 1])
    })
  })
})

describe("the truth table of cached: route, what the store says", () => {
  const rows: readonly [string, State, number, string, number][] = [
    // What the gateway has kept is the authorizer's own read of the store: enough where the token would be.
    ["GET /token/7", "current", 200, "authorizer", 0],
    ["GET /token/7", "revoked", 200, "authorizer", 0],
    ["GET /token/7", "down", 200, "authorizer", 0],
    ["GET /now/7", "current", 200, "store", 1],
    ["GET /now/7", "granted", 200, "store", 1],
    ["GET /now/7", "revoked", 403, "store", 1],
    ["GET /now/7", "down", 503, "store", 1],
    ["GET /within/7", "revoked", 403, "store", 1],
    ["GET /within/7", "down", 503, "store", 1],
    ["GET /me", "disabled", 200, "authorizer", 0],
  ]
  test.each(rows)("%s, store %s: %i from %s, reads %i", async (request, state, ...expected) => {
    const { status, reads, log } = await call("cached", request, current, state)
    const [line] = log
    expect([status, line?.event === "decision" && line.source, reads]).toEqual(expected)
  })

  test.each(["current", "granted", "revoked", "disabled", "deleted", "empty"] as const)(
    "no token is behind, as none was asked: store %s",
    async (state) => {
      for (const request of ["GET /token/7", "GET /within/7", "GET /now/7", "GET /me"])
        for (const visitor of [current, recheck, { ...recheck, because: "newer_route" }])
          expect((await call("cached", request, visitor, state)).refresh).toBeUndefined()
    },
  )
})

describe.each(doorNames)("whatever the strategy: %s", (door) => {
  const fresher = ["GET /within/7", "GET /now/7"]

  test.each(["revoked", "disabled", "deleted", "empty"] as const)(
    "a route that asks for more than the token gets it: store %s",
    async (state) => {
      for (const request of fresher) {
        const { status, answer } = await call(door, request, current, state)
        expect([status, JSON.parse(answer.body).reason]).toEqual([403, "no_permission"])
      }
    },
  )

  test("a store that is down is a 503 that asks to come again, and never a fallback", async () => {
    for (const request of fresher) {
      const { status, answer, log } = await call(door, request, current, "down")
      expect([status, answer.headers["retry-after"]]).toEqual([503, "1"])
      expect(log).toMatchObject([{ decision: "failed", status: 503, source: "store" }])
    }
  })

  test("a store that was up is no fallback either, once the copy is as old as that", async () => {
    const inside = await storeIn("current")
    let isUp = true
    let milliseconds = today * 1000
    const now = () => milliseconds
    const store: PermissionStore = {
      ...inside,
      load: (...asked) =>
        isUp ? inside.load(...asked) : Promise.reject(new ClaimgateError("dependency_failed", "down")),
    }
    const cache = createMemoryCache({ now, steady: now, maxSubjects: 9 })
    const readHoldings = createHoldingsReader({ store, cache, now, steady: now })
    const log = () => {}
    const app = createBackend({ routes, handlers, catalog, readHoldings, door: doors[door], now, log })
    const run = createLambda(app, doors[door].gateway)
    const visitor = { ...current, route: "GET /within/{id}" }
    const event = eventThrough(door, { request: "GET /within/7" }, visitor)
    const statuses = []
    for (const seconds of [0, 30, 1]) {
      milliseconds += seconds * 1000
      statuses.push((await run(event)).statusCode)
      isUp = false
    }
    expect(statuses).toEqual([200, 200, 503])
  })

  const second: readonly [string, Visitor, number][] = [
    ["GET /token/7", current, 0],
    ["GET /within/7", current, 1],
    ["GET /now/7", current, 2],
  ]
  test.each(second)("%s, twice", async (request, visitor, expected) => {
    const { again, readsByNow } = await call(door, request, visitor, "current")
    expect([(await again()).statusCode, readsByNow()]).toEqual([200, expected])
  })

  test("without a caller there is nobody, on every route but public ones", async () => {
    for (const request of ["GET /token/7", "GET /within/7", "GET /now/7", "GET /me"]) {
      const { status, answer, reads } = await call(door, request, null, "current")
      expect([status, answer.headers["www-authenticate"], reads]).toEqual([401, "Bearer", 0])
    }
    expect((await call(door, "GET /open", null, "current")).status).toBe(200)
  })

  const times: readonly [string, number, number][] = [
    ["a second before its end", 1, 200],
    ["at its end", 0, 401],
    ["a second after", -1, 401],
  ]
  test.each(times)("a token %s", async (_, left, status) => {
    for (const request of ["GET /me", "GET /token/7", "GET /now/7"]) {
      const { answer, reads } = await call(door, request, { ...current, exp: today + left }, "current")
      expect(answer.statusCode).toBe(status)
      if (status === 200) continue
      expect(answer.headers["www-authenticate"]).toContain('error="invalid_token"')
      // Refused before the store is asked.
      expect([JSON.parse(answer.body).reason, reads]).toEqual(["expired", 0])
    }
  })
})

describe("a copy that is older than the caller's epoch", () => {
  test.each(doorNames)("is read again at once: %s", async (door) => {
    const store = await storeIn("revoked")
    const now = () => today * 1000
    const readHoldings = createHoldingsReader({
      store,
      cache: createMemoryCache({ now, maxSubjects: 9 }),
      now,
    })
    const log = () => {}
    const app = createBackend({ routes, handlers, catalog, readHoldings, door: doors[door], now, log })
    const run = createLambda(app, doors[door].gateway)
    const ask = async (epoch: string) => {
      const visitor = { ...current, epoch, route: "GET /within/{id}" }
      const { statusCode, headers } = await run(eventThrough(door, { request: "GET /within/7" }, visitor))
      return [statusCode, headers["x-claimgate-refresh"]]
    }
    const sent = door === "cached" ? undefined : "1"
    expect(await ask("0.1.1")).toEqual([403, sent])
    await store.putRole({ name: "editor", permissions: ["*:/**"] }, 2, byTest())
    expect(await ask("0.1.1")).toEqual([403, sent])
    expect(await ask("0.1.3")).toEqual([200, undefined])
    expect(await ask("0.1.1")).toEqual([200, sent])
  })
})

describe("a store that cannot answer", () => {
  const faults: readonly [string, Error, number, string | undefined][] = [
    [
      "is a 503 that asks to come again",
      new ClaimgateError("dependency_failed", "DynamoDB: `BatchGetItem` on table `t`: timeout"),
      503,
      "1",
    ],
    [
      "is a 500 where the record is broken",
      new ClaimgateError("malformed_record", "member `x`: broken"),
      500,
      undefined,
    ],
    ["is a 500 for what nobody foresaw", new TypeError("secret inside"), 500, undefined],
  ]
  test.each(faults)("%s", async (_, fault, status, retryAfter) => {
    const store = { ...(await storeIn("empty")), load: () => Promise.reject(fault) }
    const { answer, log } = await call("hybrid", "GET /now/7", current, "current", { store })
    expect([answer.statusCode, answer.headers["retry-after"]]).toEqual([status, retryAfter])
    expect(answer.body).not.toMatch(/secret|table|member|BatchGetItem/)
    expect(log).toEqual([expect.objectContaining({ decision: "failed", status, source: "store" })])
    expect(JSON.stringify(log)).not.toContain("secret")
  })

  test("holds permissions that are malformed: a 500, not the caller's mistake", async () => {
    const store: PermissionStore = {
      ...(await storeIn("empty")),
      load: async (asked) => ({
        subject: asked,
        generation: 0,
        release: undefined,
        member: {
          subject,
          roles: [],
          permissions: ["nonsense"],
          disabled: false,
          deleted: false,
          version: 9,
        },
        roles: [],
      }),
    }
    const { status } = await call("hybrid", "GET /now/7", current, "current", { store })
    expect(status).toBe(500)
  })
})

describe("which token is behind", () => {
  const rows: readonly [string, State, string | undefined][] = [
    ["stale_epoch", "current", fresh],
    ["stale_epoch", "granted", refresh],
    ["newer_route", "current", refresh],
    ["unreadable_claim", "current", refresh],
    ["feed_down", "current", fresh],
    ["feed_down", "granted", refresh],
  ]
  test.each(rows)("after %s, store %s: refresh %s", async (because, state, expected) => {
    const { status, refresh } = await call("hybrid", "GET /token/7", { ...current, because }, state)
    expect([status, refresh]).toEqual([200, expected])
  })

  test("a token without an epoch is behind whatever the store says", async () => {
    const { status, refresh } = await call("hybrid", "GET /now/7", { ...current, epoch: "" }, "current")
    expect([status, refresh]).toEqual([200, "1"])
  })

  test("a raised generation makes every token old, and takes nothing away", async () => {
    const store = await storeIn("current")
    await store.raiseGeneration(byTest())
    const { status, refresh } = await call("hybrid", "GET /now/7", current, "current", { store })
    expect([status, refresh]).toEqual([200, "1"])
  })
})

describe("the authorizer's route and the backend's own", () => {
  const deciding = doorNames.filter((name) => doors[name].strategy !== "backend")
  const rows: readonly [string, string | undefined, number][] = [
    ["GET /token/7", "GET /token/{id}", 200],
    ["GET /token/7", "GET /token/{other}", 200],
    ["GET /token/7", undefined, 401],
    ["GET /token/7", "GET /other", 403],
    ["GET /token/7", "GET /token/{id+}", 403],
    ["GET /token/7", "HEAD /token/{id}", 403],
    ["GET /token/7", "GET /nowhere", 403],
    ["GET /me", "GET /token/{id}", 403],
  ]
  describe.each(deciding)("%s", (door) => {
    test.each(rows)("%s, authorized as %s: %i", async (request, route, status) => {
      const { answer, reads } = await call(door, request, { ...current, route }, "current")
      expect([answer.statusCode, reads]).toEqual([status, 0])
      if (status === 403)
        expect(JSON.parse(answer.body)).toMatchObject({ code: "forbidden", reason: "other_route" })
    })
  })

  test("a doubt about another route is no doubt about this one", async () => {
    const { status, reads } = await call(
      "hybrid",
      "GET /token/7",
      { ...recheck, route: "GET /other" },
      "current",
    )
    expect([status, reads]).toEqual([403, 0])
  })

  test("a public route needs no word of an authorizer, and no word of one changes it", async () => {
    expect((await call("hybrid", "GET /open", { ...current, route: "GET /other" }, "current")).status).toBe(
      200,
    )
  })
})

describe("a token that the gateway took and backend does not", () => {
  const rows: readonly [string, Visitor, string][] = [
    ["lives too long", { iat: today - 1, exp: today + 86_400 }, "lives_too_long"],
    ["was issued tomorrow", { iat: today + 86_400, exp: today + 86_500 }, "not_yet_valid"],
    ["has roles that are none", { roles: "Admin" }, "malformed_claims"],
    ["has a subject that is none", { subject: "a b" }, "no_subject"],
  ]
  describe.each(["backend", "backend-rest"] as const)("%s", (door) => {
    test.each(rows)("%s: 401, and why", async (_, visitor, reason) => {
      for (const request of ["GET /token/7", "GET /now/7", "GET /me"]) {
        const { answer, reads, log } = await call(door, request, { ...current, ...visitor }, "current")
        expect([answer.statusCode, JSON.parse(answer.body).reason, reads]).toEqual([401, reason, 0])
        expect(answer.headers["www-authenticate"]).toContain('error="invalid_token"')
        expect(log).toMatchObject([{ decision: "refused", because: reason, source: "token" }])
      }
    })
  })
})

describe("two tokens, whichever of them was let through", () => {
  const several: readonly [string, Readonly<Record<string, string>>][] = [
    ["a second Authorization header", { AUTHORIZATION: "Bearer x.y.z" }],
    ["a second one that is empty", { AUTHORIZATION: "" }],
    ["two that were joined", { authorization: "Bearer x.y.z,Bearer a.b.c", Authorization: "Bearer x.y.z" }],
  ]
  describe.each(doorNames)("%s", (door) => {
    test.each(several)("%s: 401, and nothing is read", async (_, headers) => {
      for (const request of ["GET /token/7", "GET /within/7", "GET /now/7", "GET /me"]) {
        const { answer, reads } = await call(door, request, current, "current", { headers })
        expect([answer.statusCode, JSON.parse(answer.body).reason, reads]).toEqual([401, "several_tokens", 0])
      }
      expect((await call(door, "GET /open", current, "current", { headers })).status).toBe(200)
    })
  })
})

describe("the log", () => {
  test.each(doorNames)("has one line for a decision, with what it rests on: %s", async (door) => {
    const { log } = await call(door, "GET /now/7", current, "revoked")
    expect(log).toEqual([
      {
        event: "decision",
        strategy: doors[door].strategy,
        requestId: expect.stringMatching(/^JKJa|^c6af/),
        route: "GET /now/{id}",
        subject,
        status: 403,
        decision: "refused",
        because: "no_permission",
        source: "store",
        took: 0,
      },
    ])
  })

  test("holds neither token, nor claim, nor path", async () => {
    for (const door of doorNames) {
      const visitor = { ...current, route: "GET /token/{id}" }
      const { log } = await call(door, "GET /token/secret-id", visitor, "current")
      expect(JSON.stringify(log)).not.toMatch(/secret-id|Bearer/)
      expect(JSON.stringify(log)).not.toContain(claims.all)
    }
  })

  test("may fail without changing the answer", async () => {
    const log = () => {
      throw new Error("stdout is closed")
    }
    expect((await call("hybrid", "GET /me", current, "current", { log })).status).toBe(200)
    expect((await call("hybrid", "GET /me", null, "current", { log })).status).toBe(401)
  })
})
