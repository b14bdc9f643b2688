import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { defineRoutes, type RouteTable } from "@claimgate/core"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { type CatalogFiles, run } from "./command.ts"

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "claimgate-catalog-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const inFolder = (name: string) => join(folder, name)
const read = (name: string) => readFileSync(inFolder(name), "utf8")
/** What a test expects where the file's folder does not matter. */
const short = (text: string) => text.replaceAll(`${folder}/`, "")

function filesWith(importRoutes: () => Promise<unknown>): CatalogFiles {
  return {
    lock: inFolder("catalog.lock"),
    compiled: inFolder("compiled.ts"),
    routes: inFolder("routes.ts"),
    importRoutes,
  }
}

/** Runs the command on a table, or on whatever else the table's module does when it is loaded. */
function catalog(table: object | (() => unknown), ...args: string[]) {
  const load = () => (typeof table === "function" ? table() : { routes: defineRoutes(table as RouteTable) })
  return runOn(
    filesWith(async () => load()),
    args,
  )
}

async function runOn(files: CatalogFiles, args: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await run(args, files, { out: (text) => out.push(text), err: (text) => err.push(text) })
  return { code, out: short(out.join("")), err: short(err.join("")) }
}

describe("npm run catalog", () => {
  test("writes lock file and compiled catalog, and says what was added and retired", async () => {
    expect(await catalog({ a: "GET /a", b: "PUT /b/{x}" })).toEqual({
      code: 0,
      out: expect.stringMatching(
        /^\+ GET \/a\n\+ PUT \/b\/\{x\}\ncatalog: release 1 \(.{5}\), 2 added, 0 retired\ncatalog: wrote catalog.lock\ncatalog: wrote compiled.ts\n$/,
      ),
      err: "",
    })
    const { code, out } = await catalog({ b: "PUT /b/{x}", c: "GET /c" })
    expect(code).toBe(0)
    expect(out).toMatch(/^- GET \/a\n\+ GET \/c\ncatalog: release 2 \(.{5}\), 1 added, 1 retired\n/)
    expect(read("catalog.lock")).toMatch(
      /GET \/a\nPUT \/b\/\{x\}\n= release 1 .{5}\n-GET \/a\nGET \/c\n= release 2 .{5}\n$/,
    )
    expect(readdirSync(folder)).toEqual(["catalog.lock", "compiled.ts"])
  })

  test("writes nothing where nothing changed, also for other parameter names and Windows line breaks", async () => {
    await catalog({ b: "PUT /b/{x}" })
    for (const name of readdirSync(folder)) writeFileSync(inFolder(name), read(name).replaceAll("\n", "\r\n"))
    const before = readdirSync(folder).map(read)
    expect((await catalog({ renamed: "PUT /b/{id}" })).out).toMatch(
      /^catalog: release 1 \(.{5}\), 0 added, 0 retired\n$/,
    )
    expect(readdirSync(folder).map(read)).toEqual(before)
    expect(await catalog({ b: "PUT /b/{x}" }, "--check")).toEqual({ code: 0, out: "", err: "" })
  })

  test("writes the compiled catalog alone where only that is stale", async () => {
    await catalog({ a: "GET /a" })
    const lock = read("catalog.lock")
    expect((await catalog({ a: { route: "GET /a", access: "public" } })).out).toContain("wrote compiled.ts")
    expect(read("catalog.lock")).toBe(lock)
    expect(read("compiled.ts")).toContain("public")
  })

  test("puts up with a merge conflict in the compiled catalog", async () => {
    await catalog({ a: "GET /a" })
    const compiled = read("compiled.ts")
    writeFileSync(inFolder("compiled.ts"), "<<<<<<< HEAD\n")
    expect((await catalog({ a: "GET /a" })).code).toBe(0)
    expect(read("compiled.ts")).toBe(compiled)
  })

  test("after a merge, the published lock file and the merged table give both branches' routes", async () => {
    await catalog({ a: "GET /a" })
    const base = read("catalog.lock")
    await catalog({ a: "GET /a", ours: "GET /ours" })
    writeFileSync(inFolder("catalog.lock"), base)
    await catalog({ a: "GET /a", theirs: "GET /theirs" })
    const theirs = read("catalog.lock")
    expect((await catalog({ a: "GET /a", ours: "GET /ours", theirs: "GET /theirs" })).code).toBe(0)
    expect(read("catalog.lock").startsWith(`${theirs}GET /ours\n= release 3 `)).toBe(true)
  })

  test("tells its usage", async () => {
    const { code, out } = await catalog({}, "--help")
    expect(code).toBe(0)
    expect(out).toMatch(/^usage: npm run catalog/)
    expect(readdirSync(folder)).toEqual([])
  })
})

describe("--check", () => {
  test("says in one line for each stale file what is wrong, and writes nothing", async () => {
    await catalog({ a: "GET /a", b: "GET /b" })
    const before = readdirSync(folder).map(read)
    expect(await catalog({ b: "GET /b", c: "GET /c", d: "GET /d" }, "--check")).toEqual({
      code: 1,
      out: "",
      err: [
        "catalog: catalog.lock: lacks 2 of the table's routes and holds 1 that the table dropped: run `npm run catalog`",
        "catalog: compiled.ts: does not follow from the route table and the lock file: run `npm run catalog`",
        "",
      ].join("\n"),
    })
    expect(readdirSync(folder).map(read)).toEqual(before)
  })

  test.each([
    ["an access that changed", () => {}],
    ["a compiled catalog that was edited", () => writeFileSync(inFolder("compiled.ts"), "export {}\n")],
    ["a compiled catalog that is missing", () => rmSync(inFolder("compiled.ts"))],
  ])("finds %s", async (what, spoil) => {
    await catalog({ a: "GET /a" })
    spoil()
    const access = what.startsWith("an access") ? "public" : "granted"
    const { code, err } = await catalog({ a: { route: "GET /a", access } }, "--check")
    expect(code).toBe(1)
    expect(err.split("\n")).toEqual([expect.stringMatching(/^catalog: compiled.ts: does not follow/), ""])
  })

  test("finds both files missing", async () => {
    const { code, err } = await catalog({ a: "GET /a" }, "--check")
    expect(code).toBe(1)
    expect(err.split("\n")).toHaveLength(3)
  })
})

describe("exit code 2, one line, and nothing written:", () => {
  const throwing = (message: string) => () => {
    throw new Error(message)
  }
  test.each<[string, object | (() => unknown), string]>([
    [
      "a route twice",
      { a: "GET /a", b: "GET /a" },
      "routes.ts:3: route `b`: same method and shape as `a`: `GET /a`",
    ],
    [
      "two routes of one shape",
      { a: "ANY /a/{x}", b: "GET /a/{y}" },
      "routes.ts:3: route `b`: same method and shape as `a`",
    ],
    ["a malformed route", { a: "GET /a", b: "GET /a/" }, "routes.ts:3: route `GET /a/`: segment 2 ``"],
    [
      "a route that the file spells otherwise",
      { a: "GET /a", elsewhere: "GET /a" },
      "routes.ts: route `elsewhere`: same method",
    ],
    ["no table", () => ({}), "routes.ts: expected it to export `routes`, made by `defineRoutes`"],
    ["a plain table", () => ({ routes: { a: "GET /a" } }), "routes.ts: expected it to export `routes`"],
    [
      "a module that does not compile",
      throwing('Transform failed with 1 error:\n/x/routes.ts:7:2: ERROR: Unexpected "<<"'),
      'routes.ts:7: Unexpected "<<"',
    ],
    ["a module that throws", throwing("no\n  luck"), "routes.ts: no luck"],
  ])("%s", async (_, table, message) => {
    await catalog({ a: "GET /a" })
    const before = readdirSync(folder).map(read)
    writeFileSync(
      inFolder("routes.ts"),
      'export const routes = defineRoutes({\n  a: "GET /a",\n  b: "GET /a/",\n})\n',
    )
    for (const args of [[], ["--check"]]) {
      const { code, out, err } = await catalog(table, ...args)
      expect([code, out]).toEqual([2, ""])
      expect(err.startsWith(`catalog: ${message}`), err).toBe(true)
      expect(err.indexOf("\n")).toBe(err.length - 1)
    }
    expect(["catalog.lock", "compiled.ts"].map(read)).toEqual(before)
  })

  test.each<[string, (lock: string) => string | undefined, string]>([
    [
      "a merge conflict",
      (lock) => `${lock}<<<<<<< HEAD\n`,
      "catalog.lock:5: merge conflict: expected one history: take",
    ],
    [
      "history that was rewritten",
      (lock) => lock.replace("GET /a", "GET /b"),
      "catalog.lock:4: release 1 is named",
    ],
    [
      "a corrupt line",
      (lock) => lock.replace("GET /a", "\u0000\u0001"),
      "catalog.lock:3: route `\\u{0}\\u{1}`: expected",
    ],
    ["an empty lock file", () => "", "catalog.lock: the history is gone, but compiled.ts was made from one"],
    ["no lock file", () => undefined, "catalog.lock: the history is gone, but compiled.ts was made from one"],
  ])("%s", async (_, spoil, message) => {
    await catalog({ a: "GET /a" })
    const text = spoil(read("catalog.lock"))
    if (text === undefined) rmSync(inFolder("catalog.lock"))
    else writeFileSync(inFolder("catalog.lock"), text)
    const compiled = read("compiled.ts")
    for (const args of [[], ["--check"]]) {
      const { code, out, err } = await catalog({ a: "GET /a", b: "GET /b" }, ...args)
      expect([code, out]).toEqual([2, ""])
      expect(err.startsWith(`catalog: ${message}`), err).toBe(true)
      expect(err.indexOf("\n")).toBe(err.length - 1)
    }
    expect(existsSync(inFolder("catalog.lock")) ? read("catalog.lock") : undefined).toBe(text)
    expect(read("compiled.ts")).toBe(compiled)
  })

  test("a compiled catalog that cannot be written leaves the lock file as it was", async () => {
    const files = filesWith(async () => ({ routes: defineRoutes({ a: "GET /a" }) }))
    const { code, err } = await runOn({ ...files, compiled: inFolder("missing/compiled.ts") }, [])
    expect(code).toBe(2)
    expect(err).toBe("catalog: missing/compiled.ts: cannot be written: its folder does not exist\n")
    expect(readdirSync(folder)).toEqual([])
  })

  test("a lock file that is a folder", async () => {
    mkdirSync(inFolder("catalog.lock"))
    expect((await catalog({ a: "GET /a" })).err).toBe(
      "catalog: catalog.lock: cannot be read: it is a folder\n",
    )
  })

  test("an unknown flag, with the usage", async () => {
    const { code, err } = await catalog({}, "--chekc")
    expect(code).toBe(2)
    expect(err).toMatch(/^catalog: Unknown option '--chekc'.*\nusage: npm run catalog/)
  })
})
