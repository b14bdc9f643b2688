import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Api, startApi, subject } from "../../test/api.ts"

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const ada = { name: "Ada", email: "ada@example.com" }

test("a profile that is created is read, changed, listed and deleted", async () => {
  const created = await api.send("POST /api/users", ada)
  expect(created).toMatchObject({ status: 201, json: { ...ada, version: 1 } })
  const path = created.headers.location
  expect(path).toBe(`/api/users/${created.json.id}`)
  expect((await api.call(`GET ${path}`)).json).toEqual(created.json)

  const changed = await api.send(`PATCH ${path}`, { name: "Ada L." })
  expect(changed).toMatchObject({ status: 200, json: { name: "Ada L.", email: ada.email, version: 2 } })
  expect(changed.json.updatedAt > created.json.updatedAt).toBe(true)
  expect((await api.call(`GET ${path}`)).json).toEqual(changed.json)
  expect((await api.call("GET /api/users")).json.items).toContainEqual(changed.json)

  expect(await api.call(`DELETE ${path}`)).toMatchObject({ status: 204, text: "" })
  for (const verb of ["GET", "DELETE"])
    expect(await api.call(`${verb} ${path}`)).toMatchObject({ status: 404, json: { code: "not_found" } })
  expect((await api.send(`PATCH ${path}`, ada)).status).toBe(404)
})

test("a profile can be of a subject, once", async () => {
  const mine = { ...ada, id: subject }
  expect((await api.send("POST /api/users", mine)).json.id).toBe(subject)
  expect(await api.send("POST /api/users", { ...mine, name: "Eve" })).toMatchObject({
    status: 409,
    json: { code: "conflict" },
  })
  expect((await api.call(`GET /api/users/${subject}`)).json.name).toBe("Ada")
})

test("ids are what they are, letter by letter", async () => {
  const id = "abcdef00-0000-4000-8000-000000000000"
  await api.send("POST /api/users", { ...ada, id })
  expect((await api.call(`GET /api/users/${id.toUpperCase()}`)).status).toBe(404)
  expect((await api.send("POST /api/users", { ...ada, id: id.toUpperCase() })).status).toBe(400)
})

test("a change over another version than the current one is a conflict, which names that", async () => {
  const { json } = await api.send("POST /api/users", ada)
  const path = `/api/users/${json.id}`
  expect((await api.send(`PATCH ${path}`, { name: "B", version: 1 })).status).toBe(200)
  expect(await api.send(`PATCH ${path}`, { name: "C", version: 1 })).toMatchObject({
    status: 409,
    json: { code: "conflict", version: 2, detail: "body: `version`: current version is 2" },
  })
  expect((await api.call(`GET ${path}`)).json).toMatchObject({ name: "B", version: 2 })
})

describe("what a profile must not be", () => {
  const rows: readonly [string, unknown, string][] = [
    ["empty", {}, "`name`"],
    ["a list", [], "body:"],
    ["null", null, "body:"],
    ["without an e-mail address", { name: "A" }, "`email`"],
    ["with a malformed e-mail address", { ...ada, email: "ada" }, "`email`"],
    ["with a name of spaces", { ...ada, name: "  " }, "`name`"],
    ["with a name of 201 characters", { ...ada, name: "a".repeat(201) }, "`name`"],
    ["with a line break in the name", { ...ada, name: "a\nb" }, "`name`"],
    ["with half a character in the name", { ...ada, name: "a\ud800" }, "`name`"],
    ["with a field that nobody knows", { ...ada, admin: true }, "admin"],
    ["with a field that would move a terminal's cursor", { ...ada, "\u001b[2J\u2028": 1 }, '"?[2J?"'],
    ["with a version of its own", { ...ada, version: 9 }, "version"],
    ["with an id that is no UUID", { ...ada, id: "export" }, "`id`"],
    ["with null for an id", { ...ada, id: null }, "`id`"],
  ]
  test.each(rows)("%s", async (_, body, where) => {
    const { status, json } = await api.send("POST /api/users", body)
    expect([status, json.code]).toEqual([400, "malformed_input"])
    expect(json.detail).toContain(where)
  })

  test("one that sets its prototype", async () => {
    const body = '{"name":"A","email":"a@example.com","__proto__":{"admin":true}}'
    const headers = { "content-type": "application/json" }
    expect((await api.call("POST /api/users", { body, headers })).status).toBe(400)
  })

  test("a change of nothing", async () => {
    const { json } = await api.send("POST /api/users", ada)
    for (const body of [{}, { version: 1 }])
      expect((await api.send(`PATCH /api/users/${json.id}`, body)).status).toBe(400)
  })
})

describe("lists", () => {
  let own: Api
  const names = ["A", "B", "C", "D", "E"]
  beforeAll(async () => {
    own = await startApi()
    for (const name of names) await own.send("POST /api/users", { ...ada, name })
  })
  afterAll(() => own.stop())

  test("go on where the page before ended", async () => {
    const seen: string[] = []
    let query = "?limit=2"
    for (let pages = 0; query !== "" && pages < 9; pages++) {
      const { json } = await own.call(`GET /api/users${query}`)
      expect(json.items.length).toBeLessThanOrEqual(2)
      seen.push(...json.items.map((user) => user.name))
      query = json.cursor === undefined ? "" : `?limit=2&cursor=${json.cursor}`
    }
    expect(seen).toEqual(names)
  })

  const malformed = [
    "limit=0",
    "limit=101",
    "limit=1e1",
    "limit=",
    "limit=-1",
    "limit=2&limit=3",
    "cursor=",
    "cursor=x",
    `cursor=${Buffer.from('["a","b"]').toString("base64url")}`,
    `cursor=${Buffer.from('{"pk":"MEMBER#x"}').toString("base64url")}`,
    `cursor=${Buffer.from('[{"S":"x"}]').toString("base64url")}`,
    `cursor=${Buffer.from('["a"]').toString("base64")}`,
    `cursor=${"A".repeat(2000)}`,
    "page=2",
    "__proto__=1",
  ]
  test.each(malformed)("refuse %s", async (query) => {
    expect(await own.call(`GET /api/users?${query}`)).toMatchObject({
      status: 400,
      json: { code: "malformed_input" },
    })
  })

  test("a cursor shows no key of the table", async () => {
    const { json } = await own.call("GET /api/users?limit=1")
    expect(Buffer.from(json.cursor ?? "", "base64url").toString()).toBe(JSON.stringify([json.items[0]?.id]))
  })

  test("are exported as CSV, with a link to the rest", async () => {
    const first = await own.call("GET /api/users/export?limit=3")
    expect(first.headers["content-type"]).toBe("text/csv; charset=utf-8")
    expect(first.headers["content-disposition"]).toBe('attachment; filename="users.csv"')
    expect(first.text.split("\r\n")[0]).toBe('"id","name","email","createdAt","updatedAt"')
    const next = /^<(.+)>; rel="next"$/.exec(String(first.headers.link))?.[1]
    const second = await own.call(`GET ${next}`)
    expect(second.headers.link).toBeUndefined()
    const cells = [first, second].flatMap(({ text }) => text.split("\r\n").slice(1, -1))
    expect(cells.map((line) => line.split(",")[1])).toEqual(names.map((name) => `"${name}"`))
  })

  test("are exported as JSON lines", async () => {
    const { text, headers } = await own.call("GET /api/users/export?format=jsonl")
    expect(headers["content-type"]).toBe("application/jsonl; charset=utf-8")
    const lines = text.split("\n")
    expect(lines.pop()).toBe("")
    expect(lines.map((line) => JSON.parse(line).name)).toEqual(names)
  })

  test.each(["format=xml", "limit=1001", "format=csv&format=jsonl"])(
    "are not exported by %s",
    async (query) => {
      expect((await own.call(`GET /api/users/export?${query}`)).status).toBe(400)
    },
  )
})

describe("what belongs to a user", () => {
  test("is found by owner, with a profile or without", async () => {
    const report = (await api.send("POST /api/reports", { title: "Mine" })).json
    const device = (await api.send("POST /api/devices", { name: "Mine" })).json
    expect((await api.call(`GET /api/users/${subject}/reports`)).json).toEqual({ items: [report] })
    expect((await api.call(`GET /api/users/${subject}/devices`)).json).toEqual({ items: [device] })
  })

  test("is nothing for a profile that owns nothing, and 404 where there is nobody", async () => {
    const { json } = await api.send("POST /api/users", ada)
    for (const kind of ["reports", "devices"]) {
      expect((await api.call(`GET /api/users/${json.id}/${kind}`)).json).toEqual({ items: [] })
      expect((await api.call(`GET /api/users/nobody/${kind}`)).status).toBe(404)
      // Not the prefix of another owner's key.
      expect((await api.call(`GET /api/users/${subject.slice(0, 8)}/${kind}`)).status).toBe(404)
    }
  })
})
