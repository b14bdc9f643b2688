import { describe, expect, it } from "vitest"
import {
  catalogAt,
  compileCatalog,
  createCatalog,
  decide,
  decodeClaim,
  encodeClaim,
  expand,
  loadCatalog,
} from "./index.ts"

const log = [
  "GET /users",
  "POST /users",
  "GET /users/{id}",
  "GET /health",
  "-POST /users",
  "POST /users",
  "ANY /files/{path+}",
  "-GET /users/{user}",
  "GET /",
]
const catalog = createCatalog(log, [2, 4, 8, 9], { "GET /health": "public" })
const loaded = loadCatalog(JSON.parse(JSON.stringify(compileCatalog(catalog))))

describe("a catalog that was compiled and loaded", () => {
  it("has the same releases and routes", () => {
    expect(loaded.releases).toEqual(catalog.releases)
    const known = ({ addedAt: _, ...route }: (typeof catalog.routes)[number]) => route
    expect(loaded.routes.map(known)).toEqual(catalog.routes.map(known))
    expect(loaded.trie).toEqual(catalog.trie)
  })

  it.each(catalog.releases.map((release) => release.fingerprint))(
    "has the same claims at release %s",
    (fingerprint) => {
      const [before, after] = [catalogAt(catalog, fingerprint), catalogAt(loaded, fingerprint)]
      if (before === undefined || after === undefined) throw new Error("expected the release")
      for (const permissions of [["*:/**"], ["GET:/**"], ["POST:/users"], []]) {
        const claim = encodeClaim(before, expand(before, permissions))
        expect(encodeClaim(after, expand(after, permissions))).toBe(claim)
        expect(decodeClaim(loaded, claim)).toEqual(decodeClaim(catalog, claim))
      }
    },
  )

  it("decides the same", () => {
    const held = expand(catalog, ["GET:/**"])
    for (const [method, path] of [
      ["GET", "/users"],
      ["POST", "/users"],
      ["GET", "/users/1"],
      ["PUT", "/files/a/b"],
      ["GET", "/health"],
      ["GET", "/"],
    ] as const)
      expect(decide(loaded, held, method, path)).toEqual(decide(catalog, held, method, path))
  })

  it("may be empty", () => {
    expect(loadCatalog(compileCatalog(createCatalog([]))).routes).toEqual([])
  })
})
