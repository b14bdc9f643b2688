import { readFileSync } from "node:fs"
import { defineRoutes, type RouteTable } from "@claimgate/core"
import { transformSync } from "esbuild"
import { describe, expect, test } from "vitest"
import { vendorLog, vendors } from "../../../core/test/catalogs.ts"
import { readOperations } from "./operations.ts"
import { createTable, formatTable } from "./table.ts"

const tableOf = (paths: object, base = "") =>
  createTable(readOperations({ openapi: "3.0.0", paths }, "api"), base)

/** What a table's module hands to `defineRoutes`. */
function declaredIn(module: string): RouteTable {
  const { code } = transformSync(module, { loader: "ts", format: "cjs" })
  const given: RouteTable[] = []
  const require = () => ({ defineRoutes: (table: RouteTable) => given.push(table) })
  new Function("require", "module", code)(require, {})
  return given[0]!
}

describe("a table", () => {
  test("has a route for each operation, with the base path in front", () => {
    const paths = {
      "/users/{id}": { get: { operationId: "get-user" } },
      "/files/{proxy+}": { put: { security: [] } },
    }
    expect(tableOf(paths, "/v1")).toEqual({
      entries: [
        { name: "getUser", route: "GET /v1/users/{id}", isOpen: false },
        { name: "putFilesByProxy", route: "PUT /v1/files/{proxy+}", isOpen: true },
      ],
      faults: [],
    })
    expect(tableOf({ "/": { get: {} } }).entries).toMatchObject([{ name: "getRoot", route: "GET /" }])
  })

  const mixture = "expected one `{name}` or a literal, not a mixture"
  test.each([
    ["users", "`GET users`: expected the path to start with `/`"],
    ["/users/", "`GET /users/`: expected no `/` at the end of the path"],
    ["/users?active", "`GET /users?active`: expected the path to end before `?`"],
    ["/users#list", "`GET /users#list`: expected the path to end before `#`"],
    ["/users/{id}.json", `\`GET /users/{id}.json\`: segment 2 \`{id}.json\`: ${mixture}`],
    [
      "/compare/{base}...{head}",
      `\`GET /compare/{base}...{head}\`: segment 2 \`{base}...{head}\`: ${mixture}`,
    ],
    ["/users/@{name}", `\`GET /users/@{name}\`: segment 2 \`@{name}\`: ${mixture}`],
    ["/a{b}c/d", `\`GET /a{b}c/d\`: segment 1 \`a{b}c\`: ${mixture}`],
    ["/{a}{b}", `\`GET /{a}{b}\`: segment 1 \`{a}{b}\`: ${mixture}`],
    ["/{a/b}", `\`GET /{a/b}\`: segment 1 \`{a\`: ${mixture}`],
    ["/{id", `\`GET /{id\`: segment 1 \`{id\`: ${mixture}`],
    ["/a//b", "`GET /a//b`: segment 2 ``: expected `{name}`, `{name+}` or a literal"],
    ["/a b", "`GET /a b`: segment 1 `a b`: expected"],
    ["/café", "`GET /café`: segment 1 `café`: expected"],
    ["/%7Euser", "`GET /%7Euser`: segment 1 `%7Euser`: expected"],
    ["/a/../b", "`GET /a/../b`: segment 2 `..`: expected"],
    ["/a,b", "`GET /a,b`: segment 1 `a,b`: expected"],
    ["/*", "`GET /*`: segment 1 `*`: expected"],
    ["/{}", "`GET /{}`: expected parameter names of 1 to 64 characters"],
    ["/{user id}", "`GET /{user id}`: expected parameter names"],
    ["/{id}/{id}", "`GET /{id}/{id}`: expected parameter names to differ"],
    ["/{rest+}/a", "`GET /{rest+}/a`: segment 1 `{rest+}`: expected a greedy parameter only as the last"],
    ["/a\n\u001b[31m", "`GET /a\\u{a}\\u{1b}[31m`: segment 1"],
  ])("cannot have %s", (path, message) => {
    const { entries, faults } = tableOf({ [path]: { get: {} }, "/fine": { get: {} } })
    expect(faults[0]?.startsWith(message), faults[0]).toBe(true)
    expect(faults).toHaveLength(1)
    expect(entries).toMatchObject([{ route: "GET /fine" }])
  })

  test.each([
    ["/v1", "/", "`GET /`: expected no `/` at the end of the path"],
    ["/{id}", "/{id}", "`GET /{id}`: expected parameter names to differ"],
  ])("cannot have base %s before %s", (base, path, message) => {
    expect(tableOf({ [path]: { get: {} } }, base).faults[0]?.startsWith(message)).toBe(true)
  })

  test("cannot have more than 4,096 characters", () => {
    const { faults } = tableOf({ [`/${"a/".repeat(2_048)}b`]: { get: {} } })
    expect(faults).toEqual([
      expect.stringMatching(/^`GET \/a\/a.{100,120}…`: expected at most 4096 characters$/),
    ])
  })

  test("keeps the first of two routes of one shape, and names it to the second", () => {
    const any = { "x-amazon-apigateway-any-method": {} }
    const paths = { "/a/{x}": { get: { operationId: "one" } }, "/a/{y}": { get: {}, put: {} }, "/a/{z}": any }
    const { entries, faults } = tableOf(paths)
    expect(entries.map(({ route }) => route)).toEqual(["GET /a/{x}", "PUT /a/{y}"])
    const expected =
      "expected another method or shape than `GET /a/{x}` (`one`) has: parameter names do not count"
    expect(faults).toEqual([`\`GET /a/{y}\`: ${expected}`, `\`ANY /a/{z}\`: ${expected}`])
  })

  test.each(vendors)("of all routes of %s that an OpenAPI document would have gives them back", (vendor) => {
    const lines = vendorLog(vendor)
    const paths: Record<string, Record<string, object>> = {}
    for (const line of lines) {
      const [method = "", path = ""] = line.split(" ")
      paths[path] = { ...paths[path], [method.toLowerCase()]: {} }
    }
    const { entries, faults } = tableOf(paths)
    expect(faults).toEqual([])
    const declared = declaredIn(formatTable(entries, `${vendor}.json`))
    expect(new Set(Object.values(defineRoutes(declared as RouteTable)).map(({ route }) => route))).toEqual(
      new Set(lines),
    )
  })
})

describe("the module of a table", () => {
  const entries = tableOf({
    "/health": { get: { operationId: "health", security: [] } },
    [`/${"long/".repeat(25)}x`]: { get: { operationId: "long" } },
  }).entries
  const module = formatTable(entries, "api*.yaml\u001b")

  test("declares the routes, with a comment where the document asks for no security, in lines of at most 110", () => {
    expect(module).toContain(
      '  // The document asks for no security here; to open the route: { route: …, access: "public" }\n  health: "GET /health",\n',
    )
    expect(module).toContain(`  long:\n    "GET /${"long/".repeat(25)}x",\n`)
    expect(declaredIn(module)).toEqual(Object.fromEntries(entries.map(({ name, route }) => [name, route])))
    expect(module).not.toContain("\u001b")
  })

  test("exports what the sample's own table does", () => {
    const own = readFileSync(new URL("../routes.ts", import.meta.url), "utf8")
    const frame = (text: string) => [text.match(/^import .*$/gm), text.slice(text.indexOf("\n})\n"))]
    expect(frame(module)).toEqual(frame(own))
  })
})
