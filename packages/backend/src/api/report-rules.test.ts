/** Whose report it is, and how much may be said about it: through several doors, as the rules are the same behind all. */
import { UpdateCommand } from "@aws-sdk/lib-dynamodb"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Api, subject as administrator, startApi } from "../../test/api.ts"
import { byTest } from "../../test/attribution.ts"
import type { DoorName, Visitor } from "../../test/doors.ts"
import { mostComments } from "./report-rules.ts"

/** Everyone may call every route of reports; the rules say the rest. */
const people = {
  owner: { subject: "0wner", roles: [], permissions: [] },
  stranger: { subject: "stranger", roles: [], permissions: [] },
  editor: { subject: "editor", roles: ["editor"], permissions: [] },
  successor: { subject: "successor", roles: [], permissions: ["DELETE:/api/users/*"] },
  reader: { subject: "reader", roles: [], permissions: ["GET:/api/users/**"] },
} as const
type Name = keyof typeof people | "administrator"

const everywhere: readonly DoorName[] = ["hybrid", "cached", "backend-rest"]

describe.each(everywhere)("behind the door %s", (door) => {
  let api: Api
  beforeAll(async () => {
    api = await startApi(door)
    await api.store.putRole({ name: "editor", permissions: [] }, 0, byTest())
    for (const { permissions, ...person } of Object.values(people)) {
      const all = ["*:/api/reports", "*:/api/reports/**", ...permissions]
      await api.store.putMember({ ...person, permissions: all, disabled: false }, 0, byTest())
    }
  })
  afterAll(() => api.stop())

  const as = (name: Name): Visitor => {
    if (name === "administrator") return { subject: administrator }
    const { subject, roles } = people[name]
    return { subject, roles: roles.join(",") || "guest", epoch: roles.length === 0 ? "0.1" : "0.1.1" }
  }
  const write = async (name: Name = "owner") => {
    const { json } = await api.send("POST /api/reports", { title: "Mine" }, as(name))
    return json.id
  }
  const attempts = {
    update: (id: string, name: Name) =>
      api.send(`PUT /api/reports/${id}`, { title: "Changed", text: "" }, as(name)),
    publish: (id: string, name: Name) => api.call(`POST /api/reports/${id}/publish`, { visitor: as(name) }),
    delete: (id: string, name: Name) => api.call(`DELETE /api/reports/${id}`, { visitor: as(name) }),
  }
  type Attempt = keyof typeof attempts

  const allowed: readonly [Name, Attempt, number][] = [
    ["owner", "update", 200],
    ["owner", "publish", 200],
    ["owner", "delete", 204],
    ["administrator", "update", 200],
    ["administrator", "publish", 200],
    ["administrator", "delete", 204],
    ["successor", "update", 200],
    ["successor", "publish", 200],
    ["successor", "delete", 204],
  ]
  test.each(allowed)("%s may %s somebody's report: %i", async (name, attempt, status) => {
    expect((await attempts[attempt](await write(), name)).status).toBe(status)
  })

  const refused: readonly (readonly [keyof typeof people, Attempt])[] = (
    ["stranger", "editor", "reader"] as const
  ).flatMap((name) => (["update", "publish", "delete"] as const).map((attempt) => [name, attempt] as const))
  test.each(refused)("%s may not %s another one's report, and nothing changes", async (name, attempt) => {
    const id = await write()
    await api.send(`POST /api/reports/${id}/comments`, { text: "before" }, as("owner"))
    const { json: before } = await api.call(`GET /api/reports/${id}`)
    const reply = await attempts[attempt](id, name)
    expect(reply).toMatchObject({ status: 403, json: { code: "forbidden", reason: "not_owner" } })
    expect(api.log.at(-1)).toMatchObject({
      event: "decision",
      decision: "refused",
      because: "not_owner",
      source: "rule",
      subject: people[name].subject,
    })
    expect((await api.call(`GET /api/reports/${id}`)).json).toEqual(before)
    expect((await api.call(`GET /api/reports/${id}/comments`)).json.items).toHaveLength(1)
  })

  test("whoever lacks the permission for the route is not asked for more", async () => {
    const nobody = { subject: "nobody", roles: "guest", epoch: "0.1" }
    const reply = await api.call(`DELETE /api/reports/${await write()}`, { visitor: nobody })
    expect(reply).toMatchObject({ status: 403, json: { reason: "no_permission" } })
  })

  test("an administrator by an old token is one where the route trusts tokens, and nowhere else", async () => {
    const id = await write()
    const former = { ...as("stranger"), roles: "admin" }
    const change = { title: "Changed", text: "" }
    expect((await api.send(`PUT /api/reports/${id}`, change, former)).status).toBe(200)
    for (const request of [`POST /api/reports/${id}/publish`, `DELETE /api/reports/${id}`])
      expect((await api.call(request, { visitor: former })).json.reason).toBe("not_owner")
  })

  test("an owner's update asks the store for nothing, and another one's once", async () => {
    const id = await write()
    const count = async (name: Name) => {
      const before = api.reads()
      await attempts.update(id, name)
      return api.reads() - before
    }
    expect([await count("owner"), await count("administrator"), await count("stranger")]).toEqual([0, 0, 1])
    expect(await count("successor")).toBe(1)
  })

  test("malformed input is no matter of ownership", async () => {
    const reply = await api.send(`PUT /api/reports/${await write()}`, { title: 1 }, as("stranger"))
    expect(reply.status).toBe(400)
  })
})

describe("what was permitted is what is written", () => {
  let api: Api
  beforeAll(async () => {
    api = await startApi()
  })
  afterAll(() => api.stop())

  test("a version that the rule has not seen is a conflict, older or newer", async () => {
    const { json } = await api.send("POST /api/reports", { title: "V" })
    const path = `/api/reports/${json.id}`
    await api.send(`PUT ${path}`, { title: "V2", text: "" })
    for (const version of [1, 3])
      expect(await api.send(`PUT ${path}`, { title: "V4", text: "", version })).toMatchObject({
        status: 409,
        json: { version: 2 },
      })
    expect((await api.call(`GET ${path}`)).json).toMatchObject({ title: "V2", version: 2 })
  })

  test("of many replacements at once, each is over what it has seen, or none", async () => {
    const { json } = await api.send("POST /api/reports", { title: "Race" })
    const writes = Array.from({ length: 8 }, (_, i) =>
      api.send(`PUT /api/reports/${json.id}`, { title: `Race ${i}`, text: "" }),
    )
    const replies = await Promise.all(writes)
    const done = replies.filter(({ status }) => status === 200)
    expect(replies.every(({ status }) => status === 200 || status === 409)).toBe(true)
    // As many versions as writes: none was written over without being seen.
    const last = (await api.call(`GET /api/reports/${json.id}`)).json
    expect(last.version).toBe(1 + done.length)
  })
})

describe("comments", () => {
  let api: Api
  beforeAll(async () => {
    api = await startApi()
  })
  afterAll(() => api.stop())

  const guest = { subject: "guest", roles: "guest", epoch: "0.0" }
  const editor = { subject: "editor", roles: "editor,reader", epoch: "0.1.1.1" }

  test("are counted", async () => {
    const { json } = await api.send("POST /api/reports", { title: "C" })
    expect(json.comments).toBe(0)
    for (const visitor of [guest, editor, guest])
      expect((await api.send(`POST /api/reports/${json.id}/comments`, { text: "x" }, visitor)).status).toBe(
        201,
      )
    // A comment is no change of the report: whoever has it open can still replace it.
    expect((await api.call(`GET /api/reports/${json.id}`)).json).toMatchObject({ comments: 3, version: 1 })
  })

  test("of a report that is older than the count are counted from now on", async () => {
    const { json } = await api.send("POST /api/reports", { title: "C" })
    const forget = new UpdateCommand({
      TableName: api.dynalite.table,
      Key: { pk: `REPORT#${json.id}`, sk: "REPORT" },
      UpdateExpression: "REMOVE #comments",
      ExpressionAttributeNames: { "#comments": "comments" },
    })
    await api.dynalite.client.send(forget)
    const read = async () => (await api.call(`GET /api/reports/${json.id}`)).json.comments
    expect(await read()).toBe(0)
    expect((await api.send(`POST /api/reports/${json.id}/comments`, { text: "x" }, guest)).status).toBe(201)
    expect(await read()).toBe(1)
  })

  test("end for all but editors and administrators, at once as well as one by one", async () => {
    const { json } = await api.send("POST /api/reports", { title: "C" })
    const path = `POST /api/reports/${json.id}/comments`
    const add = (visitor: Visitor) => api.send(path, { text: "x" }, visitor)
    const before = api.reads()
    for (let count = 0; count < mostComments - 3; count += 1) expect((await add(guest)).status).toBe(201)
    const last = await Promise.all(Array.from({ length: 8 }, () => add(guest)))
    expect(last.filter(({ status }) => status === 201)).toHaveLength(3)
    const late = last.filter(({ status }) => status === 403)
    expect(late).toHaveLength(5)
    expect(late.every(({ json: { reason } }) => reason === "too_many_comments")).toBe(true)
    expect(await add(guest)).toMatchObject({ status: 403, json: { reason: "too_many_comments" } })
    expect(api.log.at(-1)).toMatchObject({
      decision: "refused",
      because: "too_many_comments",
      source: "rule",
    })
    for (const visitor of [editor, {}]) expect((await add(visitor)).status).toBe(201)
    // Roles as they came along are fresh enough for a route that trusts tokens.
    expect(api.reads() - before).toBe(0)
    expect((await api.call(`GET /api/reports/${json.id}`)).json.comments).toBe(mostComments + 2)
  })
})
