import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Api, startApi, subject } from "../../test/api.ts"

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const plain = { "content-type": "text/plain; charset=utf-8" }

async function register(name = "Lamp"): Promise<string> {
  return (await api.send("POST /api/devices", { name })).json.id
}

test("a device that is registered is read, listed and removed, with all that belongs to it", async () => {
  const registered = await api.send("POST /api/devices", { name: "Lamp", model: "L1" })
  expect(registered).toMatchObject({ status: 201, json: { name: "Lamp", model: "L1", owner: subject } })
  const path = String(registered.headers.location)
  expect((await api.call(`GET ${path}`)).json).toEqual(registered.json)
  expect((await api.call("GET /api/devices")).json).toEqual({ items: [registered.json] })

  const command = await api.send(`POST ${path}/commands`, { name: "blink" })
  await api.call(`PUT ${path}/files/a.txt`, { headers: plain, body: "x" })
  expect((await api.call(`DELETE ${path}`)).status).toBe(204)
  expect((await api.call(`GET ${path}`)).status).toBe(404)
  expect((await api.call(`GET ${command.headers.location}`)).status).toBe(404)
  expect((await api.call(`GET ${path}/files/a.txt`)).status).toBe(404)
  expect((await api.call(`DELETE ${path}`)).status).toBe(404)
})

test("devices are listed page by page", async () => {
  const own = await startApi()
  const send = (name: string) => own.send("POST /api/devices", { name })
  for (const name of ["1", "2", "3"]) await send(name)
  const first = (await own.call("GET /api/devices?limit=2")).json
  const second = (await own.call(`GET /api/devices?limit=2&cursor=${first.cursor}`)).json
  const all = [...first.items, ...second.items]
  expect(all.map(({ name }) => name)).toEqual(["1", "2", "3"])
  const [, , ...rest] = (await own.call(`GET /api/users/${subject}/devices?limit=100`)).json.items
  expect(rest).toEqual(second.items)
  const ofOwner = (await own.call(`GET /api/users/${subject}/devices?limit=2`)).json
  const more = await own.call(`GET /api/users/${subject}/devices?limit=2&cursor=${ofOwner.cursor}`)
  expect(more.json).toEqual({ items: second.items })
  // One list's cursor is no cursor of another.
  expect((await own.call(`GET /api/users/${subject}/devices?cursor=${first.cursor}`)).status).toBe(400)
  await own.stop()
})

describe("commands", () => {
  test("are queued, and read again", async () => {
    const id = await register()
    const body = { name: "set-level", arguments: { level: 3, fade: true, room: "hall" } }
    const sent = await api.send(`POST /api/devices/${id}/commands`, body)
    expect(sent).toMatchObject({
      status: 202,
      json: { ...body, status: "queued", device: id, sender: subject },
    })
    expect((await api.call(`GET ${sent.headers.location}`)).json).toEqual(sent.json)
    const other = await register()
    expect((await api.call(`GET /api/devices/${other}/commands/${sent.json.id}`)).status).toBe(404)
  })

  test("need a device", async () => {
    expect((await api.send("POST /api/devices/nothing/commands", { name: "blink" })).status).toBe(404)
  })

  const malformed = [
    {},
    { name: "Blink" },
    { name: "a b" },
    { name: "blink", arguments: { a: null } },
    { name: "blink", arguments: { a: { b: 1 } } },
    { name: "blink", arguments: { "a b": 1 } },
    { name: "blink", arguments: { a: "x".repeat(501) } },
    { name: "blink", arguments: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`a${i}`, i])) },
    { name: "blink", status: "done" },
  ]
  test.each(malformed)("are not %j", async (body) => {
    const id = await register()
    expect((await api.send(`POST /api/devices/${id}/commands`, body)).status).toBe(400)
  })

  test("carry no argument that sets a prototype", async () => {
    const body = '{"name":"blink","arguments":{"__proto__":{"a":1}}}'
    const headers = { "content-type": "application/json" }
    const reply = await api.call(`POST /api/devices/${await register()}/commands`, { body, headers })
    expect(reply.status).toBe(400)
  })
})

describe("files", () => {
  const contents: readonly [string, string, string][] = [
    ["in a folder", "logs/2025/may.txt", "one\ntwo\n"],
    ["with spaces and more in the name", "my plan (1)+ü@:.txt", "ü€😀"],
    ["that are empty", "empty", ""],
    ["of 100 KB", "large", "x".repeat(100 * 1024)],
    ["under the longest path", "p".repeat(512), "x"],
  ]
  test.each(contents)("%s are written, read and replaced", async (_, path, body) => {
    const file = `/api/devices/${await register()}/files/${path}`
    const written = await api.call(`PUT ${file}`, { headers: plain, body })
    expect(written).toMatchObject({ status: 201, json: { path, size: Buffer.byteLength(body) } })
    expect(await api.call(`GET ${file}`)).toMatchObject({
      status: 200,
      text: body,
      headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
    })
    expect((await api.call(`PUT ${file}`, { headers: plain, body: "new" })).status).toBe(200)
    expect((await api.call(`GET ${file}`)).text).toBe("new")
  })

  test("lose a byte order mark", async () => {
    const file = `/api/devices/${await register()}/files/bom.txt`
    expect((await api.call(`PUT ${file}`, { headers: plain, body: "\ufeffx" })).json.size).toBe(1)
    expect((await api.call(`GET ${file}`)).text).toBe("x")
  })

  test("differ by the case of their path", async () => {
    const folder = `/api/devices/${await register()}/files`
    await api.call(`PUT ${folder}/A`, { headers: plain, body: "upper" })
    expect((await api.call(`GET ${folder}/a`)).status).toBe(404)
  })

  const refused: readonly [string, string, Record<string, string>, string, number][] = [
    ["of more than 100 KB", "large", plain, "x".repeat(100 * 1024 + 1), 413],
    ["of more than 100 KB in fewer characters", "large", plain, "€".repeat(40 * 1024), 413],
    ["of another type", "a.json", { "content-type": "application/json" }, "{}", 415],
    ["under a path of 513 bytes", "p".repeat(513), plain, "x", 400],
    ["under a path of 171 characters that are 513 bytes", "€".repeat(171), plain, "x", 400],
    ["with a dot segment", "a/../b", plain, "x", 400],
    ["without a path", "", plain, "x", 400],
  ]
  test.each(refused)("%s are refused", async (_, path, headers, body, status) => {
    const file = `/api/devices/${await register()}/files/${path}`
    expect((await api.call(`PUT ${file}`, { headers, body })).status).toBe(status)
  })

  test("that are not there, or cannot be, are 404", async () => {
    const folder = `/api/devices/${await register()}/files`
    for (const path of ["nothing", "p".repeat(2000)])
      expect((await api.call(`GET ${folder}/${path}`)).status).toBe(404)
    expect((await api.call("PUT /api/devices/nothing/files/a", { headers: plain, body: "x" })).status).toBe(
      404,
    )
  })
})
