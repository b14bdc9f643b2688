import { readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { newAttribution, type PermissionStore } from "@claimgate/store"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { startTableWorld, type TableWorld } from "../test/table-world.ts"
import { fill, type World } from "../test/world.ts"

let tables: TableWorld
let world: World
let store: PermissionStore

beforeAll(async () => {
  tables = await startTableWorld()
  world = tables.world
})
afterAll(() => tables.stop())
beforeEach(async () => {
  store = await tables.bindNewTable()
})

const local = ["--stage", "local", "--yes"]
const run = (text: string, options?: Parameters<World["run"]>[1]) =>
  // Nobody is signed in: what is tested here asks no API.
  world.run([...text.split(" "), ...local], {
    env: {},
    fetch: () => Promise.reject(new Error("asked")),
    ...options,
  })

describe("bootstrap", () => {
  test("makes the first administrator, and no second one", async () => {
    expect(await run("bootstrap ann")).toMatchObject({ code: 0, out: "ann is the first administrator\n" })
    expect((await store.load("ann")).member?.roles).toEqual(["admin"])
    expect(await run("bootstrap eve")).toMatchObject({ code: 1, out: "" })
    expect((await store.load("eve")).member).toBeUndefined()
  })

  test("keeps what the subject holds", async () => {
    await store.putMember(
      { subject: "ann", roles: ["reader"], permissions: [], disabled: true },
      0,
      newAttribution("t", "seed"),
    )
    await run("bootstrap ann")
    expect((await store.load("ann")).member).toMatchObject({ roles: ["admin", "reader"], disabled: false })
  })

  test("asks", async () => {
    const ran = await world.run(["bootstrap", "ann", "--stage", "local"], { env: {}, answer: "n\n" })
    expect(ran).toMatchObject({
      code: 4,
      err: expect.stringContaining("Make ann an administrator on stage local?"),
    })
    expect((await store.load("ann")).member).toBeUndefined()
  })
})

describe("--break-glass", () => {
  beforeEach(() => fill(store))

  test("changes what nobody is left to change, audited under the AWS identity", async () => {
    expect(await run("grant ben editor --break-glass")).toMatchObject({
      code: 0,
      out: expect.stringContaining("roles        editor, reader"),
      err: expect.stringContaining("audited under aws:local"),
    })
    const { items } = await store.listAudit({ kind: "member", name: "ben" })
    expect(items[0]).toMatchObject({ actor: "aws:local", door: "break-glass", outcome: "done" })
  })

  test.each([
    "members show ben",
    "members",
    "roles show reader",
    "roles list",
    "audit --subject ben",
    "audit --role reader",
    "audit",
    "explain ben GET /api/reports",
    "revoke ben reader",
    "members disable ben",
    "members enable ben",
    "members delete ben",
  ])("does all that the admin API does: %s", async (text) => {
    expect(await run(`${text} --break-glass`)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/ben|reader|delete/),
    })
  })

  test.each([
    ["members disable ann", "last_administrator"],
    ["revoke ann admin", "last_administrator"],
    ["members delete ann", "last_administrator"],
  ])("keeps the last administrator: %s", async (text, rule) => {
    expect(await run(`${text} --break-glass`)).toMatchObject({ code: 1, err: expect.stringContaining(rule) })
    const { items } = await store.listAudit({ kind: "member", name: "ann" })
    expect(items[0]).toMatchObject({ outcome: "refused", because: rule })
  })

  test("signs nobody out where the user pool does not answer, but has their tokens rechecked", {
    timeout: 30_000,
  }, async () => {
    expect(await run("members sign-out ben --break-glass")).toMatchObject({ code: 3 })
    expect((await store.load("ben")).member?.version).toBe(2)
  })

  test("has a machine's tokens rechecked; there is no session to end", async () => {
    await store.putMember(
      { subject: "client:nightly", roles: ["reader"], permissions: [], disabled: false },
      0,
      newAttribution("t", "seed"),
    )
    expect(await run("members sign-out client:nightly --break-glass")).toMatchObject({ code: 0 })
    expect((await store.load("client:nightly")).member?.version).toBe(2)
  })

  test("applies roles.yaml, over a tombstone too", async () => {
    await store.deleteRole("editor", 1, newAttribution("t", "seed"))
    await world.write("roles.yaml", "roles:\n  editor: { permissions: [POST:/api/reports] }\n")
    expect(await run("roles apply --break-glass")).toMatchObject({ code: 0, out: "1 role changed\n" })
    expect(await store.readRole("editor")).toMatchObject({ version: 3, deleted: false })
  })
})

describe("import and export", () => {
  const line = (userId: string, more: object = {}) =>
    JSON.stringify({ userId, permissions: ["GET:/api/users"], ...more })

  test("what was exported is imported as it was", async () => {
    await fill(store)
    await store.putMember(
      { subject: "dan", roles: [], permissions: ["GET:/api/users"], disabled: true },
      0,
      newAttribution("t", "seed"),
    )
    expect(await run("export members.jsonl --break-glass")).toMatchObject({
      code: 0,
      out: expect.stringContaining("4 members"),
    })
    const file = join(world.directory, "members.jsonl")
    expect((await stat(file)).mode & 0o077).toBe(0)
    expect((await readFile(file, "utf8")).split("\n")).toEqual([
      '{"userId":"ann","role":"admin","permissions":[]}',
      '{"userId":"ben","role":"reader","permissions":[]}',
      '{"userId":"cleo","roles":["editor","reader"],"permissions":["!GET:/api/users"]}',
      '{"userId":"dan","role":"guest","permissions":["GET:/api/users"],"disabled":true}',
      "",
    ])
    const ran = await run("import members.jsonl --break-glass --json")
    expect(JSON.parse(ran.out)).toMatchObject({ imported: 0, unchanged: 3, refused: [{ line: 1 }] })
  })

  test("refused lines are told with their numbers, and the others are written", async () => {
    await world.write(
      "members.jsonl",
      [
        line("a"),
        "not json",
        "",
        line("b", { role: "nobody" }),
        line("a"),
        line("c", { permissions: ["GET:/nowhere"] }),
      ].join("\n"),
    )
    const ran = await run("import members.jsonl --break-glass", { progress: true })
    expect(ran.code).toBe(1)
    expect(ran.out).toContain("line 2: expected one JSON object on one line")
    expect(ran.out).toContain("line 5: field `userId`: `a` is already on line 1")
    expect(ran.out).toMatch(/line 6: permission `GET:\/nowhere`: covers no route/)
    expect(ran.out).toContain(
      "2 written, 0 stored already, 3 refused\nroles that are not stored and grant nothing yet: nobody",
    )
    expect(ran.err).toMatch(/\[#*-*\] +\d+ % {2}\d+ lines/)
  })

  test("the same file again goes on where the first import was interrupted", async () => {
    await world.write(
      "members.jsonl",
      Array.from({ length: 200 }, (_, index) => line(`u${index}`)).join("\n"),
    )
    let interrupt = () => {}
    let looks = 0
    // The clock is looked at once for each line: somebody stops it in the middle.
    const now = () => {
      if (++looks === 100) interrupt()
      return Date.now()
    }
    const onInterrupt = (listener: () => void) => {
      interrupt = listener
    }
    const first = await run("import members.jsonl --break-glass", { progress: true, now, onInterrupt })
    expect(first).toMatchObject({ code: 4, err: expect.stringContaining("import the file again to go on") })
    const again = await run("import members.jsonl --break-glass --json")
    expect(again.code).toBe(0)
    const { imported, unchanged } = JSON.parse(again.out)
    expect([imported + unchanged, unchanged % 33, unchanged > 0]).toEqual([200, 0, true])
  })

  test("an export that breaks off leaves the old file, and nothing else", async () => {
    await world.write("out.jsonl", "old\n")
    const pages = [
      { items: [{ subject: "a", roles: [], permissions: [], disabled: false, version: 1 }], cursor: "x" },
    ]
    const fetch = async () =>
      pages.length > 0 ? Response.json(pages.pop()) : Response.json({}, { status: 500 })
    const ran = await world.run(["export", "out.jsonl", "--stage", "local"], { fetch })
    expect(ran.code).toBe(3)
    expect(await readFile(join(world.directory, "out.jsonl"), "utf8")).toBe("old\n")
    await expect(stat(join(world.directory, "out.jsonl.partial"))).rejects.toThrow("ENOENT")
  })
})
