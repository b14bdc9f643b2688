import { describe, expect, test } from "vitest"
import { vendorLog } from "../test/catalogs.ts"
import { createRandom } from "../test/random.ts"
import { type Catalog, catalogAt, createCatalog, isLiveAt, newestRelease } from "./catalog.ts"
import { decodeClaim, encodeClaim } from "./claim.ts"
import { decideRoute } from "./decide.ts"
import { resolveRoute } from "./match.ts"
import { expand } from "./permission.ts"
import { type Access, methods } from "./route.ts"
import { hasRoute, type RouteId, type RouteSet, routeIds, routeSet } from "./route-set.ts"

describe("a log", () => {
  test("numbers its routes in order, each with its method, its path as spelled, and where it was added", () => {
    const { routes } = createCatalog(["GET /users/{id}", "-GET /users/{id}", "PUT /users/{user}"])
    expect(routes).toEqual([
      { id: 0, method: "GET", path: "/users/{id}", access: "granted", addedAt: 0, retiredAt: 1 },
      { id: 1, method: "PUT", path: "/users/{user}", access: "granted", addedAt: 2, retiredAt: Infinity },
    ])
  })

  test("may be empty", () => {
    const catalog = createCatalog([])
    expect(catalog.routes).toEqual([])
    expect(newestRelease(catalog)).toEqual({ fingerprint: "AAAAA", lines: 0, size: 0 })
    expect(resolveRoute(catalog, "GET", "/")).toEqual({ ok: false, because: "no_route" })
  })

  test("takes ANY as seven routes, and gives up all seven or one of them", () => {
    const spelled = createCatalog(methods.map((method) => `${method} /a/{x}`))
    const any = createCatalog(["ANY /a/{y}"])
    expect(any.routes.map(({ id, method }) => [id, method])).toEqual(
      methods.map((method, id) => [id, method]),
    )
    expect(newestRelease(any).fingerprint).toBe(newestRelease(spelled).fingerprint)
    expect(live(createCatalog(["ANY /a/{y}", "-ANY /a/{z}"]))).toEqual([])
    expect(live(createCatalog(["ANY /a", "-POST /a"]))).toEqual([0, 1, 3, 4, 5, 6])
  })

  test("gives a route that comes back a new id, and never one that was used", () => {
    const catalog = createCatalog(["GET /a", "GET /b", "-GET /a", "GET /a", "-GET /a", "GET /c", "GET /a"])
    expect(catalog.routes.map(({ id, path }) => [id, path])).toEqual([
      [0, "/a"],
      [1, "/b"],
      [2, "/a"],
      [3, "/c"],
      [4, "/a"],
    ])
    expect(live(catalog)).toEqual([1, 3, 4])
    expect(resolveRoute(catalog, "GET", "/a")).toEqual({ ok: true, route: 4 })
  })

  test("retires a route under other parameter names", () => {
    expect(live(createCatalog(["GET /a/{id}/{rest+}", "-GET /a/{x}/{y+}"]))).toEqual([])
  })

  test("holds 20,000 routes", () => {
    const log = Array.from({ length: 20_000 }, (_, i) => `GET /area${i % 97}/{id}/thing${i}`)
    const catalog = createCatalog([...log, "-GET /area0/{id}/thing0"])
    expect(catalog.routes).toHaveLength(20_000)
    expect(resolveRoute(catalog, "GET", "/area0/7/thing0")).toEqual({ ok: false, because: "no_route" })
    for (const id of [1, 96, 97, 12_345, 19_999])
      expect(resolveRoute(catalog, "GET", `/area${id % 97}/7/thing${id}`)).toEqual({ ok: true, route: id })
    const held = routeSet(20_000, [3, 4, 19_999])
    expect(decodeClaim(catalog, encodeClaim(catalog, held))).toEqual({ ok: true, routes: held })
  })
})

describe("a corrupt log is refused with its line:", () => {
  const noMethod = "expected `METHOD /path` with one of GET HEAD POST PUT PATCH DELETE OPTIONS ANY"
  test.each([
    ["a malformed route", ["GET /a", "GET b"], "line 2: route `GET b`: expected the path to start with `/`"],
    ["an empty line", ["GET /a", ""], `line 2: route \`\`: ${noMethod}`],
    ["a comment", ["# routes"], `line 1: route \`# routes\`: ${noMethod}`],
    ["a minus alone", ["GET /a", "-"], `line 2: route \`\`: ${noMethod}`],
    ["two minuses", ["GET /a", "--GET /a"], `line 2: route \`-GET /a\`: ${noMethod}`],
    ["a space behind the minus", ["GET /a", "- GET /a"], `line 2: route \` GET /a\`: ${noMethod}`],
    ["a plus", ["+GET /a"], `line 1: route \`+GET /a\`: ${noMethod}`],
    ["a carriage return at the end", ["GET /a\r"], "line 1: route `GET /a\\u{d}`: segment 1 `a\\u{d}`"],
    ["a merge marker", ["GET /a", "<<<<<<< ours"], "line 2: route `<<<<<<< ours`"],
    ["a permission", ["GET:/a"], "line 1: route `GET:/a`"],
    ["a wildcard", ["-GET /a/*"], "line 1: route `GET /a/*`: segment 2 `*`"],
    ["a route twice", ["GET /b", "GET /a", "GET /a"], "line 3: `GET /a` is live since line 2"],
    ["a shape twice", ["GET /a/{x}", "GET /a/{y}"], "line 2: `GET /a/{}` is live since line 1"],
    ["ANY over a method", ["PUT /a", "ANY /a"], "line 2: `PUT /a` is live since line 1"],
    ["a method of an ANY", ["ANY /a/{x+}", "PUT /a/{y+}"], "line 2: `PUT /a/{+}` is live since line 1"],
    [
      "retiring what never was",
      ["GET /a", "-GET /b"],
      "line 2: `GET /b` is not live, so it cannot be retired",
    ],
    ["retiring twice", ["GET /a", "-GET /a", "-GET /a"], "line 3: `GET /a` is not live"],
    ["retiring before adding", ["-GET /a", "GET /a"], "line 1: `GET /a` is not live"],
    ["retiring another method", ["GET /a", "-HEAD /a"], "line 2: `HEAD /a` is not live"],
    ["retiring ANY where one is gone", ["ANY /a", "-PUT /a", "-ANY /a"], "line 3: `PUT /a` is not live"],
  ])("%s", (_, log, message) => {
    const refusal = expect.objectContaining({ code: "malformed_catalog" })
    expect(() => createCatalog(log)).toThrow(refusal)
    expect(() => createCatalog(log)).toThrow(`catalog: ${message}`)
  })
})

describe("releases", () => {
  const log = ["GET /a", "GET /b", "-GET /a", "GET /c"]

  test("are named by five characters each, with their lines and the ids taken by then", () => {
    const { releases } = createCatalog(log, [1, 3, 4])
    expect(releases.map(({ lines, size }) => [lines, size])).toEqual([
      [1, 1],
      [3, 2],
      [4, 3],
    ])
    for (const { fingerprint } of releases) expect(fingerprint).toMatch(/^[A-Za-z0-9_-]{5}$/)
  })

  test.each([
    ["descending", [3, 1, 4], "release at 1 lines: expected ascending numbers up to 4"],
    ["twice the same", [2, 2, 4], "release at 2 lines: expected ascending numbers up to 4"],
    ["past the log", [2, 5], "release at 5 lines: expected ascending numbers up to 4"],
    ["negative", [-1, 4], "release at -1 lines: expected ascending numbers up to 4"],
    ["fractions", [1.5, 4], "release at 1.5 lines: expected ascending numbers up to 4"],
    ["no number", [Number.NaN, 4], "release at NaN lines: expected ascending numbers up to 4"],
    ["short of the log's end", [1, 3], "expected the last release to end at line 4, got 3"],
    ["none", [], "expected the last release to end at line 4"],
  ])("are refused where they are %s", (_, releases, message) => {
    expect(() => createCatalog(log, releases)).toThrow(expect.objectContaining({ code: "malformed_catalog" }))
    expect(() => createCatalog(log, releases)).toThrow(`catalog: ${message}`)
  })

  test("do not depend on what is added behind them, nor on which other releases there were", () => {
    const whole = createCatalog(log, [1, 2, 3, 4]).releases.map(({ fingerprint }) => fingerprint)
    for (let lines = 1; lines <= 4; lines++)
      expect(newestRelease(createCatalog(log.slice(0, lines))).fingerprint).toBe(whole[lines - 1])
    expect(new Set(whole).size).toBe(4)
  })

  test.each([
    ["parameter names", ["GET /a/{id}", "-GET /a/{id}"], ["GET /a/{x}", "-GET /a/{y}"]],
    ["ANY and seven methods", ["ANY /a"], methods.map((method) => `${method} /a`)],
  ])("have the same name for %s", (_, one, other) => {
    expect(newestRelease(createCatalog(one)).fingerprint).toBe(
      newestRelease(createCatalog(other)).fingerprint,
    )
  })

  test.each([
    ["another method", ["GET /a"], ["PUT /a"]],
    ["another literal", ["GET /a"], ["GET /b"]],
    ["another case", ["GET /a"], ["GET /A"]],
    ["a parameter for a literal", ["GET /a"], ["GET /{a}"]],
    ["a greedy parameter", ["GET /{a}"], ["GET /{a+}"]],
    ["another order", ["GET /a", "GET /b"], ["GET /b", "GET /a"]],
    ["a route that was there once", ["GET /a"], ["GET /b", "-GET /b", "GET /a"]],
    ["a retirement", ["GET /a", "GET /b"], ["GET /a", "GET /b", "-GET /b"]],
    ["another route retired", ["GET /a", "GET /b", "-GET /a"], ["GET /a", "GET /b", "-GET /b"]],
    ["a boundary elsewhere", ["GET /a", "GET /b"], ["GET /a/GET/b"]],
  ])("have another name for %s", (_, one, other) => {
    expect(newestRelease(createCatalog(one)).fingerprint).not.toBe(
      newestRelease(createCatalog(other)).fingerprint,
    )
  })

  test("are well mixed: 8,192 logs that hardly differ have as many names", () => {
    const names = Array.from(
      { length: 8192 },
      (_, i) => newestRelease(createCatalog([`GET /${i.toString(36)}`])).fingerprint,
    )
    expect(new Set(names).size).toBe(8192)
    // Every character of the name tells them apart: 64 values, each about as often as the others.
    for (let place = 0; place < 5; place++) {
      const counts = new Map<string, number>()
      for (const name of names) counts.set(name.charAt(place), (counts.get(name.charAt(place)) ?? 0) + 1)
      expect(counts.size).toBe(64)
      expect(Math.max(...counts.values())).toBeLessThan(2 * 128)
    }
  })

  test("of one catalog with the same name are refused", () => {
    // Found by search: this route, behind `GET /a`, leaves the 30 bits of the name as they were.
    const twins = ["GET /a", "GET /0r0g57"]
    expect(() => createCatalog(twins, [1, 2])).toThrow(/^catalog: two releases share the fingerprint `.{5}`/)
    expect(createCatalog(twins).releases).toHaveLength(1)
    expect(createCatalog([...twins, "GET /b"], [1, 3]).releases).toHaveLength(2)
  })
})

describe("the catalog at an earlier release", () => {
  const log = ["GET /a", "GET /b", "-GET /a", "GET /c", "GET /a", "-GET /b"]
  const releases = [1, 2, 3, 5, 6]
  const catalog = createCatalog(log, releases)

  test("equals the catalog that its lines make", () => {
    catalog.releases.forEach((release, index) => {
      const prefix = createCatalog(log.slice(0, release.lines), releases.slice(0, index + 1))
      expect(catalogAt(catalog, release.fingerprint)).toMatchObject({
        releases: prefix.releases,
        routes: prefix.routes,
        trie: prefix.trie,
      })
    })
  })

  test("is the catalog itself at the newest one, and undefined for a name that none has", () => {
    expect(catalogAt(catalog, newestRelease(catalog).fingerprint)).toBe(catalog)
    expect(catalogAt(catalog, "zzzzz")).toBeUndefined()
    expect(catalogAt(catalog, "")).toBeUndefined()
  })

  test("keeps the access that routes have now", () => {
    const open = createCatalog(["GET /a", "GET /b"], [1, 2], { "GET /a": "public" })
    expect(catalogAt(open, open.releases[0]!.fingerprint)?.routes[0]?.access).toBe("public")
  })
})

describe("access", () => {
  const log = ["GET /me", "ANY /open/{rest+}", "GET /old", "-GET /old"]

  test("is granted but where it is said otherwise, parameter names aside, ANY for all seven", () => {
    const { routes } = createCatalog(log, [4], { "GET /me": "signed-in", "ANY /open/{all+}": "public" })
    expect(routes.map(({ access }) => access)).toEqual([
      "signed-in",
      ...methods.map(() => "public"),
      "granted",
    ])
  })

  test.each([
    [
      "a word that is none",
      { "GET /me": "pubic" },
      'access of `GET /me`: expected "granted", "signed-in" or "public"',
    ],
    ["nothing", { "GET /me": undefined }, "access of `GET /me`: expected"],
    ["a route that never was", { "GET /you": "public" }, "access of `GET /you`: expected a live route"],
    ["a route that is retired", { "GET /old": "public" }, "access of `GET /old`: expected a live route"],
    [
      "a malformed route",
      { "GET me": "public" },
      "access: route `GET me`: expected the path to start with `/`",
    ],
    ["a retirement", { "-GET /me": "public" }, "access: route `-GET /me`: expected `METHOD /path`"],
  ])("is refused for %s", (_, access, message) => {
    const build = () => createCatalog(log, [4], access as unknown as Record<string, Access>)
    expect(build).toThrow(expect.objectContaining({ code: "malformed_catalog" }))
    expect(build).toThrow(`catalog: ${message}`)
  })
})

describe("a history of ten releases, with retirements and returns", () => {
  const { log, releases } = history(vendorLog("digitalocean"), 3)
  const newest = createCatalog(log, releases)
  const catalogs = releases.map((lines, index) =>
    createCatalog(log.slice(0, lines), releases.slice(0, index + 1)),
  )
  const tokens = catalogs.flatMap((catalog, minted) =>
    heldSets(catalog).map((held) => ({ minted, held, claim: encodeClaim(catalog, held) })),
  )

  test("grows from 30 percent to all, and loses and regains some on the way", () => {
    expect(releases).toHaveLength(10)
    expect(catalogs[0]!.routes.length).toBeLessThan(0.31 * 658)
    expect(live(newest).length).toBeGreaterThan(500)
    expect(log.filter((line) => line.startsWith("-")).length).toBeGreaterThan(50)
    expect(newest.routes.length).toBeGreaterThan(658)
  })

  test("an earlier release's claims are spelled alike from its own lines and from the newest catalog", () => {
    for (const { minted, held, claim } of tokens) {
      const earlier = catalogAt(newest, catalogs[minted]!.releases[minted]!.fingerprint)!
      expect(encodeClaim(earlier, held)).toBe(claim)
    }
  })

  test("old tokens hold, at every later release, exactly what they held less what is retired", () => {
    for (const { minted, held, claim } of tokens)
      for (let now = minted; now < catalogs.length; now++) {
        const decoded = decodeClaim(catalogs[now]!, claim)
        if (!decoded.ok) throw new Error(`release ${minted} at ${now}: ${decoded.because}`)
        expect(routeIds(decoded.routes)).toEqual(liveIn(catalogs[now]!, held))
        if (claim !== "-") expect(decoded.routes.horizon).toBe(catalogs[minted]!.routes.length)
      }
  })

  test("no old token is let through where it was not granted, nor refused for good on a newer route", () => {
    const wrong: unknown[] = []
    for (const { minted, held, claim } of tokens)
      for (let now = minted; now < catalogs.length; now += 3) {
        const catalog = catalogs[now]!
        const decoded = decodeClaim(catalog, claim)
        for (const route of catalog.routes) {
          const decision = decideRoute(catalog, decoded.ok ? decoded.routes : undefined, route.id)
          const should = route.retiredAt === Infinity && hasRoute(held, route.id)
          if (decision.allowed !== should) wrong.push({ minted, now, route, decision })
          const newer = route.retiredAt === Infinity && route.id >= held.horizon && claim !== "-"
          if (!decision.allowed && decision.recheck !== newer) wrong.push({ minted, now, route, decision })
        }
      }
    expect(wrong).toEqual([])
  })

  test("a newer token cannot be read at an older release", () => {
    for (const { minted, claim } of tokens)
      for (let now = 0; now < minted; now++)
        if (claim !== "-")
          expect(decodeClaim(catalogs[now]!, claim)).toEqual({ ok: false, because: "unknown_release" })
  })
})

function live(catalog: Catalog): RouteId[] {
  const { lines } = newestRelease(catalog)
  return catalog.routes.filter((route) => isLiveAt(route, lines)).map((route) => route.id)
}

function liveIn(catalog: Catalog, held: RouteSet): RouteId[] {
  return live(catalog).filter((id) => hasRoute(held, id))
}

/** A log that starts with 30 percent of the lines and adds the rest in nine releases; each retires some, some return. */
function history(lines: readonly string[], seed: number): { log: string[]; releases: number[] } {
  const random = createRandom(seed)
  const order = random.sample(lines, lines.length)
  const start = Math.floor(0.3 * order.length)
  const log = order.slice(0, start).sort()
  const current = new Set(log)
  const retired: string[] = []
  const releases = [log.length]
  for (let release = 1; release < 10; release++) {
    const from = start + Math.floor(((release - 1) * (order.length - start)) / 9)
    const to = start + Math.floor((release * (order.length - start)) / 9)
    const returning = random.sample(retired, 2)
    const leaving = random.sample([...current], 8)
    const arriving = [...order.slice(from, to), ...returning]
    for (const line of leaving) current.delete(line)
    for (const line of arriving) current.add(line)
    retired.push(...leaving)
    for (const line of returning) retired.splice(retired.indexOf(line), 1)
    const retirements = leaving.map((line) => `-${line}`)
    // By turns at a release's end and right behind it: where the boundary lies must not matter.
    log.push(...(release % 2 === 0 ? [...arriving, ...retirements] : [...retirements, ...arriving]))
    releases.push(log.length)
  }
  return { log, releases }
}

/** Sets of roles, of single routes and of chance, over the newest release of a catalog. */
function heldSets(catalog: Catalog): RouteSet[] {
  const size = newestRelease(catalog).size
  const random = createRandom(size)
  const ids = live(catalog)
  return [
    expand(catalog, ["*:/**"]),
    expand(catalog, ["GET:/**"]),
    expand(catalog, ["*:/**", "!DELETE:/**"]),
    expand(catalog, ["*:/v2/databases/**", "GET:/v2/droplets/**"]),
    routeSet(size, random.sample(ids, 1)),
    routeSet(size, random.sample(ids, 12)),
    routeSet(size, random.sample(ids, ids.length >>> 1)),
    routeSet(size),
  ]
}
