import { createCatalog, defineRoutes, encodeClaim, expand } from "@claimgate/core"
import { createMemoryStore, evaluate, newAttribution } from "@claimgate/store"
import { beforeEach, describe, expect, test } from "vitest"
import { type ExplainInput, type Explanation, explain } from "./explain.ts"
import { formatExplanation } from "./format-explanation.ts"

const routes = defineRoutes({
  listUsers: "GET /users",
  getUser: { route: "GET /users/{id}", freshness: { within: 30 } },
  deleteUser: { route: "DELETE /users/{id}", freshness: "now" },
  me: { route: "GET /me", access: "signed-in" },
  health: { route: "GET /health", access: "public" },
})
const catalog = createCatalog(
  ["GET /users", "GET /users/{id}", "DELETE /users/{id}", "GET /me", "GET /health"],
  [5],
  { "GET /me": "signed-in", "GET /health": "public" },
)

let store = createMemoryStore()
const seed = () => newAttribution("seed", "seed")

beforeEach(async () => {
  store = createMemoryStore()
  await store.putRole({ name: "reader", permissions: ["GET:/**"] }, 0, seed())
  await store.putRole({ name: "old", permissions: ["*:/**"] }, 0, seed())
  await store.deleteRole("old", 1, seed())
  const ben = {
    subject: "ben",
    roles: ["reader", "old", "lost"],
    permissions: ["!GET:/users"],
    disabled: false,
  }
  await store.putMember(ben, 0, seed())
  await store.putMember({ subject: "off", roles: ["reader"], permissions: [], disabled: true }, 0, seed())
})

type Asked = Partial<Pick<ExplainInput, "token" | "doors">>

async function explained(subject: string, request: string, asked: Asked = {}): Promise<Explanation> {
  const [method = "", path = ""] = request.split(" ")
  const record = await store.load(subject)
  return explain({ catalog, routes, record, now: 1000, method, path, ...asked })
}

describe("what is stored decides:", () => {
  test.each([
    ["ben", "GET /users/7", true, "held"],
    ["ben", "GET /users", false, "taken_away"],
    ["ben", "DELETE /users/7", false, "no_permission"],
    ["ben", "GET /me", true, "signed_in"],
    ["nobody", "GET /health", true, "public"],
    ["nobody", "GET /users/7", false, "no_member"],
    ["off", "GET /users/7", false, "member_disabled"],
    ["ben", "GET /users/7/", false, "bad_path"],
    ["ben", "GET /users/%2e%2e", false, "bad_path"],
    ["ben", "HEAD /users/7", false, "no_route"],
    ["ben", "GET /elsewhere", false, "no_route"],
  ])("%s, %s: %s because of %s", async (subject, request, allowed, because) => {
    expect(await explained(subject, request)).toMatchObject({ allowed, because })
  })

  test("with the entries that matched, each with where it is from", async () => {
    expect((await explained("ben", "GET /users")).matched).toEqual([
      { permission: "GET:/**", role: "reader", effect: "gives" },
      { permission: "!GET:/users", effect: "takes away" },
    ])
  })

  test("with roles that are gone, or never were", async () => {
    expect((await explained("ben", "GET /users")).roles).toEqual([
      { name: "lost", state: "missing", version: 0 },
      { name: "old", state: "deleted", version: 2 },
      { name: "reader", state: "stored", version: 1 },
    ])
  })
})

describe("the token", () => {
  const tokenOf = async (subject: string, change: object = {}) => {
    const { permissions, epoch } = evaluate(await store.load(subject))
    return { permissions: encodeClaim(catalog, expand(catalog, permissions)), epoch, exp: 60, ...change }
  }

  test.each([
    ["is current", {}, "current"],
    ["is behind", { epoch: "0.0.0" }, "behind"],
    ["has expired", { exp: 1 }, "expired"],
    ["cannot be read", { permissions: "zzzz" }, "unreadable"],
    ["has no claim", { permissions: undefined }, "unreadable"],
    ["has an epoch that is none", { epoch: "x" }, "unreadable"],
  ])("%s", async (_, change, state) => {
    const token = await tokenOf("ben", change)
    expect((await explained("ben", "GET /users/7", { token })).token).toMatchObject({ state })
  })

  test("is the one that would be minted now where none is given", async () => {
    expect((await explained("ben", "GET /users/7")).token).toMatchObject({
      state: "none",
      says: { word: "yes" },
    })
  })
})

describe("each way in", () => {
  const at = async (request: string, token?: Asked["token"]) => {
    const { doors } = await explained("ben", request, { token })
    return Object.fromEntries(
      doors.map(({ strategy, status, by, from }) => [strategy, [status, by, from].join(" ")]),
    )
  }
  const minted = (permissions: string[], epoch: string, exp = 60) => ({
    permissions: encodeClaim(catalog, expand(catalog, permissions)),
    epoch,
    exp,
  })
  const now = "0.1.0.2.1"

  test.each([
    [
      "a route within 30 s, held",
      "GET /users/7",
      undefined,
      "200 backend copy",
      "200 backend copy",
      "200 backend copy",
    ],
    [
      "a route that is not held",
      "GET /users",
      undefined,
      "403 authorizer token",
      "403 authorizer token",
      "403 authorizer store",
    ],
    [
      "for whoever is signed in",
      "GET /me",
      undefined,
      "200 authorizer token",
      "200 authorizer token",
      "200 authorizer token",
    ],
    ["public", "GET /health", undefined, "200 gateway route", "200 gateway route", "200 gateway route"],
    ["no route", "GET /x", undefined, "404 gateway route", "404 gateway route", "404 gateway route"],
    [
      "a bad path",
      "GET /users/",
      undefined,
      "403 authorizer route",
      "403 authorizer route",
      "403 authorizer route",
    ],
    [
      "a token from before a revoke",
      "GET /users",
      minted(["GET:/users"], "0.0.0"),
      "403 backend store",
      "200 authorizer token",
      "403 authorizer store",
    ],
    [
      "a token from before a grant",
      "GET /users/7",
      minted([], "0.0.0"),
      "200 backend store",
      "403 authorizer token",
      "200 backend copy",
    ],
    [
      "an expired token",
      "GET /users/7",
      minted(["GET:/**"], now, 1),
      "401 authorizer token",
      "401 authorizer token",
      "401 authorizer token",
    ],
    [
      "a claim that cannot be read",
      "GET /users/7",
      { permissions: "zzz", epoch: now },
      "200 backend store",
      "401 authorizer token",
      "200 backend copy",
    ],
  ])("%s", async (_, request, token, hybrid, claims, cached) => {
    expect(await at(request, token)).toMatchObject({ hybrid, claims, cached })
  })

  test("`now` is asked of the store, whatever the strategy", async () => {
    await store.putMember({ subject: "ben", roles: [], permissions: ["*:/**"], disabled: false }, 1, seed())
    const here = "200 backend store"
    expect(await at("DELETE /users/7")).toEqual({ hybrid: here, claims: here, cached: here, backend: here })
  })

  test("keeps an answer under the parts of its key", async () => {
    const doors = [
      {
        strategy: "cached",
        ttlSeconds: 300,
        identitySources: [
          "method.request.header.Authorization",
          "context.httpMethod",
          "context.resourcePath",
        ],
      },
      {
        strategy: "claims",
        ttlSeconds: 60,
        identitySources: ["$request.header.authorization", "$context.routeKey"],
      },
      { strategy: "hybrid", ttlSeconds: 0, identitySources: ["$request.header.authorization"] },
    ] as const
    const { doors: seen } = await explained("ben", "GET /users/7", { doors })
    expect(seen.map(({ cacheKey }) => cacheKey)).toEqual([
      [
        "method.request.header.Authorization = the whole token",
        "context.httpMethod = GET",
        "context.resourcePath = /users/{id}",
      ],
      ["$request.header.authorization = the whole token", "$context.routeKey = GET /users/{id}"],
      undefined,
    ])
  })
})

describe("a route that is newer than the release that tokens are minted for", () => {
  const grown = createCatalog(["GET /users", "GET /other", "GET /new"], [2, 3])

  test("is a recheck, or nobody's", async () => {
    await store.putRelease(grown.releases[0]?.fingerprint ?? "")
    const record = await store.load("ben")
    const explanation = explain({
      catalog: grown,
      routes: {},
      record,
      now: 1000,
      method: "GET",
      path: "/new",
    })
    expect(explanation).toMatchObject({
      allowed: true,
      release: { published: true, hasRoute: false },
      token: { says: { word: "cannot tell", because: "newer_route" } },
    })
    const statuses = explanation.doors.map(({ strategy, status }) => [strategy, status])
    expect(Object.fromEntries(statuses)).toEqual({ hybrid: 200, claims: 401, cached: 200, backend: 200 })
  })
})

test("in words, every step has a line", async () => {
  expect(formatExplanation(await explained("ben", "GET /users"))).toEqual([
    "`ben` asks for `GET /users`",
    "member    active, version 1",
    "roles     lost (never stored: grants nothing), old (deleted: grants nothing), reader (version 1)",
    "route     GET /users, decided by the token",
    "matched   `!GET:/users` of the member's own takes away",
    "matched   `GET:/**` of role `reader` gives",
    "store     refuses: a permission with `!` takes the route away, and wins over all others",
    "epoch     0.1.0.2.1 now",
    expect.stringMatching(/^release {3}[\w-]{5}, the newest: none was published$/),
    expect.stringMatching(/^token {5}none was given; one minted now says no; its claim has \d+ characters$/),
    "hybrid    403 by the authorizer, from the token: no_permission",
    "claims    403 by the authorizer, from the token: no_permission",
    "cached    403 by the authorizer, from the store: taken_away",
    expect.stringContaining("kept for 300 s under `method.request.header.Authorization = the whole token`"),
    "backend   403 by the backend, from the token: no_permission",
  ])
})

test("in words, nothing can break a line", async () => {
  const lines = formatExplanation(await explained("ben", "GET /x\u001b[2J\u2028y"))
  expect(lines.join("")).not.toMatch(/[\p{Cc}\u2028]/u)
})
