/** The admin API through the gate, with the real administration over a store in memory. */
import { adminArea } from "@claimgate/admin"
import { catalog, routes } from "@claimgate/catalog"
import { expand, hasRoute, routeNamed } from "@claimgate/core"
import { createDynamoClient, newAttribution } from "@claimgate/store"
import { beforeEach, describe, expect, test } from "vitest"
import { type ApiOverTable, createApi, type Reply, subject } from "../../../test/api.ts"
import type { Visitor } from "../../../test/doors.ts"

const lead = "22222222-2222-4222-8222-222222222222"
const ben = "33333333-3333-4333-8333-333333333333"

const asLead: Visitor = { subject: lead, roles: "lead", epoch: "0.1.1" }
const asBen: Visitor = { subject: ben, roles: "guest", epoch: "0.0" }

// Nothing here asks the table of the sample API for anything.
const table = { client: createDynamoClient({ region: "eu-west-1" }), table: "none" }
let api: ApiOverTable

const seed = () => newAttribution("seed", "seed")

beforeEach(async () => {
  api = await createApi(table)
  const { store } = api
  const nothing = { permissions: [], disabled: false }
  await store.putRole({ name: "lead", permissions: ["*:/api/admin/**", "GET:/api/reports/**"] }, 0, seed())
  await store.putRole({ name: "reader", permissions: ["GET:/api/reports/**"] }, 0, seed())
  await store.putMember({ subject: lead, roles: ["lead"], ...nothing }, 0, seed())
  await store.putMember({ subject: ben, roles: [], ...nothing }, 0, seed())
})

let keys = 0
interface Change {
  readonly visitor?: Visitor
  readonly key?: string
  readonly type?: string
}

/** A request with an idempotency key of its own, unless told otherwise; a body that is no text is sent as JSON. */
function call(
  request: string,
  body?: unknown,
  { visitor = {}, key = `key-${++keys}`, type }: Change = {},
): Promise<Reply> {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body)
  const headers = {
    "idempotency-key": key,
    ...(text === undefined ? {} : { "content-type": type ?? "application/json" }),
  }
  return api.call(request, { headers, visitor, ...(text === undefined ? {} : { body: text }) })
}

const member = (id: string) => `/api/admin/members/${id}`
const trailOf = async (name: string) => (await api.store.listAudit({ kind: "member", name })).items
const stored = async (id: string) => (await api.store.load(id)).member

/** Every route: what an administrator sends, what comes back, and what a lead without the right to it is told. */
const rows: readonly [string, string, unknown, number, string | undefined][] = [
  ["listMembers", "GET /api/admin/members", undefined, 200, undefined],
  ["getMember", `GET ${member(ben)}`, undefined, 200, undefined],
  ["grantToMember", `POST ${member(ben)}/grant`, { permissions: ["POST:/api/reports"] }, 200, "not_held"],
  ["grantToMember", `POST ${member(ben)}/grant`, { roles: ["lead"] }, 200, "administrators_only"],
  ["grantToMember", `POST ${member(lead)}/grant`, { roles: ["reader"] }, 200, "own_grants"],
  ["revokeFromMember", `POST ${member(lead)}/revoke`, { roles: ["lead"] }, 200, "own_grants"],
  ["disableMember", `POST ${member(subject)}/disable`, undefined, 403, "administrators_only"],
  ["disableMember", `POST ${member(ben)}/disable`, undefined, 200, undefined],
  ["enableMember", `POST ${member(ben)}/enable`, undefined, 200, undefined],
  ["deleteMember", `DELETE ${member(ben)}`, undefined, 204, undefined],
  ["deleteMember", `DELETE ${member(subject)}`, undefined, 403, "administrators_only"],
  ["signOutMember", `POST ${member(ben)}/sign-out`, undefined, 204, undefined],
  ["signOutMember", `POST ${member(subject)}/sign-out`, undefined, 204, "administrators_only"],
  ["listRoles", "GET /api/admin/roles", undefined, 200, undefined],
  ["getRole", "GET /api/admin/roles/reader", undefined, 200, undefined],
  ["putRole", "PUT /api/admin/roles/lead", { permissions: [], version: 1 }, 200, "own_role"],
  [
    "putRole",
    "PUT /api/admin/roles/reader",
    { permissions: ["*:/**"], version: 1 },
    200,
    "administrators_only",
  ],
  [
    "putRole",
    "PUT /api/admin/roles/new",
    { permissions: ["POST:/api/reports"], version: 0 },
    200,
    "not_held",
  ],
  ["deleteRole", "DELETE /api/admin/roles/lead?version=1", undefined, 204, "own_role"],
  [
    "explainDecision",
    `GET /api/admin/explain?subject=${ben}&method=GET&path=/api/users`,
    undefined,
    200,
    undefined,
  ],
  ["listAudit", "GET /api/admin/audit", undefined, 200, undefined],
  [
    "importMembers",
    "POST /api/admin/import",
    '{"userId":"new","permissions":[]}',
    200,
    "administrators_only",
  ],
]
const typeOf = (request: string) => (request.includes("/import") ? "application/jsonl" : "application/json")

describe("every route", () => {
  test("is in the table above", () => {
    const inTable = Object.values(routes).filter(({ path }) => path.startsWith("/api/admin/"))
    expect([...new Set(rows.map(([name]) => name))].sort()).toEqual(inTable.map(({ name }) => name).sort())
  })

  test("is read now, and within the area that only an administrator gives away", () => {
    const area = expand(catalog, [adminArea])
    for (const [name] of rows) {
      // The test above has looked that there is one.
      const { freshness, method, path, access } = routes[name as keyof typeof routes]
      expect([name, freshness, access]).toEqual([name, "now", "granted"])
      expect(hasRoute(area, routeNamed(catalog, `${method} ${path}`) ?? -1)).toBe(true)
    }
  })

  test.each(rows)("%s, %s: an administrator may", async (_, request, body, status) => {
    expect((await call(request, body, { type: typeOf(request) })).status).toBe(status)
  })

  test.each(rows)("%s, %s: who holds no permission may not", async (_, request, body) => {
    const reply = await call(request, body, { visitor: asBen, type: typeOf(request) })
    expect(reply).toMatchObject({ status: 403, json: { code: "forbidden", reason: "no_permission" } })
  })

  test.each(rows)("%s, %s: a token that outlives its permissions is of no use", async (_, request, body) => {
    await api.store.putMember({ subject: lead, roles: [], permissions: [], disabled: false }, 1, seed())
    const reply = await call(request, body, { visitor: asLead, type: typeOf(request) })
    expect(reply).toMatchObject({ status: 403, json: { reason: "no_permission" } })
  })

  const ruled = rows.filter(([, , , , reason]) => reason !== undefined)
  test.each(ruled)(
    "%s, %s: a lead may not, %j, and that is recorded",
    async (_, request, body, __, reason) => {
      const [before] = [await everything()]
      const reply = await call(request, body, { visitor: asLead, type: typeOf(request) })
      expect(reply).toMatchObject({ status: 403, json: { code: "forbidden", reason } })
      expect(await everything()).toEqual(before)
      const month = { from: 0, to: 9e12 }
      const refused = (await api.store.listAudit(month)).items.filter(({ outcome }) => outcome === "refused")
      expect(refused).toMatchObject([{ actor: lead, door: "admin-api", because: reason }])
    },
  )

  test("refuses what a rule refuses also in the log", async () => {
    await call(`POST ${member(lead)}/grant`, { roles: ["reader"] }, { visitor: asLead })
    expect(api.log.at(-1)).toMatchObject({
      event: "decision",
      decision: "refused",
      because: "own_grants",
      status: 403,
    })
  })
})

/** Members and roles as they are stored. */
async function everything() {
  const [members, roles] = [await api.store.listMembers(), await api.store.listRoles()]
  return JSON.stringify([members.items, roles.items])
}

describe("a change", () => {
  test("is done once, and answered again under its key", async () => {
    const grant = () => call(`POST ${member(ben)}/grant`, { roles: ["reader"] }, { key: "one" })
    const first = await grant()
    expect(first.json).toEqual({
      subject: ben,
      roles: ["reader"],
      permissions: [],
      disabled: false,
      version: 2,
    })
    expect((await grant()).json).toEqual(first.json)
    await call(`POST ${member(ben)}/revoke`, { roles: ["reader"] })
    expect((await grant()).json).toEqual(first.json)
    expect(await stored(ben)).toMatchObject({ roles: [], version: 3 })
    expect(await trailOf(ben)).toHaveLength(3)
  })

  test("is a conflict under a key that was used for another one", async () => {
    await call(`POST ${member(ben)}/grant`, { roles: ["reader"] }, { key: "one" })
    const other = await call(`POST ${member(ben)}/grant`, { roles: ["lead"] }, { key: "one" })
    expect(other).toMatchObject({ status: 409, json: { code: "conflict" } })
    expect((await stored(ben))?.roles).toEqual(["reader"])
  })

  test("without a key is told from others by its request", async () => {
    await api.call(`POST ${member(ben)}/disable`)
    const again = await api.call(`POST ${member(lead)}/disable`)
    // The gateway of these tests gives every request the same id.
    expect(again.status).toBe(409)
  })

  test.each([
    ["another version of a member", `POST ${member(ben)}/grant`, { roles: ["reader"], version: 7 }, 1],
    [
      "a member that nobody has, over a version",
      `POST ${member("nobody")}/grant`,
      { roles: ["reader"], version: 7 },
      0,
    ],
    ["another version of a role", "PUT /api/admin/roles/reader", { permissions: [], version: 7 }, 1],
    ["a role that is there already", "PUT /api/admin/roles/reader", { permissions: [], version: 0 }, 1],
    ["a role that is gone by now", "DELETE /api/admin/roles/reader?version=2", undefined, 1],
  ])("over %s is a 409 with the current one", async (_, request, body, version) => {
    const before = await everything()
    expect(await call(request, body)).toMatchObject({ status: 409, json: { code: "conflict", version } })
    expect(await everything()).toEqual(before)
  })

  test("of many at once is done one after the other", async () => {
    const permissions = ["GET:/api/users", "POST:/api/users", "GET:/api/reports"]
    const grants = permissions.map((text) => call(`POST ${member(ben)}/grant`, { permissions: [text] }))
    expect((await Promise.all(grants)).map(({ status }) => status)).toEqual([200, 200, 200])
    expect([...((await stored(ben))?.permissions ?? [])].sort()).toEqual([...permissions].sort())
  })

  test("never leaves the stage without an administrator", async () => {
    await call(`POST ${member(ben)}/grant`, { roles: ["admin"] })
    const benAsAdmin: Visitor = { subject: ben, roles: "admin", epoch: "0.2.0" }
    const replies = await Promise.all([
      call(`POST ${member(ben)}/revoke`, { roles: ["admin"] }),
      call(`POST ${member(subject)}/revoke`, { roles: ["admin"] }, { visitor: benAsAdmin }),
    ])
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 403])
    expect(await api.store.countAdministrators()).toBe(1)
  })
})

describe("what is no request is a 400, and nothing is stored:", () => {
  const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`
  const grant = `POST ${member(ben)}/grant`
  const put = "PUT /api/admin/roles/reader"
  test.each([
    ["nothing to grant", grant, {}],
    ["empty lists", grant, { roles: [], permissions: [] }],
    ["a field that nobody knows", grant, { roles: ["reader"], admin: true }],
    ["a list", grant, []],
    ["null", grant, null],
    ["text for a list", grant, { roles: "reader" }],
    ["a role by no role's name", grant, { roles: ["__proto__"] }],
    ["a role called as a method of objects is", grant, { roles: ["toString"] }],
    ["seventeen roles", grant, { roles: Array.from({ length: 17 }, (_, at) => `r${at}`) }],
    ["guest", grant, { roles: ["guest"] }],
    ["a malformed permission", grant, { permissions: ["GET /api/users"] }],
    ["a permission with a line break", grant, { permissions: ["GET:/api/users\n*:/**"] }],
    ["a permission that moves a cursor", grant, { permissions: ["GET:/\u001b[2J"] }],
    ["a permission of 300 characters", grant, { permissions: [`GET:/${"a".repeat(300)}`] }],
    ["a permission that covers no route", grant, { permissions: ["GET:/api/nowhere"] }],
    ["a version that is no number", grant, { roles: ["reader"], version: "1" }],
    ["half a version", grant, { roles: ["reader"], version: 0.5 }],
    ["a prototype", grant, '{"roles":["reader"],"__proto__":{"isAdministrator":true}}'],
    ["no JSON", grant, "{"],
    ["more nesting than there is sense in", grant, deep],
    [
      "a thousand permissions and one",
      grant,
      { permissions: Array.from({ length: 1001 }, () => "GET:/api/users") },
    ],
    ["a role without its version", put, { permissions: [] }],
    ["a role under a version below zero", put, { permissions: [], version: -1 }],
    ["a role with a name of its own in the body", put, { name: "other", permissions: [], version: 1 }],
    ["the built-in role", "PUT /api/admin/roles/admin", { permissions: [], version: 0 }],
    [
      "a role by no role's name in the path",
      "PUT /api/admin/roles/__proto__",
      { permissions: [], version: 0 },
    ],
    ["a subject that is none", `POST ${member("a(b)")}/grant`, { roles: ["reader"] }],
    ["a subject of 200 characters", `POST ${member("a".repeat(200))}/grant`, { roles: ["reader"] }],
    ["a body where there is none", `POST ${member(ben)}/disable`, { disabled: true }],
    ["a query where there is none", `POST ${member(ben)}/disable?force=1`, undefined],
    ["a role deleted without its version", "DELETE /api/admin/roles/reader", undefined],
    ["a role deleted over two versions", "DELETE /api/admin/roles/reader?version=1&version=2", undefined],
  ])("%s", async (_, request, body) => {
    const before = await everything()
    const { status, json } = await call(request, body)
    expect([status, json.detail.length < 500]).toEqual([400, true])
    expect(JSON.stringify(json)).not.toMatch(/[\p{Cc}]/u)
    expect(await everything()).toEqual(before)
    expect((await api.store.listAudit({ from: 0, to: 9e12 })).items).toHaveLength(5)
  })

  test.each(["", " ", "a b", "a".repeat(129), "kéy", "a,b"])("the idempotency key %j", async (key) => {
    expect((await call(`POST ${member(ben)}/disable`, undefined, { key })).status).toBe(400)
    expect(await stored(ben)).toMatchObject({ version: 1 })
  })

  test("a body of another type, or a larger one", async () => {
    expect((await call(grant, { roles: ["reader"] }, { type: "text/plain" })).status).toBe(415)
    expect((await call(grant, { roles: ["reader"], x: "a".repeat(70_000) })).status).toBe(413)
    const lines = `${'{"userId":"u","permissions":[]}\n'.repeat(9000)}`
    expect((await call("POST /api/admin/import", lines, { type: "application/jsonl" })).status).toBe(413)
    expect(await stored(ben)).toMatchObject({ version: 1 })
  })

  test.each([
    "members?limit=0",
    "members?limit=101",
    "members?cursor=x",
    `members?cursor=${Buffer.from("no subject").toString("base64url")}`,
    "members?__proto__=1",
    `roles?cursor=${Buffer.from("No role").toString("base64url")}`,
    `audit?cursor=${Buffer.from("x").toString("base64url")}`,
    "audit?subject=a&role=b",
    "audit?month=2025-13",
    "audit?from=2025-01-01T00:00:00Z",
    "audit?from=2025-02-01T00:00:00Z&to=2025-01-01T00:00:00Z",
    "explain",
    "explain?subject=a&method=TRACE&path=/",
    "explain?subject=a&method=GET&path=x",
    "explain?subject=a%20b&method=GET&path=/",
    "explain?subject=a&method=GET&path=/%0a",
  ])("GET %s", async (query) => {
    expect((await call(`GET /api/admin/${query}`)).status).toBe(400)
  })
})

describe("lists", () => {
  const pages = async (first: string) => {
    const found: unknown[] = []
    for (let query: string | undefined = first; query !== undefined; ) {
      const { json } = await call(`GET /api/admin/${query}`)
      expect(json.items.length).toBeLessThanOrEqual(2)
      found.push(...json.items)
      query = json.cursor === undefined ? undefined : `${first}&cursor=${json.cursor}`
    }
    return found
  }

  test("members, page by page, without those that were deleted", async () => {
    for (const id of ["x1", "x2", "x3"]) await call(`POST ${member(id)}/grant`, { roles: ["reader"] })
    await call(`DELETE ${member("x2")}`)
    const subjects = (await pages("members?limit=2")).map((one) => (one as { subject: string }).subject)
    expect(subjects).toEqual([subject, lead, ben, "x1", "x3"])
  })

  test("roles, page by page", async () => {
    await call("PUT /api/admin/roles/aaa", { permissions: [], version: 0 })
    expect(await pages("roles?limit=2")).toEqual([
      { name: "aaa", permissions: [], version: 1 },
      { name: "lead", permissions: ["*:/api/admin/**", "GET:/api/reports/**"], version: 1 },
      { name: "reader", permissions: ["GET:/api/reports/**"], version: 1 },
    ])
  })

  test("the audit of one subject, of one role, of a time", async () => {
    await call(`POST ${member(ben)}/grant`, { roles: ["reader"] })
    await call(`POST ${member(ben)}/disable`)
    const [newest, ...older] = (await call(`GET /api/admin/audit?subject=${ben}`)).json.items
    expect(newest).toMatchObject({
      ...{ actor: subject, door: "admin-api", kind: "member", name: ben, outcome: "done", action: "put" },
      before: { disabled: false },
      after: { disabled: true, roles: ["reader"] },
      at: expect.stringMatching(/^2025-06-15T15:/),
    })
    expect(older).toHaveLength(2)
    expect((await call("GET /api/admin/audit?role=reader")).json.items).toHaveLength(1)
    expect(await pages("audit?limit=2")).toHaveLength(7)
    expect(await pages("audit?month=2025-06&limit=2")).toHaveLength(7)
    expect((await call("GET /api/admin/audit?month=2025-05")).json.items).toEqual([])
    const day = "from=2025-06-15T00:00:00Z&to=2025-06-16T00:00:00Z"
    expect((await call(`GET /api/admin/audit?${day}`)).json.items).toHaveLength(7)
  })
})

describe("one of them", () => {
  test("a member, with what it comes to and what a token needs for it", async () => {
    await call(`POST ${member(ben)}/grant`, {
      roles: ["reader"],
      permissions: ["GET:/api/users", "!GET:/api/reports"],
    })
    expect((await call(`GET ${member(ben)}`)).json).toEqual({
      ...{ subject: ben, roles: ["reader"], permissions: ["GET:/api/users", "!GET:/api/reports"] },
      ...{ disabled: false, version: 2, effective: expect.arrayContaining(["GET:/api/users"]) },
      claim: { length: expect.any(Number) },
    })
  })

  test("a role, also one that is built in", async () => {
    expect((await call("GET /api/admin/roles/reader")).json).toMatchObject({
      version: 1,
      effective: expect.any(Array),
    })
    expect((await call("GET /api/admin/roles/admin")).json).toMatchObject({
      version: 0,
      permissions: ["*:/**", "*:/"],
    })
  })

  test("who is not there, or not any more, is a 404", async () => {
    await call(`DELETE ${member(ben)}`)
    await call("DELETE /api/admin/roles/reader?version=1")
    for (const request of [`GET ${member(ben)}`, `GET ${member("nobody")}`, "GET /api/admin/roles/reader"])
      expect(await call(request)).toMatchObject({ status: 404, json: { code: "not_found" } })
    for (const action of ["revoke", "disable", "enable", "sign-out"]) {
      const body = action === "revoke" ? { roles: ["reader"] } : undefined
      expect((await call(`POST ${member("nobody")}/${action}`, body)).status).toBe(404)
    }
    expect((await call(`POST ${member(ben)}/grant`, { roles: ["reader"] })).status).toBe(404)
  })
})

describe("signing out", () => {
  test("ends the sessions at the pool, and makes tokens that are out a recheck", async () => {
    expect((await call(`POST ${member(ben)}/sign-out`)).status).toBe(204)
    expect(api.signedOut).toEqual([ben])
    expect(await stored(ben)).toMatchObject({ version: 2 })
  })

  test("of a machine client ends no session", async () => {
    await call(`POST ${member("client:job")}/grant`, { roles: ["reader"] })
    expect((await call(`POST ${member("client:job")}/sign-out`)).status).toBe(204)
    expect(api.signedOut).toEqual([])
  })

  test("is a 503 while the pool does not answer; by then tokens are a recheck already", async () => {
    api.failPool()
    expect(await call(`POST ${member(ben)}/sign-out`)).toMatchObject({
      status: 503,
      json: { code: "dependency_failed" },
    })
    expect(await stored(ben)).toMatchObject({ version: 2 })
  })
})

test("an explanation has every step, and costs one read of the subject", async () => {
  await call(`POST ${member(ben)}/grant`, { roles: ["reader"] })
  const before = api.reads()
  const { json } = await call(`GET /api/admin/explain?subject=${ben}&method=GET&path=/api/reports/7`)
  expect(json).toMatchObject({
    ...{ subject: ben, allowed: true, because: "held", epoch: "0.2.1" },
    matched: [{ permission: "GET:/api/reports/**", role: "reader", effect: "gives" }],
    words: expect.arrayContaining([expect.stringContaining("allows")]),
  })
  // One for the administrator who asks, one for the subject.
  expect(api.reads() - before).toBe(2)
})

describe("an import", () => {
  const lines = (...entries: object[]) => entries.map((entry) => JSON.stringify(entry)).join("\n")
  const send = (body: string, query = "", key?: string) =>
    call(`POST /api/admin/import${query}`, body, {
      type: "application/jsonl",
      ...(key === undefined ? {} : { key }),
    })

  test("writes what it can, and names the lines that it refuses", async () => {
    const body = lines(
      { userId: "x1", role: "reader", permissions: [] },
      { userId: subject, permissions: [] },
      { userId: "x2", permissions: ["GET:/api/nowhere"] },
      { userId: "x3", role: "admin", permissions: [] },
      { userId: "x4", permissions: [], admin: true },
    )
    const { status, json } = await send(`${body}\n{`)
    expect(status).toBe(200)
    expect(json).toMatchObject({ imported: 1, unchanged: 0 })
    expect((json.refused as { line: number }[]).map(({ line }) => line)).toEqual([2, 3, 4, 5, 6])
    expect(await stored("x1")).toMatchObject({ roles: ["reader"] })
    expect(await api.store.countAdministrators()).toBe(1)
  })

  test("goes on with the next request under its key, and raises the generation once", async () => {
    await send(lines({ userId: "x1", permissions: [] }), "?more=true", "file-1")
    await send(lines({ userId: "x2", permissions: [] }), "", "file-1")
    const changes = (await api.store.listChanges()).items.filter(({ kind }) => kind === "generation")
    expect(changes).toHaveLength(1)
    expect(await stored("x2")).toMatchObject({ version: 1 })
  })
})
