/** Rules before handlers: what runs, what is logged, what is answered. */
import { ClaimgateError, createCatalog, defineRoutes } from "@claimgate/core"
import { beforeEach, describe, expect, test } from "vitest"
import * as z from "zod"
import { doorNames, doors, eventThrough, type Visitor } from "../test/doors.ts"
import { createBackend } from "./app.ts"
import type { Handlers } from "./bind.ts"
import { json } from "./body.ts"
import type { Caller } from "./caller.ts"
import { endpoint, nothing } from "./endpoint.ts"
import { createLambda } from "./lambda.ts"
import type { LogEntry } from "./log.ts"
import { load, permit } from "./permit.ts"
import type { ReadHoldings } from "./recheck.ts"
import { permitted, type Rule, type Ruling, refused } from "./rule.ts"

const routes = defineRoutes({
  change: "PUT /things/{id}",
  changeNow: { route: "DELETE /things/{id}", freshness: "now" },
  changeSoon: { route: "PATCH /things/{id}", freshness: { within: 30 } },
  mine: { route: "POST /me", access: "signed-in" },
  other: "GET /other",
})
const lines = Object.values(routes).map(({ route }) => route)
const catalog = createCatalog(lines, undefined, { "POST /me": "signed-in" })

interface Thing {
  readonly id: string
  readonly owner: string
}

/** What happened, in order. */
const events: string[] = []
const log: LogEntry[] = []
const reads: number[] = []
let ruling: () => Ruling | Promise<Ruling>
let thing: () => Promise<Thing>
beforeEach(() => {
  for (const list of [events, log, reads]) list.length = 0
  ruling = () => permitted
  thing = async () => ({ id: "7", owner: "somebody" })
})

const theThing = async ({ params }: { readonly params: { readonly id: string } }) => {
  events.push(`load ${params.id}`)
  return thing()
}
const rule: Rule<{ readonly caller: Caller; readonly loaded: Thing }> = ({ caller, loaded }) => {
  events.push(`rule: ${caller.subject.slice(0, 2)}, ${loaded.owner}`)
  return ruling()
}
const readHoldings: ReadHoldings = async (_, maxAge) => {
  reads.push(maxAge)
  return { roles: ["stored"], permissions: ["*:/things/{id}", "POST:/me"], epoch: "0.1.1" }
}

/** Answers what a handler can find out about the subject. */
const told = endpoint(nothing, async ({ roles, holds, holdings, c }) =>
  c.json({
    roles: [await roles(), await roles()],
    holds: [await holds(routes.change), await holds(routes.other)],
    epoch: (await holdings()).epoch,
    after: await roles(),
  }),
)

const handlers: Handlers<typeof routes> = {
  change: endpoint(
    { ...nothing, body: json(z.strictObject({ name: z.string() })) },
    load(
      theThing,
      permit(rule, ({ loaded, c }) => {
        events.push("handler")
        return c.json({ same: loaded.owner })
      }),
    ),
  ),
  changeNow: told,
  changeSoon: told,
  mine: told,
  other: endpoint(nothing, async ({ roles, c }) => c.json({ roles: await roles() })),
}

const app = (door: (typeof doors)[keyof typeof doors]) =>
  createBackend({
    routes,
    handlers,
    catalog,
    readHoldings,
    door,
    log: (entry) => log.push(entry),
    now: () => 1_750_000_000_000,
  })
const run = createLambda(app(doors.hybrid), "http-api")

const put = (body = '{"name":"x"}', visitor: Visitor = {}) =>
  run(
    eventThrough(
      "hybrid",
      { request: "PUT /things/7", headers: { "content-type": "application/json" }, body },
      { route: "PUT /things/{id}", ...visitor },
    ),
  )

test("a permitted call is answered with the copy that the rule has seen", async () => {
  const answer = await put()
  expect([answer.statusCode, JSON.parse(answer.body)]).toEqual([200, { same: "somebody" }])
  expect(events).toEqual(["load 7", "rule: 11, somebody", "handler"])
  expect(log).toMatchObject([{ event: "decision", decision: "allowed", status: 200, source: "token" }])
  expect(reads).toEqual([])
})

describe("a refusal", () => {
  test.each([
    ["at once", () => refused("not_owner", "only its owner may")],
    ["after a while", async () => refused("not_owner", "only its owner may")],
  ])("%s is a 403 with its own reason, one line in the log, and the end", async (_, answer) => {
    ruling = answer
    const { statusCode, headers, body } = await put()
    expect([statusCode, headers["content-type"]]).toEqual([403, "application/problem+json"])
    expect(JSON.parse(body)).toEqual({
      type: "about:blank",
      title: "Forbidden",
      status: 403,
      code: "forbidden",
      reason: "not_owner",
      detail: "only its owner may",
      instance: "JKJaXmPLvHcESHA=",
    })
    expect(events).not.toContain("handler")
    expect(log).toEqual([
      {
        event: "decision",
        strategy: "hybrid",
        requestId: "JKJaXmPLvHcESHA=",
        route: "PUT /things/{id}",
        subject: "11111111-1111-4111-8111-111111111111",
        status: 403,
        decision: "refused",
        because: "not_owner",
        source: "rule",
        took: 0,
      },
    ])
  })

  test("says, as every answer does, that the token is behind", async () => {
    ruling = () => refused("not_owner", "only its owner may")
    const { statusCode, headers } = await put(undefined, { because: "newer_route" })
    expect([statusCode, headers["x-claimgate-refresh"]]).toEqual([403, "1"])
  })
})

describe("a rule that cannot answer", () => {
  const faults: readonly [string, () => Ruling | Promise<Ruling>, number, string][] = [
    ["throws", thrower(new TypeError("secret")), 500, "TypeError"],
    ["rejects", () => Promise.reject(new TypeError("secret")), 500, "TypeError"],
    ["throws what is no error", thrower("secret"), 500, "string"],
    [
      "has no store",
      thrower(new ClaimgateError("dependency_failed", "DynamoDB: down")),
      503,
      "DynamoDB: down",
    ],
    ["forgot its answer", () => undefined as unknown as Ruling, 500, "TypeError"],
  ]
  test.each(faults)("%s: nobody passes", async (_, answer, status, because) => {
    ruling = answer
    const { statusCode, headers, body } = await put()
    expect([statusCode, headers["retry-after"]]).toEqual([status, status === 503 ? "1" : undefined])
    expect(events).not.toContain("handler")
    expect(log).toMatchObject([{ event: "decision", decision: "failed", status, because, source: "rule" }])
    expect(body + JSON.stringify(log)).not.toContain("secret")
  })

  test.each([
    ["forbidden", 403],
    ["unauthenticated", 401],
  ] as const)("may throw its no (%s), which is one in the log too", async (code, status) => {
    ruling = thrower(new ClaimgateError(code, "not for you"))
    expect((await put()).statusCode).toBe(status)
    expect(events).not.toContain("handler")
    expect(log).toMatchObject([{ decision: "refused", status, because: "not for you", source: "rule" }])
  })

  function thrower(fault: unknown) {
    return () => {
      throw fault
    }
  }
})

describe("what a call is about", () => {
  test("may not be there: a 404, which no permission would change", async () => {
    thing = () => Promise.reject(new ClaimgateError("not_found", "thing `7`: there is none"))
    expect((await put()).statusCode).toBe(404)
    expect(events).toEqual(["load 7"])
    expect(log).toMatchObject([{ decision: "allowed", source: "token" }])
  })

  test("may be out of reach: a 503, and nobody passes", async () => {
    thing = () => Promise.reject(new ClaimgateError("dependency_failed", "DynamoDB: read thing: timeout"))
    expect((await put()).statusCode).toBe(503)
    expect(events).toEqual(["load 7"])
    expect(log).toMatchObject([{ decision: "failed", status: 503 }])
  })
})

describe("before a rule", () => {
  test("the gate refuses, and nothing is looked up", async () => {
    const { statusCode } = await put(undefined, { route: "GET /other" })
    expect([statusCode, events]).toEqual([403, []])
  })

  test.each(["{", "{}", '{"name":"x","more":1}'])("malformed input is refused: %s", async (body) => {
    const { statusCode } = await put(body)
    expect([statusCode, events]).toEqual([400, []])
    expect(log).toMatchObject([{ decision: "allowed" }])
  })
})

test("a handler may refuse while it writes: a second line, which is the last word", async () => {
  const late = createBackend({
    routes,
    handlers: {
      ...handlers,
      change: endpoint(nothing, () => refused("no_room", "somebody came first")),
    },
    ...{ catalog, readHoldings, door: doors.hybrid, now: () => 1_750_000_000_000 },
    log: (entry) => log.push(entry),
  })
  const event = eventThrough("hybrid", { request: "PUT /things/7" }, { route: "PUT /things/{id}" })
  const { statusCode, body } = await createLambda(late, "http-api")(event)
  expect([statusCode, JSON.parse(body).reason]).toEqual([403, "no_room"])
  expect(log).toMatchObject([
    { decision: "allowed", source: "token" },
    { decision: "refused", because: "no_room", source: "rule" },
  ])
})

describe("what a rule can find out about the subject", () => {
  const ask = (door: keyof typeof doors, request: string, visitor: Visitor = {}) =>
    createLambda(
      app(doors[door]),
      doors[door].gateway,
    )(eventThrough(door, { request }, { roles: "carried", ...visitor }))

  test.each(doorNames)("roles are those that came along, where the route trusts them: %s", async (door) => {
    const claim = "GET:/other,PUT:/things/{id}"
    const { body } = await ask(door, "GET /other", { route: "GET /other", claim })
    expect([JSON.parse(body), reads]).toEqual([{ roles: ["carried"] }, []])
  })

  test("a guest has none", async () => {
    const { body } = await ask("hybrid", "GET /other", { route: "GET /other", roles: "guest" })
    expect(JSON.parse(body)).toEqual({ roles: [] })
  })

  test.each([
    ["DELETE /things/7", "DELETE /things/{id}", 0],
    ["PATCH /things/7", "PATCH /things/{id}", 30_000],
    ["POST /me", "POST /me", 0],
  ])(
    "on %s all is as the store has it, from one read that the route allows",
    async (request, route, maxAge) => {
      const { statusCode, body } = await ask("hybrid", request, { route })
      expect([statusCode, JSON.parse(body)]).toEqual([
        200,
        {
          roles: [["stored"], ["stored"]],
          holds: [true, false],
          epoch: "0.1.1",
          after: ["stored"],
        },
      ])
      expect(reads).toEqual([maxAge])
    },
  )

  test("a doubt that the store has settled leaves no trust in what came along", async () => {
    const visitor = { route: "GET /other", because: "stale_epoch" }
    // The store has no permission for it.
    expect((await ask("hybrid", "GET /other", visitor)).statusCode).toBe(403)
    const { body } = await ask("hybrid", "DELETE /things/7", { route: "DELETE /things/{id}", because: "x" })
    expect(JSON.parse(body).roles).toEqual([["stored"], ["stored"]])
  })
})

test("a rule that asks for what the call does not have does not compile", () => {
  const needsThing: Rule<{ readonly loaded: Thing }> = () => permitted
  const needsName: Rule<{ readonly body: { readonly name: string } }> = () => permitted
  const answers = () => new Response()
  endpoint(nothing, load(theThing, permit(needsThing, answers)))
  // @ts-expect-error: nothing was loaded
  endpoint(nothing, permit(needsThing, answers))
  // @ts-expect-error: there is no body
  endpoint(nothing, permit(needsName, answers))
  endpoint({ ...nothing, body: json(z.strictObject({ name: z.string() })) }, permit(needsName, answers))
})
