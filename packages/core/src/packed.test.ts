import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { formatBitset, parseBitset } from "../test/bitset.ts"
import { vendorCatalog, vendors } from "../test/catalogs.ts"
import { createRandom, type Random } from "../test/random.ts"
import { alphabet } from "./base64url.ts"
import { type Catalog, createCatalog, newestRelease } from "./catalog.ts"
import { decodeClaim, encodeClaim } from "./claim.ts"
import { parsePacked } from "./packed.ts"
import { expand } from "./permission.ts"
import { methods } from "./route.ts"
import { type RouteId, routeIds, routeSet } from "./route-set.ts"

const headerLength = 9

/** The environment raises the number of cases, as it does the matcher's; for mutation tests it lowers them. */
const cases = Number(process.env.CLAIMGATE_FUZZ ?? 300_000)
/** Any of the real catalogs will do for a mutant; each of them must for the claims. */
const someVendors = cases < 10_000 ? vendors.slice(3, 4) : vendors

/** Fails where the packed claim of these routes says anything but what the plain bitset says. */
function checkAgainstBitset(catalog: Catalog, ids: readonly RouteId[]): string {
  const held = routeSet(newestRelease(catalog).size, ids)
  const claim = encodeClaim(catalog, held)
  const decoded = decodeClaim(catalog, claim)
  const bits = formatBitset(held)
  if (!decoded.ok || formatBitset(decoded.routes) !== bits || decoded.routes.horizon !== held.horizon)
    expect.fail(`${claim}: ${JSON.stringify(decoded)}, not ${bits}`)
  return claim
}

/** Small catalogs of different shapes, whose subsets can all be tried. */
const smallCatalogs: Readonly<Record<string, Catalog>> = {
  "three resources": createCatalog(
    ["users", "reports", "devices"].flatMap((name) => [
      `GET /${name}`,
      `POST /${name}`,
      `GET /${name}/{id}`,
      `DELETE /${name}/{id}`,
    ]),
  ),
  "one deep path": createCatalog(
    Array.from({ length: 12 }, (_, depth) => `GET ${"/a".repeat(depth)}/{x${depth}}`),
  ),
  "every method, and retired routes between": createCatalog([
    "GET /gone",
    "ANY /a/{x}",
    "GET /a/{x}/b",
    "-GET /gone",
    "PUT /gone/too",
    "GET /",
    "GET /{rest+}",
    "-PUT /gone/too",
    "PATCH /b",
    "GET /gone",
  ]),
}

/** Three resources with subtrees of their own, and routes of the first two that came later. */
const subtrees = createCatalog([
  ...resource("a"),
  ...["GET /b", "POST /b", "GET /a/{x}/e/{rest+}", "PUT /a/{x}/e/{rest+}"],
  ...resource("b").slice(2),
  ...resource("c"),
  ...["GET /", "PATCH /a/{x}", "GET /b/{x}/e", "-GET /b/{x}/e", "PUT /b/{x}/e"],
])

function resource(name: string): string[] {
  const own = ["GET", "POST"].map((method) => `${method} /${name}`)
  const one = ["GET", "PUT", "DELETE"].map((method) => `${method} /${name}/{x}`)
  const below = ["GET", "POST"].map((method) => `${method} /${name}/{x}/d`)
  return [...own, ...one, ...below, ...["GET", "PUT", "DELETE"].map((verb) => `${verb} /${name}/{x}/d/{y}`)]
}

describe("the packed form", () => {
  test.each(Object.entries(smallCatalogs))("says what a bitset says for every subset of %s", (_, catalog) => {
    const live = catalog.routes.filter((route) => route.retiredAt === Infinity).map((route) => route.id)
    expect(live).toHaveLength(12)
    const claims = new Set<string>()
    for (let subset = 0; subset < 2 ** live.length; subset++)
      claims.add(
        checkAgainstBitset(
          catalog,
          live.filter((_, bit) => (subset >>> bit) & 1),
        ),
      )
    expect(claims.size).toBe(4096)
  })

  test("is right at the edges of words, of one route and of none", () => {
    for (const size of [1, 2, 31, 32, 33, 63, 64, 65, 200]) {
      const catalog = createCatalog(Array.from({ length: size }, (_, i) => `GET /${i}`))
      const all = catalog.routes.map(({ id }) => id)
      for (const ids of [[], all, [0], [size - 1], all.slice(1), all.filter((id) => id % 2 === 0)])
        checkAgainstBitset(catalog, ids)
    }
  })

  /** INVARIANT: tokens outlive deployments. Whatever changes one of these texts needs another mode character. */
  test.each([
    [["GET:/users"], "BgBgtpWjfhr"],
    [["*:/**"], "BgBgtpU-2"],
    [["GET:/**"], "BgBgtpGf3a"],
    [["*:/users/**", "GET:/reports/{id}"], "BgBgtpvUc0qu"],
    [["*:/**", "!DELETE:/**"], "BgBgtpZA2IO"],
    [["POST:/users", "DELETE:/reports/{id}", "GET:/devices"], "BgBgtpUIiwLB"],
  ])("spells %j over three resources as ever", (permissions, claim) => {
    const catalog = smallCatalogs["three resources"]!
    expect(encodeClaim(catalog, expand(catalog, permissions))).toBe(claim)
  })

  /**
   * The same where neighbours count: subtrees within subtrees, their routes not side by side in the log. Without these the
   * model could take other neighbours for the nearest, and every text above would stay as it is.
   */
  test.each([
    [["GET:/**"], "B23udaYrCaSD"],
    [["*:/**", "!DELETE:/**"], "B23uda1xRGCT"],
    [["*:/a/**"], "B23udaMS7xG0An"],
    [["GET:/**", "*:/b/**"], "B23udahiwBt1zHv"],
    [["GET:/**", "PUT:/*/*/d/*"], "B23udabkPZ4Tsn"],
    [["*:/*/*/d/**"], "B23udaiLE_JnHq"],
    [["GET:/a", "PUT:/b/{x}", "DELETE:/c/{x}/d/{y}"], "B23udaxqZh7AH"],
    [["*:/**", "!*:/b/*/d/**", "!POST:/c"], "B23uda3t4Ag6cR"],
    [["PUT:/**", "GET:/*"], "B23udapYXd7pF"],
  ])("spells %j over subtrees within subtrees as ever", (permissions, claim) => {
    const held = expand(subtrees, permissions)
    expect(encodeClaim(subtrees, held)).toBe(claim)
    expect(decodeClaim(subtrees, claim)).toEqual({ ok: true, routes: held })
  })

  test("spells all of very many routes with nothing but the header: their digits are zeros", () => {
    const catalog = createCatalog(Array.from({ length: 26_000 }, (_, i) => `GET /${i}`))
    expect(encodeClaim(catalog, expand(catalog, ["*:/**"]))).toBe("BNxUD0yve")
  })

  test("spells runs as ever that are so long that the odds of their end are the smallest there are", () => {
    const catalog = createCatalog(Array.from({ length: 14_000 }, (_, i) => `GET /${i}`))
    const all = catalog.routes.map(({ id }) => id)
    expect(checkAgainstBitset(catalog, all.slice(0, 7000))).toBe("B4Y7IyhFWJouQ")
    expect(checkAgainstBitset(catalog, all.slice(7000))).toBe("B4Y7IyZqo5xWs")
    expect(checkAgainstBitset(catalog, all.slice(0, -1))).toBe("B4Y7Iy9A3JEL")
    expect(checkAgainstBitset(catalog, all.slice(-1))).toBe("B4Y7IyAsF6Zw")
    expect(checkAgainstBitset(catalog, [0, 7000, 13_999])).toBe("B4Y7IyOYAe4rpPb")
  })
})

/** Sets as roles have them, sets of chance at any density, runs, and what is left without them. */
function anySet(catalog: Catalog): fc.Arbitrary<RouteId[]> {
  const all = catalog.routes.map(({ id }) => id)
  const id = fc.integer({ min: 0, max: all.length - 1 })
  const chance = fc
    .tuple(fc.nat(), fc.constantFrom(0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999))
    .map(([seed, density]) => {
      const random = createRandom(seed)
      return all.filter(() => random.next() < density)
    })
  const runs = fc
    .array(fc.tuple(id, id), { maxLength: 6 })
    .map((pairs) => all.filter((one) => pairs.some(([from, to]) => from <= one && one <= to)))
  const some = fc.uniqueArray(id, { maxLength: 40 })
  const byMethod = fc
    .subarray([...methods])
    .map((granted) => all.filter((one) => granted.includes(catalog.routes[one]!.method)))
  const set = fc.oneof(chance, runs, some, byMethod)
  return fc.oneof(
    set,
    set.map((ids) => all.filter((one) => !ids.includes(one))),
    fc.tuple(set, some).map(([ids, more]) => [...new Set([...ids, ...more])]),
  )
}

describe.each(someVendors)("any set over the whole API of %s", (vendor) => {
  test("is packed and read back as the bitset says", () => {
    const catalog = vendorCatalog(vendor)
    fc.assert(
      fc.property(anySet(catalog), (ids) => {
        checkAgainstBitset(catalog, ids)
      }),
      { numRuns: 150 },
    )
  })
})

test("the bitset itself is right, so that it can judge", () => {
  expect(formatBitset(routeSet(13, [0, 5, 6, 12]))).toBe("hBB")
  for (const ids of [[], [0], [12], [0, 5, 6, 12], Array.from({ length: 13 }, (_, id) => id)])
    expect(routeIds(parseBitset(formatBitset(routeSet(13, ids)), 13))).toEqual(ids)
})

describe("a claim that was changed is refused:", () => {
  const claims = someVendors.flatMap((vendor) => {
    const catalog = vendorCatalog(vendor)
    const random = createRandom(vendor.length)
    const some = routeSet(catalog.routes.length, random.sample([...catalog.routes.keys()], 12))
    return [expand(catalog, ["GET:/**"]), some].map((held) => ({
      catalog,
      claim: encodeClaim(catalog, held),
    }))
  })

  /** Texts that were accepted, and should not have been. */
  function accepted(change: (claim: string) => readonly string[]): string[] {
    return claims.flatMap(({ catalog, claim }) =>
      change(claim).filter((text) => text !== claim && decodeClaim(catalog, text).ok),
    )
  }

  function replaced(claim: string, index: number, character: string): string {
    return claim.slice(0, index) + character + claim.slice(index + 1)
  }

  test("one bit of any of its digits", () => {
    const flips = (claim: string) =>
      [...claim].flatMap((digit, index) =>
        [1, 2, 4, 8, 16, 32].map((bit) =>
          replaced(claim, index, alphabet.charAt(alphabet.indexOf(digit) ^ bit)),
        ),
      )
    expect(accepted(flips)).toEqual([])
  })

  test("one bit of any of its bytes", () => {
    const flips = (claim: string) =>
      [...claim].flatMap((character, index) =>
        [1, 2, 4, 8, 16, 32, 64, 128].map((bit) =>
          replaced(claim, index, String.fromCharCode(character.charCodeAt(0) ^ bit)),
        ),
      )
    expect(accepted(flips)).toEqual([])
  })

  test("any other digit at its end", () => {
    expect(accepted((claim) => [...alphabet].map((digit) => claim.slice(0, -1) + digit))).toEqual([])
  })

  test("a digit more, or two, also where they are zeros", () => {
    const longer = (claim: string) => [...alphabet].flatMap((digit) => [claim + digit, `${claim}A${digit}`])
    expect(accepted(longer)).toEqual([])
    expect(accepted((claim) => ["A", "AA", "A".repeat(64)].map((zeros) => claim + zeros))).toEqual([])
  })

  test("any number of digits less", () => {
    expect(accepted((claim) => [...claim].map((_, length) => claim.slice(0, length)))).toEqual([])
  })

  test("and says that it is malformed where the digits hold a set that is spelled otherwise", () => {
    for (const { catalog, claim } of claims)
      expect(decodeClaim(catalog, `${claim}A`)).toEqual({ ok: false, because: "malformed" })
  })

  test("two neighbours changed about", () => {
    const swapped = (claim: string) =>
      [...claim].map(
        (_, i) =>
          claim.slice(0, i) +
          claim
            .slice(i, i + 2)
            .split("")
            .reverse()
            .join("") +
          claim.slice(i + 2),
      )
    expect(accepted(swapped)).toEqual([])
  })

  test("a character of another alphabet anywhere", () => {
    const foreign = ["+", "/", "=", ".", " ", "\n", "\u0000", "~", "é", "\u0141", "\uff21", "\ud800"]
    const changed = (claim: string) =>
      [...claim].flatMap((_, index) =>
        foreign.flatMap((one) => [
          replaced(claim, index, one),
          claim.slice(0, index) + one + claim.slice(index),
        ]),
      )
    expect(accepted(changed)).toEqual([])
    expect(accepted((claim) => foreign.map((one) => claim + one))).toEqual([])
  })

  test("any other mode", () => {
    expect(accepted((claim) => [...alphabet].map((mode) => mode + claim.slice(1)))).toEqual([])
  })

  test("another claim's header", () => {
    const headers = claims.map(({ claim }) => claim.slice(0, headerLength))
    expect(accepted((claim) => headers.map((header) => header + claim.slice(headerLength)))).toEqual([])
  })

  test.each([
    ["mode", 0, "malformed"],
    ["fingerprint", 3, "unknown_release"],
    ["check", 8, "wrong_check"],
  ])("and says why: the %s", (_, index, because) => {
    for (const { catalog, claim } of claims) {
      const other = claim.charAt(index) === "x" ? "y" : "x"
      expect(decodeClaim(catalog, replaced(claim, index, other))).toEqual({ ok: false, because })
    }
  })
})

describe("a claim of an older release", () => {
  const log = ["GET /a", "POST /a", "GET /b", "-POST /a", "GET /c", "POST /a", "-GET /a"]
  const catalog = createCatalog(log, [3, 4, 7])
  const everything = (lines: number) => {
    const earlier = createCatalog(
      log.slice(0, lines),
      [3, 4, 7].filter((end) => end <= lines),
    )
    return encodeClaim(earlier, expand(earlier, ["*:/**"]))
  }

  test.each([
    ["before a route was retired", 3, [2], 3],
    ["after one was, before another", 4, [2], 3],
    ["the newest", 7, [2, 3, 4], 5],
  ])(
    "holds what it held then and is live now, and says nothing of what is newer: %s",
    (_, lines, ids, horizon) => {
      expect(decodeClaim(catalog, everything(lines))).toEqual({ ok: true, routes: routeSet(horizon, ids) })
    },
  )

  test("is unreadable to whoever never had that release", () => {
    const other = createCatalog(log, [7])
    expect(decodeClaim(other, everything(3))).toEqual({ ok: false, because: "unknown_release" })
    expect(decodeClaim(createCatalog(log.slice(0, 3)), everything(7))).toEqual({
      ok: false,
      because: "unknown_release",
    })
  })
})

test("a set has one spelling under each of the two models, among all payloads of up to two digits", () => {
  const catalog = createCatalog(["GET /a", "POST /a", "GET /a/{x}", "DELETE /b"])
  const payloads = ["", ...alphabet, ...[...alphabet].flatMap((one) => [...alphabet].map((two) => one + two))]
  for (let subset = 1; subset < 16; subset++) {
    const held = routeSet(
      4,
      [0, 1, 2, 3].filter((id) => (subset >>> id) & 1),
    )
    const claim = encodeClaim(catalog, held)
    const header = claim.slice(0, headerLength)
    const spellings = payloads
      .map((payload) => header + payload)
      .filter((text) => parsePacked(catalog, text).ok)
    expect(spellings).toContain(claim)
    expect(spellings.length).toBeLessThanOrEqual(2)
    for (const text of spellings) expect(parsePacked(catalog, text)).toEqual({ ok: true, routes: held })
  }
})

test("random payloads under a right header pass the check at most once in 100,000 times", {
  timeout: 120_000,
}, () => {
  const catalog = createCatalog(Array.from({ length: 40 }, (_, i) => `${methods[i % 5]} /r${i >> 2}/{id}`))
  const claim = encodeClaim(catalog, expand(catalog, ["GET:/**", "*:/r1/*", "PUT:/r5/*", "DELETE:/r3/*"]))
  const release = claim.slice(0, 6)
  const header = claim.slice(0, headerLength)
  const random = createRandom(20)
  const tries = cases / 3
  let passed = 0
  for (let i = 0; i < tries; i++) {
    const head = i % 2 === 0 ? header : release + randomDigits(random, 3)
    const text = head + randomDigits(random, 3 + random.below(7))
    if (text !== claim && parsePacked(catalog, text).ok) passed++
  }
  expect(passed).toBeLessThanOrEqual(tries / 100_000)
})

describe("a hostile claim of 4,096 characters at 5,000 routes", () => {
  // Code that counts its mutants is many times slower, and its time says nothing.
  const milliseconds = cases < 10_000 ? 2_000 : 20
  const catalog = createCatalog(
    Array.from({ length: 5000 }, (_, i) => `${methods[i % 7]} /a${i % 50}/b${Math.floor(i / 7)}/{id}`),
  )
  const header = encodeClaim(catalog, routeSet(5000, [7])).slice(0, headerLength)
  const random = createRandom(1)
  const digits = (count: number) => randomDigits(random, count)
  test.each<[string, () => string]>([
    ["of digits under a right header", () => header + digits(4087)],
    ["of zeros but the last digit", () => `${header}${"A".repeat(4086)}${digits(1)}`],
    ["of digits under a wrong header", () => `B${digits(4095)}`],
    ["of a foreign character at the end", () => `${header}${digits(4086)}=`],
    ["of commas", () => `${digits(5)}:/${",".repeat(4089)}`],
    ["of slashes", () => `GET:${"/".repeat(4087)}${digits(5)}`],
    ["of parameters", () => `GET:${"/{x}".repeat(1022)}${digits(4)}`],
    ["of the same route", () => `GET:/a0/b0/{${digits(1)}},`.repeat(227)],
  ])(`%s is answered within ${milliseconds} ms`, (_, forge) => {
    const times = Array.from({ length: 5 }, () => {
      const text = forge().slice(0, 4096)
      const start = performance.now()
      decodeClaim(catalog, text)
      return performance.now() - start
    })
    expect(Math.min(...times)).toBeLessThan(milliseconds)
  })
})

function randomDigits(random: Random, count: number): string {
  let text = ""
  for (let i = 0; i < count; i++) text += alphabet.charAt(random.below(64))
  return text
}
