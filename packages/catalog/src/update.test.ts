import {
  type Catalog,
  type CompiledCatalog,
  catalogAt,
  compileCatalog,
  createCatalog,
  defineRoutes,
  loadCatalog,
  newestRelease,
  type Routes,
  type RouteTable,
} from "@claimgate/core"
import { transformSync } from "esbuild"
import { describe, expect, test } from "vitest"
import { vendorLog, vendors } from "../../core/test/catalogs.ts"
import { createRandom } from "../../core/test/random.ts"
import { appendRelease, type Lock, parseLock } from "./lock.ts"
import { formatCompiled, updateCatalog } from "./update.ts"

/** A table that the compiler knows nothing about. */
function tableOf(lines: readonly string[], table: RouteTable = {}): Routes {
  const named = Object.fromEntries(lines.map((line, index) => [`r${index}`, line]))
  return defineRoutes({ ...(named as RouteTable), ...table } as RouteTable)
}

/** Runs one update after the other over the lock file's text. */
function createHistory() {
  let text = ""
  const read = (): Lock => parseLock(text, "lock")
  return {
    read,
    text: () => text,
    update(routes: Routes) {
      const lock = read()
      const update = updateCatalog(lock, routes)
      if (update.catalog.releases.length > lock.releases.length)
        text = appendRelease(
          text,
          update.lines,
          update.catalog.releases.length,
          newestRelease(update.catalog).fingerprint,
        )
      return update
    },
  }
}

/** What the compiled module exports. */
function dataOf(module: string): CompiledCatalog {
  const { code } = transformSync(module, { loader: "ts", format: "iife", globalName: "loaded" })
  // The module's own type, which its text asserts; the tests compare the data.
  return (new Function(`${code}; return loaded.compiled`) as () => CompiledCatalog)()
}

/** A catalog as one text: comparing the objects part by part takes seconds. The trie follows from the routes. */
function pictureOf({ releases, routes }: Catalog): string {
  return JSON.stringify([releases, routes])
}

describe("an update", () => {
  test("of no history is a first release of the whole table", () => {
    const { catalog, lines, added, retired } = createHistory().update(tableOf(["GET /a", "PUT /b/{x}"]))
    expect(lines).toEqual(["GET /a", "PUT /b/{x}"])
    expect([added, retired]).toEqual([2, 0])
    expect(catalog.releases.map(({ lines }) => lines)).toEqual([2])
  })

  test("of an empty table is a release of nothing, once", () => {
    const history = createHistory()
    expect(history.update(tableOf([])).catalog.releases).toHaveLength(1)
    expect(history.update(tableOf([])).catalog.releases).toHaveLength(1)
    expect(history.update(tableOf(["GET /a"])).catalog.releases.map(({ lines }) => lines)).toEqual([0, 1])
  })

  test.each<[string, string[], string[], string[]]>([
    ["nothing for the same table", ["GET /a", "GET /b"], ["GET /a", "GET /b"], []],
    ["nothing for another order", ["GET /a", "GET /b"], ["GET /b", "GET /a"], []],
    ["nothing for other parameter names", ["GET /a/{x}/{y+}"], ["GET /a/{id}/{rest+}"], []],
    [
      "nothing where methods that were spelled out are an ANY",
      ["ANY /a"],
      ["GET /a", "HEAD /a", "POST /a", "PUT /a", "PATCH /a", "DELETE /a", "OPTIONS /a"],
      [],
    ],
    ["what is new, in the table's order", ["GET /b"], ["GET /a", "GET /b", "GET /c"], ["GET /a", "GET /c"]],
    ["what is gone, before what is new", ["GET /a", "GET /b"], ["GET /c", "GET /b"], ["-GET /a", "GET /c"]],
    ["a parameter that became greedy", ["GET /a/{x}"], ["GET /a/{x+}"], ["-GET /a/{x}", "GET /a/{x+}"]],
    ["another case", ["GET /a"], ["GET /A"], ["-GET /a", "GET /A"]],
    [
      "a line for each method of an ANY",
      ["GET /a", "PUT /a"],
      ["ANY /a"],
      ["HEAD /a", "POST /a", "PATCH /a", "DELETE /a", "OPTIONS /a"],
    ],
    ["everything that is gone", ["GET /a", "GET /b"], [], ["-GET /a", "-GET /b"]],
  ])("appends %s", (_, before, after, lines) => {
    const history = createHistory()
    history.update(tableOf(before))
    const text = history.text()
    const update = history.update(tableOf(after))
    expect(update.lines).toEqual(lines)
    expect(update.catalog.releases).toHaveLength(lines.length > 0 ? 2 : 1)
    expect(history.text().startsWith(text)).toBe(true)
  })

  test("gives a route that comes back a new id", () => {
    const history = createHistory()
    history.update(tableOf(["GET /a", "GET /b"]))
    history.update(tableOf(["GET /b"]))
    const { catalog } = history.update(tableOf(["GET /a", "GET /b"]))
    expect(catalog.routes.map(({ id, path, retiredAt }) => [id, path, retiredAt])).toEqual([
      [0, "/a", 2],
      [1, "/b", Infinity],
      [2, "/a", Infinity],
    ])
  })

  test("makes no release of a change of access, but the catalog has it", () => {
    const history = createHistory()
    history.update(tableOf(["GET /a"]))
    const { catalog, lines } = history.update(tableOf([], { it: { route: "GET /a", access: "public" } }))
    expect(lines).toEqual([])
    expect(catalog.releases).toHaveLength(1)
    expect(catalog.routes[0]?.access).toBe("public")
  })

  test("is refused for a table that was put together by hand and has a shape twice", () => {
    const routes = { ...tableOf(["GET /a/{x}"]), other: tableOf(["ANY /a/{y}"]).r0! }
    expect(() => createHistory().update(routes)).toThrow(expect.objectContaining({ code: "malformed_route" }))
  })
})

test("ten releases that grow and shrink: at each step the catalog that its log makes, and all before it", () => {
  const { next } = createRandom(7)
  const all = vendorLog("github")
  const history = createHistory()
  const past: Catalog[] = []
  let live = new Set(all.filter(() => next() < 0.3))
  for (let step = 0; step < 10; step++) {
    live = new Set(all.filter((line) => (live.has(line) ? next() < 0.95 : next() < 0.12)))
    const { catalog, retired } = history.update(tableOf([...live]))
    const { log, releases } = history.read()
    expect(pictureOf(catalog)).toBe(pictureOf(createCatalog(log, releases)))
    expect(releases).toHaveLength(step + 1)
    expect(retired > 0).toBe(step > 0)
    const lives = catalog.routes.filter((route) => route.retiredAt === Infinity)
    expect(new Set(lives.map(({ method, path }) => `${method} ${path}`))).toEqual(live)
    past.push(catalog)
    for (const one of past)
      expect(pictureOf(catalogAt(catalog, newestRelease(one).fingerprint)!)).toBe(pictureOf(one))
  }
})

test("20,000 routes, a tenth of them retired", () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `GET /area${i % 97}/{id}/thing${i}`)
  const history = createHistory()
  history.update(tableOf(lines))
  const { catalog, retired } = history.update(tableOf(lines.filter((_, i) => i % 10 > 0)))
  expect(retired).toBe(2_000)
  expect(history.read().log).toHaveLength(22_000)
  expect(catalog.releases).toHaveLength(2)
})

describe("the compiled catalog", () => {
  test.each(vendors)("of %s holds the catalog, at 62 bytes for each route", (vendor) => {
    const lines = vendorLog(vendor)
    const routes = tableOf(lines.slice(1), { open: { route: lines[0] as "GET /", access: "public" } })
    const { catalog } = createHistory().update(routes)
    const module = formatCompiled(catalog)
    expect(dataOf(module)).toEqual(compileCatalog(catalog))
    expect(module.length).toBeLessThanOrEqual(62 * lines.length)
  })

  test("has releases, retired and open routes, one line for each route that ever was", () => {
    const history = createHistory()
    history.update(tableOf(["GET /a", "GET /b"]))
    const { catalog } = history.update(
      tableOf(["GET /b"], { any: { route: "ANY /c/{x+}", access: "signed-in" } }),
    )
    const module = formatCompiled(catalog)
    expect(module.split("\n").filter((line) => / \//.test(line.replace("//", "")))).toHaveLength(9)
    expect(loadCatalog(dataOf(module)).releases).toEqual(catalog.releases)
    expect(loadCatalog(dataOf(module)).trie).toEqual(catalog.trie)
  })

  test("may be empty", () => {
    const { catalog } = createHistory().update(tableOf([]))
    expect(loadCatalog(dataOf(formatCompiled(catalog))).routes).toEqual([])
  })

  test("needs no escape: no route holds what ends or fills a template literal", () => {
    const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter(
      (one) => one !== "/",
    )
    const accepted = [
      ...printable,
      ...printable.map((one) => `$${one}`),
      ...printable.map((one) => `{${one}}`),
    ]
      .map((segment) => `GET /$/${segment}/$`)
      .filter((line) => {
        try {
          tableOf([line])
          return true
        } catch {
          return false
        }
      })
    expect(accepted.length).toBeGreaterThan(100)
    expect(accepted.filter((line) => /[`\\]|\$\{/.test(line))).toEqual([])
  })
})
