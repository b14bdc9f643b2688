import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { run } from "../command.ts"

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "claimgate-catalog-"))
  writeFileSync(inFolder("api.yaml"), text("/users", "/users/{id}"))
  writeFileSync(inFolder("mixed.yaml"), text("/users", "/users/{id}.json", "/slash/"))
  writeFileSync(inFolder("none.yaml"), text("/slash/"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const inFolder = (name: string) => join(folder, name)
const text = (...paths: string[]) =>
  `openapi: 3.1.0\nservers: [{ url: https://api.example.com/v1 }]\npaths:\n${paths.map((path) => `  ${path}: { get: {} }\n`).join("")}`

/** Runs the command; file names are those in the test's own folder. */
async function catalog(...args: string[]) {
  const out: string[] = []
  const err: string[] = []
  const files = { lock: "none", compiled: "none", routes: "none", importRoutes: async () => ({}) }
  const placed = args.map((arg) => (/^[a-z]+\.(ts|yaml)$/.test(arg) ? inFolder(arg) : arg))
  const code = await run(placed, files, { out: (one) => out.push(one), err: (one) => err.push(one) })
  const short = (texts: string[]) => texts.join("").replaceAll(`${folder}/`, "")
  return { code, out: short(out), err: short(err) }
}

const served =
  "catalog: api.yaml: the first server's path is `/v1`: add it with --base if requests arrive with it\n"

describe("--from", () => {
  test("writes a table to standard output, and hints at the server's path", async () => {
    const { code, out, err } = await catalog("--from", "api.yaml")
    expect([code, err]).toEqual([0, served])
    expect(out).toContain('  getUsers: "GET /users",\n  getUsersById: "GET /users/{id}",\n})')
    expect(out).toContain("Made from `api.yaml`.")
    expect(readdirSync(folder)).toHaveLength(3)
  })

  test("puts the base path in front", async () => {
    const { code, out, err } = await catalog("--from", "api.yaml", "--base", "/v1")
    expect([code, err]).toEqual([0, ""])
    expect(out).toContain('getUsers: "GET /v1/users"')
  })

  test("writes a new file", async () => {
    const { code, out } = await catalog("--from", "api.yaml", "--out", "table.ts")
    expect([code, out]).toEqual([0, "catalog: wrote table.ts, 2 routes\n"])
    expect(readFileSync(inFolder("table.ts"), "utf8")).toBe((await catalog("--from", "api.yaml")).out)
  })

  test("replaces a file only when it is told to", async () => {
    writeFileSync(inFolder("table.ts"), "old")
    const refused = await catalog("--from", "api.yaml", "--out", "table.ts")
    expect(refused).toEqual({
      code: 2,
      out: "",
      err: "catalog: table.ts: exists: expected a file that does not, or --force to replace it\n",
    })
    expect(readFileSync(inFolder("table.ts"), "utf8")).toBe("old")
    expect((await catalog("--from", "api.yaml", "--out", "table.ts", "--force")).code).toBe(0)
    expect(readFileSync(inFolder("table.ts"), "utf8")).toContain("getUsers")
  })

  test("lists all that cannot be routes, and writes nothing", async () => {
    const { code, out, err } = await catalog("--from", "mixed.yaml", "--base", "/v1", "--out", "table.ts")
    expect([code, out]).toEqual([2, ""])
    expect(err.split("\n")).toEqual([
      "catalog: mixed.yaml: `GET /users/{id}.json`: segment 2 `{id}.json`: expected one `{name}` or a literal, not a mixture",
      "catalog: mixed.yaml: `GET /slash/`: expected no `/` at the end of the path: no request path may have one",
      "catalog: mixed.yaml: 2 of 3 operations cannot be routes: change them, or leave them out with --skip-unroutable",
      "",
    ])
    expect(existsSync(inFolder("table.ts"))).toBe(false)
  })

  test("leaves them out when it is told to, and says so", async () => {
    const { code, out, err } = await catalog("--from", "mixed.yaml", "--base", "/v1", "--skip-unroutable")
    expect(code).toBe(0)
    expect(out).toContain('defineRoutes({\n  getUsers: "GET /v1/users",\n})')
    expect(err.match(/^catalog: mixed\.yaml: left out: `GET \/.*$/gm)).toHaveLength(2)
  })
})

describe("refused:", () => {
  test.each([
    ["a document that does not exist", ["--from", "nowhere.yaml"], "nowhere.yaml: no such file"],
    ["a folder", ["--from", "/"], "/: cannot be read: it is a folder"],
    [
      "a document without one route, whatever may be left out",
      ["--from", "none.yaml", "--base", "/v1", "--skip-unroutable"],
      "none.yaml: expected at least one operation that can be a route, out of 1",
    ],
    [
      "the document itself as output",
      ["--from", "api.yaml", "--out", "api.yaml", "--force"],
      "api.yaml: expected another file than --from names",
    ],
    [
      "a folder that does not exist",
      ["--from", "api.yaml", "--base", "/v1", "--out", "/nowhere-at-all/table.ts"],
      "/nowhere-at-all/table.ts: cannot be written: its folder does not exist",
    ],
    ["a document that cannot be read", ["--from", "broken.yaml"], "broken.yaml:1: not YAML: "],
    [
      "a document of another kind",
      ["--from", "other.yaml"],
      "other.yaml: `openapi` is `undefined`: expected",
    ],
    ["17 MB of YAML", ["--from", "huge.yaml"], "huge.yaml: 17 MB: expected at most 16 MB (64 as .json)"],
  ])("%s", async (_, args, message) => {
    writeFileSync(inFolder("broken.yaml"), "a: [")
    writeFileSync(inFolder("other.yaml"), "kind: Service")
    writeFileSync(inFolder("huge.yaml"), "")
    truncateSync(inFolder("huge.yaml"), 17 * 1024 * 1024)
    const { code, out, err } = await catalog(...args)
    expect([code, out]).toEqual([2, ""])
    expect(err.split("\n").at(-2)?.startsWith(`catalog: ${message}`), err).toBe(true)
  })
})
