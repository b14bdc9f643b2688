import { QueryCommand } from "@aws-sdk/lib-dynamodb"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Api, startApi, subject } from "../../test/api.ts"

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

test("a report that is created is read, replaced, published, listed and deleted", async () => {
  const created = await api.send("POST /api/reports", { title: "Q1", text: "one\ntwo" })
  expect(created).toMatchObject({
    status: 201,
    json: { title: "Q1", text: "one\ntwo", owner: subject, status: "draft", version: 1 },
  })
  const path = String(created.headers.location)
  expect((await api.call(`GET ${path}`)).json).toEqual(created.json)

  const replaced = await api.send(`PUT ${path}`, { title: "Q2", text: "" })
  expect(replaced).toMatchObject({ status: 200, json: { title: "Q2", text: "", version: 2 } })

  const published = await api.call(`POST ${path}/publish`)
  expect(published).toMatchObject({ status: 200, json: { status: "published", version: 3 } })
  expect((await api.call(`POST ${path}/publish`)).json).toEqual(published.json)
  expect((await api.call(`GET ${path}`)).json).toEqual(published.json)
  expect((await api.call("GET /api/reports")).json).toEqual({ items: [published.json] })

  expect((await api.call(`DELETE ${path}`)).status).toBe(204)
  expect((await api.call(`GET ${path}`)).status).toBe(404)
  expect((await api.call("GET /api/reports")).json).toEqual({ items: [] })
})

test("a report that is not there is a 404, whatever is asked of it", async () => {
  for (const id of ["nothing", "a".repeat(256), "a".repeat(257), "a".repeat(4000), "ü:@", "REPORT#x"]) {
    const path = `/api/reports/${id}`
    expect((await api.call(`GET ${path}`)).status).toBe(id === "REPORT#x" ? 400 : 404)
    if (id === "REPORT#x") continue
    expect((await api.send(`PUT ${path}`, { title: "T", text: "" })).status).toBe(404)
    expect((await api.call(`DELETE ${path}`)).status).toBe(404)
    expect((await api.call(`POST ${path}/publish`)).status).toBe(404)
    expect((await api.call(`GET ${path}/comments`)).status).toBe(404)
    expect((await api.send(`POST ${path}/comments`, { text: "x" })).status).toBe(404)
  }
})

test("a replacement over an old version is a conflict, and changes nothing", async () => {
  const { json } = await api.send("POST /api/reports", { title: "V" })
  const path = `/api/reports/${json.id}`
  await api.send(`PUT ${path}`, { title: "V2", text: "", version: 1 })
  expect(await api.send(`PUT ${path}`, { title: "V3", text: "", version: 1 })).toMatchObject({
    status: 409,
    json: { code: "conflict", version: 2 },
  })
  expect((await api.call(`GET ${path}`)).json).toMatchObject({ title: "V2", version: 2 })
})

test("one of many replacements over the same version comes through", async () => {
  const { json } = await api.send("POST /api/reports", { title: "Race" })
  const writes = Array.from({ length: 8 }, (_, i) =>
    api.send(`PUT /api/reports/${json.id}`, { title: `Race ${i}`, text: "", version: 1 }),
  )
  const statuses = (await Promise.all(writes)).map(({ status }) => status).sort()
  expect(statuses).toEqual([200, 409, 409, 409, 409, 409, 409, 409])
})

describe("comments", () => {
  test("are kept in order of time, page by page, and go with their report", async () => {
    const { json: report } = await api.send("POST /api/reports", { title: "C" })
    const { json: other } = await api.send("POST /api/reports", { title: "Other" })
    const path = `/api/reports/${report.id}/comments`
    await api.send(`POST /api/reports/${other.id}/comments`, { text: "elsewhere" })
    for (const text of ["1", "2", "3"])
      expect(await api.send(`POST ${path}`, { text })).toMatchObject({
        status: 201,
        json: { text, author: subject, report: report.id },
      })
    const first = (await api.call(`GET ${path}?limit=2`)).json
    const second = (await api.call(`GET ${path}?limit=2&cursor=${first.cursor}`)).json
    const texts = [...first.items, ...second.items].map(({ text }) => text)
    expect([texts, second.cursor]).toEqual([["1", "2", "3"], undefined])

    expect((await api.call(`DELETE /api/reports/${report.id}`)).status).toBe(204)
    expect(await itemsUnder(`REPORT#${report.id}`)).toBe(0)
    expect(await itemsUnder(`REPORT#${other.id}`)).toBe(2)
  })

  test.each([{}, { text: "" }, { text: "a\u0000b" }, { text: "x".repeat(2001) }, { text: 1 }])(
    "are not %j",
    async (body) => {
      const { json } = await api.send("POST /api/reports", { title: "D" })
      expect((await api.send(`POST /api/reports/${json.id}/comments`, body)).status).toBe(400)
    },
  )
})

describe("bodies", () => {
  const json = "application/json"
  const rows: readonly [string, string | undefined, string, number][] = [
    ["no JSON", json, "{", 400],
    ["nothing", json, "", 400],
    ["two values", json, "{}{}", 400],
    ["JSON of another type", "text/plain", '{"title":"T"}', 415],
    ["a form, as curl sends one", "application/x-www-form-urlencoded", '{"title":"T"}', 415],
    ["JSON of no type", undefined, '{"title":"T"}', 415],
    ["JSON in another charset", "application/json; charset=utf-16", '{"title":"T"}', 415],
    ["JSON that says UTF-8", 'application/json; charset="UTF-8"', '{"title":"T"}', 201],
    ["JSON in capitals", "Application/JSON", '{"title":"T"}', 201],
    ["65 KB", json, JSON.stringify({ title: "T", text: "x".repeat(65 * 1024) }), 413],
    ["a text of 20,001 characters", json, JSON.stringify({ title: "T", text: "x".repeat(20_001) }), 400],
    ["a number for a title", json, '{"title":1}', 400],
    ["a deep nest", json, `${"[".repeat(30_000)}${"]".repeat(30_000)}`, 400],
  ]
  test.each(rows)("%s, %s", async (_, type, body, status) => {
    const headers: Record<string, string> = type === undefined ? {} : { "content-type": type }
    const reply = await api.call("POST /api/reports", { headers, body })
    expect(reply.status).toBe(status)
    if (status !== 201) expect(reply.headers["content-type"]).toBe("application/problem+json")
  })

  test("in base64, as the gateway sends what is no text", async () => {
    const body = Buffer.from('{"title":"Ü"}').toString("base64")
    const headers = { "content-type": json }
    expect((await api.call("POST /api/reports", { headers, body, isBase64Encoded: true })).json.title).toBe(
      "Ü",
    )
  })

  test("that are no UTF-8", async () => {
    const body = Buffer.from([0x22, 0xff, 0x22]).toString("base64")
    const headers = { "content-type": json }
    const reply = await api.call("POST /api/reports", { headers, body, isBase64Encoded: true })
    expect([reply.status, reply.json.detail]).toEqual([400, "body: expected UTF-8"])
  })

  test("where none belongs", async () => {
    const { json: report } = await api.send("POST /api/reports", { title: "E" })
    expect((await api.send(`POST /api/reports/${report.id}/publish`, {})).status).toBe(400)
    expect((await api.call(`GET /api/reports/${report.id}`, { body: "{}" })).status).toBe(400)
    expect((await api.call(`GET /api/reports/${report.id}`)).json.status).toBe("draft")
  })

  test("are not read before the gate has let the request through", async () => {
    const reply = await api.call("POST /api/reports", { context: null, body: "{" })
    expect(reply.status).toBe(401)
  })
})

async function itemsUnder(pk: string): Promise<number> {
  const query = new QueryCommand({
    TableName: api.dynalite.table,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": pk },
  })
  return (await api.dynalite.client.send(query)).Count ?? 0
}
