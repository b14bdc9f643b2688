import { defineRoutes, type Routes, type RouteTable } from "@claimgate/core"
import { describe, expect, it } from "vitest"
import { behindProxy } from "./routes.ts"

const proxy = ["ANY /{proxy+}", "ANY /"]
// Tables come as data here, so their routes are no literals to the compiler.
const define = (table: RouteTable): Routes => defineRoutes(table as never)
const open = (route: `GET /${string}` | `ANY /${string}`) => ({ route, access: "public" as const })

describe("behind a proxy", () => {
  const rows: readonly (readonly [what: string, table: RouteTable, explicit: readonly string[]])[] = [
    ["nothing is explicit where nothing is public", { a: "GET /a", b: "ANY /b/{id}" }, []],
    ["an empty table has the proxy all the same", {}, []],
    ["a public route stays explicit", { a: "GET /a", open: open("GET /health") }, ["GET /health open"]],
    [
      "a public `ANY` stays seven",
      { open: open("ANY /x") },
      [
        "GET /x open",
        "HEAD /x open",
        "POST /x open",
        "PUT /x open",
        "PATCH /x open",
        "DELETE /x open",
        "OPTIONS /x open",
      ],
    ],
    [
      "a literal that a public parameter would take stays explicit",
      { page: open("GET /docs/{page}"), secret: "GET /docs/secret", other: "GET /other" },
      ["GET /docs/{page} open", "GET /docs/secret"],
    ],
    [
      "a route with another method does not",
      { page: open("GET /docs/{page}"), write: "PUT /docs/secret" },
      ["GET /docs/{page} open"],
    ],
    [
      "a route for whoever is signed in stays explicit like a granted one",
      { page: open("GET /docs/{page}"), mine: { route: "GET /docs/mine", access: "signed-in" } },
      ["GET /docs/{page} open", "GET /docs/mine"],
    ],
    [
      "everything below a public greedy parameter stays explicit",
      { files: open("GET /files/{path+}"), secret: "GET /files/a/{id}", other: "GET /a" },
      ["GET /files/{path+} open", "GET /files/a/{id}"],
    ],
    [
      "what an explicit route would take stays explicit, and what that one would, and so on",
      {
        page: open("GET /docs/{page}"),
        all: "GET /docs/{rest+}",
        deep: "GET /docs/{a}/b",
        any: "GET /{x}/c/b",
        far: "GET /far/{y}/b",
        apart: "GET /apart",
      },
      ["GET /docs/{page} open", "GET /docs/{rest+}", "GET /docs/{a}/b", "GET /{x}/c/b", "GET /far/{y}/b"],
    ],
  ]
  it.each(rows)("%s", (_, table, explicit) => {
    const keys = behindProxy(define(table), false).map(
      ({ routeKey, authorized }) => `${routeKey}${authorized ? "" : " open"}`,
    )
    expect(keys).toEqual([...explicit, ...proxy])
  })

  it("names are unique, also beside routes that are called like the proxy", () => {
    const table = define({ proxy: open("ANY /p"), root: open("ANY /r"), secret: "ANY /{x}" })
    const names = behindProxy(table, true).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe("open preflights behind a proxy", () => {
  const keysOf = (table: RouteTable) =>
    behindProxy(define(table), true).map(({ routeKey, authorized }) => [routeKey, authorized] as const)

  it("are `OPTIONS` on every path, without the authorizer", () => {
    expect(keysOf({ a: "GET /a" })).toEqual([
      ["OPTIONS /{proxy+}", false],
      ["OPTIONS /", false],
      ["ANY /{proxy+}", true],
      ["ANY /", true],
    ])
  })

  it("take no `OPTIONS` route of the API's own", () => {
    expect(keysOf({ a: "OPTIONS /a", b: "GET /a" })).toEqual([
      ["OPTIONS /{proxy+}", false],
      ["OPTIONS /", false],
      ["OPTIONS /a", true],
      ["ANY /{proxy+}", true],
      ["ANY /", true],
    ])
  })

  it("leave their place to one of the API's own", () => {
    expect(keysOf({ all: "OPTIONS /{rest+}", root: "OPTIONS /" })).toEqual([
      ["ANY /{proxy+}", true],
      ["ANY /", true],
    ])
  })
})
