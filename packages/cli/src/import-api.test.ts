/** `claimgate import` by way of the admin API. */
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { createWorld, fill, type RunOptions, token, type World } from "../test/world.ts"
import { unended } from "./import-api.ts"

let world: World
beforeEach(async () => {
  world = await createWorld()
  await fill(world.store)
})
afterEach(() => world.remove())

const line = (userId: string, more: object = {}) =>
  JSON.stringify({ userId, permissions: ["GET:/api/users"], ...more })
const many = (count: number) => Array.from({ length: count }, (_, index) => line(`u${index}`))

async function importLines(lines: readonly string[], options: RunOptions = {}, ...flags: string[]) {
  await world.write("members.jsonl", lines.join("\n"))
  const ran = await world.run(["import", "members.jsonl", "--stage", "local", "--yes", ...flags], options)
  expect(ran.out + ran.err).not.toContain(token)
  return ran
}

/** How often lines were brought, and whether more was said to come. */
const sent = () =>
  world.api.sent.map(({ body, query }) => [
    String(body)
      .split("\n")
      .filter((text) => text !== "").length,
    query.get("more"),
  ])
/** Imports that have ended: while one runs, subjects are still read with the generation before it. */
const ended = async () => (await world.store.load("ben")).generation

/** The admin API, but for its n-th answer. */
function except(at: number, answer: () => Response | Promise<Response>): typeof fetch {
  let count = 0
  return (...request) => (++count === at ? Promise.resolve(answer()) : world.api.fetch(...request))
}

const refusal = (status: number, code: string, detail: string) => () =>
  Response.json({ status, code, detail }, { status })

describe("an import by way of the admin API", () => {
  test("brings part after part under one key, and then ends", async () => {
    const ran = await importLines(many(2500), {}, "--json")
    expect(ran.code).toBe(0)
    expect(JSON.parse(ran.out)).toEqual({ imported: 2500, unchanged: 0, refused: [], unknownRoles: [] })
    expect(sent()).toEqual([
      [1000, "true"],
      [1000, "true"],
      [500, "true"],
      [0, "false"],
    ])
    const headers = world.api.sent.map((request) => request.headers)
    expect(new Set(headers.map((one) => one.get("idempotency-key"))).size).toBe(1)
    expect(new Set(headers.map((one) => one.get("content-type")))).toEqual(new Set(["application/jsonl"]))
    expect(await ended()).toBe(1)
  })

  test("tells the lines of the file, whoever refused them, and code 1", async () => {
    const lines = many(2100)
    lines[4] = "not json"
    lines[9] = ""
    lines[1500] = line("ann")
    lines[2050] = line("x", { permissions: ["GET:/nowhere"] })
    lines[2060] = line("u2")
    lines[2070] = line("y", { role: "later" })
    const ran = await importLines(lines, { progress: true })
    expect(ran.code).toBe(1)
    expect(ran.out.split("\n")).toEqual([
      "line 5: expected one JSON object on one line",
      expect.stringContaining("line 1501: member `ann`: holds `admin`"),
      expect.stringContaining("line 2051: permission `GET:/nowhere`: covers no route"),
      "line 2061: field `userId`: `u2` is already on line 3",
      "2095 written, 0 stored already, 4 refused",
      "roles that are not stored and grant nothing yet: later",
      "",
    ])
    expect(ran.err).toMatch(/\[#*-*\] +\d+ % {2}\d+ lines/)
    expect((await world.store.load("u2")).member?.version).toBe(1)
  })

  test("asks nothing where no line can be stored", async () => {
    expect(await importLines(["{", ""])).toMatchObject({ code: 1 })
    expect(await importLines([])).toMatchObject({ code: 0 })
    expect(sent()).toEqual([])
  })

  test.each([
    ["conflict", 409, 1],
    ["unauthenticated", 401, 1],
    ["dependency_failed", 500, 3],
  ])("that stops in the middle by %s is ended, code %i is code %i", async (code, status, exit) => {
    const fetch = except(2, refusal(status, code, "so it is"))
    const ran = await importLines(many(2500), { fetch })
    expect(ran).toMatchObject({ code: exit, out: "" })
    expect(ran.err).toContain("import stopped at lines 1001 to 2000: ")
    expect(ran.err).toContain("so it is")
    expect(ran.err).not.toContain(unended)
    expect(sent()).toEqual([
      [1000, "true"],
      [0, "false"],
    ])
    expect(await ended()).toBe(1)
  })

  test("goes on where it stopped when the file is imported again", async () => {
    await importLines(many(2500), { fetch: except(2, refusal(500, "internal", "no")) })
    const ran = await importLines(many(2500), {}, "--json")
    expect(JSON.parse(ran.out)).toMatchObject({ imported: 1500, unchanged: 1000 })
  })

  test("is not ended by who may not begin one", async () => {
    const fetch = except(1, refusal(403, "forbidden", "only administrators import"))
    expect(await importLines(many(3), { fetch })).toMatchObject({
      code: 1,
      err: expect.stringContaining("import stopped at lines 1 to 3: "),
    })
    expect(sent()).toEqual([])
  })

  test("is ended where nobody knows whether it began", async () => {
    const fetch = except(1, refusal(500, "internal", "no"))
    expect(await importLines(many(3), { fetch })).toMatchObject({ code: 3 })
    expect(sent()).toEqual([[0, "false"]])
  })

  test("brings a part again under its key where there was no answer", async () => {
    const fetch = except(1, () => Promise.reject(new TypeError("fetch failed")))
    expect(await importLines(many(3), { fetch })).toMatchObject({
      code: 0,
      out: expect.stringContaining("3 written"),
    })
  })

  test("says where it could not be ended, and keeps the first fault", async () => {
    const second = refusal(409, "conflict", "another one took its place")
    let count = 0
    const fetch: typeof globalThis.fetch = async (...request) =>
      ++count === 1 ? world.api.fetch(...request) : count === 2 ? second() : refusal(500, "internal", "no")()
    const ran = await importLines(many(1500), { fetch })
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining("another one took its place") })
    expect(ran.err).toContain(unended)
    expect(await ended()).toBe(0)
  })

  test("is code 3 where all is written but the end", async () => {
    const ran = await importLines(many(3), { fetch: except(2, refusal(500, "internal", "no")) })
    expect(ran).toMatchObject({ code: 3, out: "" })
    expect(ran.err).toContain(`all lines are through, but ${unended}`)
  })

  test("is ended where somebody stops it", async () => {
    let interrupt = () => {}
    const fetch: typeof globalThis.fetch = async (...request) => {
      interrupt()
      return world.api.fetch(...request)
    }
    const onInterrupt = (listener: () => void) => {
      interrupt = listener
    }
    const ran = await importLines(many(2500), { fetch, onInterrupt })
    expect(ran).toMatchObject({ code: 4, err: expect.stringContaining("import the file again to go on") })
    expect(sent()).toEqual([
      [1000, "true"],
      [0, "false"],
    ])
    expect(await ended()).toBe(1)
  })

  test("does not believe an answer about lines that it did not send", async () => {
    const answer = { imported: 2, unchanged: 0, refused: [{ line: 9, message: "no" }], unknownRoles: [] }
    const ran = await importLines(many(3), { fetch: except(1, () => Response.json(answer)) })
    expect(ran).toMatchObject({ code: 3, err: expect.stringContaining("refused line 9") })
  })

  test("asks before it writes over anybody", async () => {
    await world.write("members.jsonl", line("ben"))
    const ran = await world.run(["import", "members.jsonl", "--stage", "local"], { answer: "n\n" })
    expect(ran).toMatchObject({ code: 4, err: expect.stringContaining("on stage local?") })
    expect(sent()).toEqual([])
  })
})
