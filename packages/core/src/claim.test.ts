import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { anyText } from "../test/any-text.ts"
import { vendorCatalog } from "../test/catalogs.ts"
import { createRandom } from "../test/random.ts"
import { createCatalog } from "./catalog.ts"
import { decodeClaim, encodeClaim, maxClaimLength } from "./claim.ts"
import { expand } from "./permission.ts"
import { routeIds, routeSet } from "./route-set.ts"

const catalog = createCatalog([
  "GET /api/users",
  "POST /api/users",
  "GET /api/users/export",
  "GET /api/users/{id}",
  "DELETE /api/users/{id}",
  "GET /api/old",
  "GET /files/{path+}",
  "ANY /any",
  "GET /",
  "-GET /api/old",
])
const size = catalog.routes.length
const old = 5

/** The ids that a claim holds, or why it cannot tell. */
function read(text: string | undefined): number[] | string {
  const decoded = decodeClaim(catalog, text)
  return decoded.ok ? routeIds(decoded.routes) : decoded.because
}

describe("the empty claim", () => {
  test("is `-` in either form", () => {
    expect(encodeClaim(catalog, routeSet(size))).toBe("-")
    expect(encodeClaim(catalog, routeSet(size), "plain")).toBe("-")
  })

  test("is what is left of retired routes", () => {
    expect(encodeClaim(catalog, routeSet(size, [old]))).toBe("-")
    expect(encodeClaim(catalog, routeSet(size, [old]), "plain")).toBe("-")
  })

  test("grants nothing", () => {
    expect(decodeClaim(catalog, "-")).toEqual({ ok: true, routes: routeSet(size) })
  })

  test.each([
    ["no claim at all", undefined, "absent"],
    ["an empty text", "", "absent"],
    ["a space", " ", "malformed"],
    ["a space behind it", "- ", "malformed"],
    ["two of it", "--", "malformed"],
    ["a dash that only looks like it", "\u2013", "malformed"],
    ["a word for it", "none", "malformed"],
  ])("is not %s", (_, text, because) => {
    expect(read(text)).toBe(because)
  })
})

describe("the plain form", () => {
  test("spells the routes out in catalog order, whatever the order of permissions", () => {
    const held = expand(catalog, ["GET:/files/**", "DELETE:/**", "POST:/api/users", "GET:/"])
    expect(encodeClaim(catalog, held, "plain")).toBe(
      "POST:/api/users,DELETE:/api/users/{id},GET:/files/{path+},DELETE:/any,GET:/",
    )
  })

  test("leaves retired routes out", () => {
    expect(encodeClaim(catalog, routeSet(size, [0, old]), "plain")).toBe("GET:/api/users")
  })

  test("reads what it writes, for every single route and for all", () => {
    const live = catalog.routes.map(({ id }) => id).filter((id) => id !== old)
    for (const ids of [live, ...live.map((id) => [id])])
      expect(read(encodeClaim(catalog, routeSet(size, ids), "plain"))).toEqual(ids)
  })

  test.each([
    ["one entry", "GET:/api/users", [0]],
    ["entries in any order", "GET:/,GET:/api/users/export,GET:/api/users", [0, 2, 14]],
    ["an entry twice", "GET:/api/users,GET:/api/users", [0]],
    ["other parameter names", "GET:/api/users/{user},GET:/files/{rest+}", [3, 6]],
    ["a parameter, which is not its literal sibling", "GET:/api/users/{id}", [3]],
    ["a retired route, ignored", "GET:/api/old,GET:/api/users", [0]],
    ["an unknown route, ignored", "GET:/api/devices,GET:/api/users", [0]],
    ["an unknown route alone, which is nothing", "GET:/api/devices", []],
    ["another method, ignored", "PUT:/api/users,GET:/api/users", [0]],
    ["a wildcard, ignored: it is no route", "GET:/api/users/*,GET:/**,*:/,*:/api/users", []],
    ["a denial, ignored", "GET:/api/users,!GET:/api/users", [0]],
    ["ANY, ignored", "ANY:/any", []],
    ["a parameter's value, ignored", "GET:/api/users/42", []],
    ["a parameter for a greedy one, ignored", "GET:/files/{path}", []],
    ["a literal for a parameter, ignored", "DELETE:/api/users/export", []],
    ["empty entries, ignored", ",GET:/api/users,,", [0]],
    ["a dash between entries, ignored", "-,GET:/api/users", [0]],
    ["a space behind the comma: that entry is ignored", "GET:/api/users, POST:/api/users", [0]],
    ["small letters, ignored", "get:/api/users,GET:/API/users", []],
    ["a trailing slash, ignored", "GET:/api/users/", []],
    ["an empty segment, ignored", "GET://api/users", []],
    ["entries without a colon, ignored", "GET,/api/users,GET /api/users,GET:/api/users", [0]],
    ["entries of colons, ignored", "::,:,GET::/api/users", []],
    ["no route at all, which is nothing", "nobody:/knows", []],
    ["names that objects inherit, ignored", "GET:/__proto__,constructor:/", []],
  ])("reads %s", (_, text, ids) => {
    expect(read(text)).toEqual(ids)
  })

  test("knows every route there is now: a claim without a release has no horizon of its own", () => {
    expect(decodeClaim(catalog, "GET:/api/users")).toEqual({ ok: true, routes: routeSet(size, [0]) })
  })
})

describe("a claim that cannot be written is a fault:", () => {
  test("a set that was made for another release", () => {
    const earlier = expand(createCatalog(["GET /api/users"]), ["*:/**"])
    expect(() => encodeClaim(catalog, earlier)).toThrow(
      expect.objectContaining({
        code: "malformed_input",
        message: `claim: expected a set over ${size} routes, got 1`,
      }),
    )
  })

  test("a plain one past 4,096 characters", () => {
    const github = vendorCatalog("github")
    expect(() => encodeClaim(github, expand(github, ["*:/**"]), "plain")).toThrow(
      expect.objectContaining({
        code: "claim_too_large",
        message: expect.stringMatching(
          /^claim: 1221 routes take \d+ characters in plain form: expected at most 4096$/,
        ),
      }),
    )
  })

  test("a packed one past 4,096 characters, which takes more than 24,000 routes without any pattern", () => {
    const random = createRandom(1)
    const vast = createCatalog(Array.from({ length: 26_000 }, (_, i) => `GET /${i}`))
    const half = vast.routes.map(({ id }) => id).filter(() => random.next() < 0.5)
    expect(() => encodeClaim(vast, routeSet(26_000, half))).toThrow(
      expect.objectContaining({
        code: "claim_too_large",
        message: expect.stringMatching(/^claim: \d+ routes take \d+ characters in packed form: expected/),
      }),
    )
  })
})

test("a claim of just 4,096 characters is written and read, and one of 4,097 is neither", () => {
  const path = `/${"a".repeat(2042)}`
  const catalog = createCatalog([`GET ${path}`, `PUT ${path}`, `POST ${path}`])
  const longest = encodeClaim(catalog, routeSet(3, [0, 1]), "plain")
  expect(longest).toHaveLength(4095)
  expect(decodeClaim(catalog, `${longest},`)).toEqual({ ok: true, routes: routeSet(3, [0, 1]) })
  expect(decodeClaim(catalog, `${longest},,`)).toEqual({ ok: false, because: "too_long" })
  const exact = createCatalog([`GET ${path}`, `POST ${path.slice(0, -1)}a`])
  expect(encodeClaim(exact, routeSet(2, [0, 1]), "plain")).toHaveLength(4096)
  const over = createCatalog([`GET ${path}`, `PATCH ${path}`])
  expect(() => encodeClaim(over, routeSet(2, [0, 1]), "plain")).toThrow("take 4097 characters in plain form")
})

describe("a claim that cannot be read", () => {
  test.each([
    ["past 4,096 characters in plain form", `GET:/api/users,${"x".repeat(4096)}`, "too_long"],
    ["past 4,096 characters by one", "x".repeat(maxClaimLength + 1), "too_long"],
    ["another mode", "Cxxxxxxxx", "malformed"],
    ["the mode in small letters", "bxxxxxxxx", "malformed"],
    ["the mode alone", "B", "malformed"],
    ["cut off inside of the header", "Bxxxxxxx", "malformed"],
    ["of a release that this catalog never had", "Bxxxxxxxx", "unknown_release"],
    ["a packed one that a colon got into", "Bxxx:xxxxx", "malformed"],
    ["a plain one without a single path", "GET:,POST:api", "malformed"],
    ["a number", "42", "malformed"],
    ["JSON", '["GET /api/users"]', "malformed"],
    ["a route without its colon", "GET /api/users", "malformed"],
    ["a list in brackets, as arrays arrive from HTTP API", "[GET /api/users POST /api/users]", "malformed"],
  ])("tells why: %s", (_, text, because) => {
    expect(read(text)).toBe(because)
  })

  test("may be any text whatever: it never throws, and grants nothing that is not spelled out", () => {
    const part = fc.constantFrom(
      "B",
      "-",
      "GET",
      ":",
      "/",
      ",",
      "/api/users",
      "{id}",
      "A",
      "__proto__",
      "%2e",
      "!",
    )
    const header = encodeClaim(catalog, routeSet(size, [0])).slice(0, 9)
    const texts = fc.oneof(
      fc.array(part, { maxLength: 8 }).map((parts) => parts.join("")),
      anyText(20),
      anyText(8).map((tail) => header + tail),
    )
    const reasons: readonly unknown[] = ["absent", "malformed", "unknown_release", "wrong_check"]
    fc.assert(
      fc.property(texts, (text) => {
        const found = read(text)
        if (typeof found === "string") return reasons.includes(found)
        // The header's check fits the set that holds route 0 alone, which has one spelling under each model.
        if (text.startsWith(header) && !text.includes(":/")) return found.join() === "0"
        const entries = text.split(",").map((entry) => entry.replace(/\{[^}]*\}/g, "{}"))
        return found.every((id) =>
          entries.includes(`${catalog.routes[id]!.method}:${catalog.routes[id]!.path.replace("{id}", "{}")}`),
        )
      }),
      // With a seed: one payload in 262,144 passes the 18-bit check of another set.
      { numRuns: 5_000, seed: 20 },
    )
  })
})

describe("decoded claims", () => {
  test("are remembered, also the unreadable ones, and forgotten in time", () => {
    const claim = encodeClaim(catalog, routeSet(size, [0, 3]))
    const first = decodeClaim(catalog, claim)
    expect(decodeClaim(catalog, claim)).toBe(first)
    const unreadable = decodeClaim(catalog, "C")
    expect(decodeClaim(catalog, "C")).toBe(unreadable)
    for (let i = 0; i < 3000; i++) decodeClaim(catalog, `GET:/${i}`)
    expect(decodeClaim(catalog, claim)).not.toBe(first)
    expect(decodeClaim(catalog, claim)).toEqual(first)
  })

  test("are remembered side by side, up to 1,024 of them", () => {
    const catalog = createCatalog(["GET /a"])
    const claims = Array.from({ length: 1025 }, (_, i) => `GET:/a,GET:/${i}`)
    const first = claims.slice(0, -1).map((claim) => decodeClaim(catalog, claim))
    // Compared by identity: what is not remembered is decoded anew.
    expect(claims.slice(0, -1).filter((claim, i) => decodeClaim(catalog, claim) !== first[i])).toEqual([])
    decodeClaim(catalog, claims[1024]!)
    expect(decodeClaim(catalog, claims[0]!)).not.toBe(first[0])
  })

  test("are remembered for their catalog only", () => {
    const other = createCatalog(["GET /other", "GET /api/users"])
    expect(read("GET:/api/users")).toEqual([0])
    expect(decodeClaim(other, "GET:/api/users")).toEqual({ ok: true, routes: routeSet(2, [1]) })
    const claim = encodeClaim(other, routeSet(2, [1]))
    expect(decodeClaim(other, claim).ok).toBe(true)
    expect(read(claim)).toBe("unknown_release")
  })
})
