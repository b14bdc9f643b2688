import { ClaimgateError, createCatalog, defineRoutes } from "@claimgate/core"
import { createMemoryStore, type PermissionStore } from "@claimgate/store"
import { describe, expect, test } from "vitest"
import { allowedTo, eventOf, today } from "../test/event.ts"
import { type BackendDeps, createBackend } from "./app.ts"
import type { Handlers } from "./bind.ts"
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
})
const catalog = createCatalog(
  Object.values(routes).map((route) => route.route),
  undefined,
  { "GET /me": "signed-in", "GET /open": "public" },
)

const said = endpoint(nothing, ({ c }) => c.json({ reached: true }))
const handlers: Handlers<typeof routes> = {
  byToken: said,
  byCache: said,
  byStore: said,
  forAll: said,
  open: said,
  other: said,
}

const subject = "11111111-1111-4111-8111-111111111111"

/** What the store has to say about the subject whose token says `editor` at epoch `0.1.1`. */
const states = {
  current: async (store: PermissionStore) => {
    await store.putRole({ name: "editor", permissions: ["*:/**"] }, 0)
    await store.putMember({ subject, roles: ["editor"], permissions: [], disabled: false }, 0)
  },
  granted: async (store: PermissionStore) => {
    await states.current(store)
    await store.putMember({ subject, roles: ["editor"], permissions: ["GET:/x/{id}"], disabled: false }, 1)
  },
  revoked: async (store: PermissionStore) => {
    await states.current(store)
    await store.putRole({ name: "editor", permissions: ["GET:/other"] }, 1)
  },
  disabled: async (store: PermissionStore) => {
    await states.current(store)
    await store.putMember({ subject, roles: ["editor"], permissions: [], disabled: true }, 1)
  },
  deleted: async (store: PermissionStore) => {
    await states.current(store)
    await store.deleteMember(subject, 1)
  },
  empty: async () => {},
  "current but bare": async (store: PermissionStore) => {
    await store.putRole({ name: "editor", permissions: [] }, 0)
    await store.putMember({ subject, roles: ["editor"], permissions: [], disabled: false }, 0)
  },
  down: async () => {},
}

type State = keyof typeof states

async function call(
  request: string,
  context: unknown,
  state: State,
  changes: Partial<BackendDeps<typeof routes>> = {},
) {
  const memory = createMemoryStore()
  await states[state](memory)
  let reads = 0
  const store: PermissionStore = {
    ...memory,
    async load(...asked) {
      reads++
      if (state === "down") throw new ClaimgateError("dependency_failed", "DynamoDB: no answer")
      return memory.load(...asked)
    },
  }
  const log: LogEntry[] = []
  const app = createBackend({
    routes,
    handlers,
    catalog,
    store,
    strategy: "hybrid",
    now: () => today * 1000,
    log: (entry) => log.push(entry),
    ...changes,
  })
  const answer = await createLambda(app)(eventOf({ request, context }))
  return { status: answer.statusCode, refresh: answer.headers?.["x-claimgate-refresh"], reads, log, answer }
}

const allowed = "allowed"
const recheck = "recheck"
const fresh = undefined
const refresh = "1"

describe("the truth table: route, what the authorizer decided, what the store says", () => {
  const rows: readonly [string, "allowed" | "recheck", State, number, string | undefined, number][] = [
    // A token's word is enough where the route says so, and the store is not asked.
    ["GET /token/7", allowed, "current", 200, fresh, 0],
    ["GET /token/7", allowed, "revoked", 200, fresh, 0],
    ["GET /token/7", allowed, "down", 200, fresh, 0],
    // A doubt is settled by the store alone.
    ["GET /token/7", recheck, "current", 200, fresh, 1],
    ["GET /token/7", recheck, "granted", 200, refresh, 1],
    ["GET /token/7", recheck, "revoked", 403, refresh, 1],
    ["GET /token/7", recheck, "disabled", 403, refresh, 1],
    ["GET /token/7", recheck, "deleted", 403, refresh, 1],
    ["GET /token/7", recheck, "empty", 403, refresh, 1],
    ["GET /token/7", recheck, "down", 503, fresh, 1],
    // Equal versions confirm what was decided; where nothing was, they confirm nothing.
    ["GET /now/7", allowed, "current but bare", 200, fresh, 1],
    ["GET /now/7", recheck, "current but bare", 403, fresh, 1],
    // A route that asks for more than the token gets it.
    ["GET /now/7", allowed, "current", 200, fresh, 1],
    ["GET /now/7", allowed, "granted", 200, refresh, 1],
    ["GET /now/7", allowed, "revoked", 403, refresh, 1],
    ["GET /now/7", allowed, "disabled", 403, refresh, 1],
    ["GET /now/7", allowed, "deleted", 403, refresh, 1],
    ["GET /now/7", allowed, "empty", 403, refresh, 1],
    ["GET /now/7", allowed, "down", 503, fresh, 1],
    ["GET /within/7", allowed, "current", 200, fresh, 1],
    ["GET /within/7", allowed, "revoked", 403, refresh, 1],
    ["GET /within/7", recheck, "revoked", 403, refresh, 1],
    ["GET /within/7", allowed, "down", 503, fresh, 1],
    // Whoever is signed in: nobody's permissions are asked for.
    ["GET /me", allowed, "empty", 200, fresh, 0],
    ["GET /me", allowed, "down", 200, fresh, 0],
    ["GET /me", recheck, "disabled", 200, refresh, 0],
    ["GET /open", allowed, "down", 200, fresh, 0],
  ]
  test.each(rows)(
    "%s, %s, store %s: %i, refresh %s, reads %i",
    async (request, decision, state, ...expected) => {
      const doubt = decision === "recheck" ? { decision, because: "stale_epoch" } : {}
      const { status, refresh, reads } = await call(
        request,
        allowedTo(request.replace("/7", "/{id}"), doubt),
        state,
      )
      expect([status, refresh, reads]).toEqual(expected)
    },
  )
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
    const store = { ...createMemoryStore(), load: () => Promise.reject(fault) }
    const { answer, log } = await call("GET /now/7", allowedTo("GET /now/{id}"), "current", { store })
    expect([answer.statusCode, answer.headers?.["retry-after"]]).toEqual([status, retryAfter])
    expect(answer.body).not.toMatch(/secret|table|member|BatchGetItem/)
    expect(log).toEqual([expect.objectContaining({ decision: "failed", status, source: "store" })])
    expect(JSON.stringify(log)).not.toContain("secret")
  })

  test("holds permissions that are malformed: a 500, not the caller's mistake", async () => {
    const memory = createMemoryStore()
    const store: PermissionStore = {
      ...memory,
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
    const { status } = await call("GET /now/7", allowedTo("GET /now/{id}"), "current", { store })
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
    const context = allowedTo("GET /token/{id}", { decision: "recheck", because })
    const { status, refresh } = await call("GET /token/7", context, state)
    expect([status, refresh]).toEqual([200, expected])
  })

  test("a token without an epoch is behind whatever the store says", async () => {
    const { status, refresh } = await call("GET /now/7", allowedTo("GET /now/{id}", { epoch: "" }), "current")
    expect([status, refresh]).toEqual([200, "1"])
  })

  test("a raised generation makes every token old, and takes nothing away", async () => {
    const store = createMemoryStore()
    await states.current(store)
    await store.raiseGeneration()
    const { status, refresh } = await call("GET /now/7", allowedTo("GET /now/{id}"), "current", { store })
    expect([status, refresh]).toEqual([200, "1"])
  })
})

describe("who asks", () => {
  const nobody: readonly [string, unknown][] = [
    ["no authorizer", null],
    ["an empty context", {}],
    ["a context that is text", "allowed"],
    ["a context without a decision", allowedTo("GET /token/{id}", { decision: undefined })],
  ]
  test.each(nobody)("%s is nobody, on every route but public ones", async (_, context) => {
    for (const request of ["GET /token/7", "GET /within/7", "GET /now/7", "GET /me"]) {
      const { status, answer, reads } = await call(request, context, "current")
      expect([status, answer.headers?.["www-authenticate"], reads]).toEqual([401, "Bearer", 0])
    }
    expect((await call("GET /open", context, "current")).status).toBe(200)
  })

  const times: readonly [string, number, number][] = [
    ["a second before its end", 1, 200],
    ["at its end", 0, 401],
    ["a second after", -1, 401],
  ]
  test.each(times)("a token %s", async (_, left, status) => {
    const context = allowedTo("GET /me", { exp: String(today + left) })
    const { answer } = await call("GET /me", context, "current")
    expect(answer.statusCode).toBe(status)
    if (status === 401) expect(answer.headers?.["www-authenticate"]).toContain('error="invalid_token"')
  })

  test("an expired token is refused before the store is asked", async () => {
    const { status, reads } = await call("GET /now/7", allowedTo("GET /now/{id}", { exp: "1" }), "current")
    expect([status, reads]).toEqual([401, 0])
  })
})

describe("the authorizer's route and the backend's own", () => {
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
  test.each(rows)("%s, authorized as %s: %i", async (request, route, status) => {
    const { answer, reads } = await call(request, allowedTo(route), "current")
    expect([answer.statusCode, reads]).toEqual([status, 0])
    if (status === 403)
      expect(JSON.parse(answer.body)).toMatchObject({ code: "forbidden", reason: "other_route" })
  })

  test("a public route needs no word of an authorizer, and no word of one changes it", async () => {
    expect((await call("GET /open", allowedTo("GET /other"), "current")).status).toBe(200)
  })
})

describe("the log", () => {
  test("has one line for a decision, with what it rests on", async () => {
    const { log } = await call("GET /now/7", allowedTo("GET /now/{id}"), "revoked")
    expect(log).toEqual([
      {
        event: "decision",
        strategy: "hybrid",
        requestId: "JKJaXmPLvHcESHA=",
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

  test("holds neither token nor path", async () => {
    const { log } = await call("GET /token/secret-id", allowedTo("GET /token/{id}"), "current")
    expect(JSON.stringify(log)).not.toMatch(/secret-id|Bearer/)
  })

  test("may fail without changing the answer", async () => {
    const log = () => {
      throw new Error("stdout is closed")
    }
    expect((await call("GET /me", allowedTo("GET /me"), "current", { log })).status).toBe(200)
    expect((await call("GET /me", null, "current", { log })).status).toBe(401)
  })
})
