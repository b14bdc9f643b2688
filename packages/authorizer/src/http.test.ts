import { ClaimgateError, createCatalog, encodeClaim, expand } from "@claimgate/core"
import { describe, expect, it } from "vitest"
import { clientId, createIssuer, issuer as issuerName } from "../test/issuer.ts"
import { type AuthorizeDeps, createAuthorize, type DecisionLog } from "./authorize.ts"
import { createHttpAuthorizer } from "./http.ts"
import { claimSource } from "./source.ts"
import { createVerify, type VerifiedToken } from "./verify.ts"

const log = [
  "GET /api/users",
  "GET /api/users/{id}",
  "DELETE /api/users/{id}",
  "GET /files/{path+}",
  "GET /api/me",
  "POST /api/new",
]
const catalog = createCatalog(log, [5, 6], { "GET /api/me": "signed-in" })
const older = createCatalog(log.slice(0, 5), [5])
const token = (permissions: string | undefined): VerifiedToken => ({
  subject: "ann",
  iat: 1_999_999_000,
  exp: 2_000_000_000,
  role: "reader",
  permissions,
  epoch: "0.1.1",
})
const source = claimSource(catalog)
const reads = encodeClaim(catalog, expand(catalog, ["GET:/api/**", "GET:/files/**"]))

function authorizer(permissions: string | undefined, onDoubt: AuthorizeDeps["onDoubt"] = "recheck") {
  const entries: DecisionLog[] = []
  const verify = async () => ({ ok: true, token: token(permissions) }) as const
  const log = (entry: DecisionLog) => entries.push(entry)
  const deps = { verify, catalog, source, onDoubt, log, now: () => 0 }
  return { entries, call: createHttpAuthorizer(createAuthorize(deps)) }
}

function event(method: string, rawPath: string, routeKey = "$default") {
  return {
    version: "2.0",
    type: "REQUEST",
    routeKey,
    rawPath,
    rawQueryString: "",
    headers: { authorization: "Bearer x" },
    requestContext: { requestId: "req-1", http: { method, path: rawPath } },
  }
}

describe("a request", () => {
  const rows: readonly (readonly [string, string, string, string, boolean, string])[] = [
    ["for a route that the token holds", "GET", "/api/users", "GET /api/users", true, "allowed"],
    ["whose path the gateway decoded", "GET", "/files/my plan", "GET /files/{path+}", true, "allowed"],
    ["that only the path tells, behind $default", "GET", "/api/users/7", "$default", true, "allowed"],
    [
      "that only the path tells, behind a proxy route",
      "GET",
      "/api/users/7",
      "ANY /{proxy+}",
      true,
      "allowed",
    ],
    ["for whoever is signed in", "GET", "/api/me", "GET /api/me", true, "allowed"],
    [
      "for a route that the token does not hold",
      "DELETE",
      "/api/users/7",
      "DELETE /api/users/{id}",
      false,
      "no_permission",
    ],
    ["for no route", "GET", "/nowhere", "$default", false, "no_route"],
    ["with another method", "HEAD", "/api/users", "$default", false, "no_route"],
    [
      "with a dot segment, whatever route the gateway chose",
      "GET",
      "/files/../api/users",
      "GET /files/{path+}",
      false,
      "bad_path",
    ],
    ["with a decoded backslash", "GET", "/files/a\\b", "GET /files/{path+}", false, "bad_path"],
    ["with an empty segment", "GET", "/files//a", "GET /files/{path+}", false, "bad_path"],
  ]
  it.each(rows)("%s", async (_, method, path, routeKey, isAuthorized, expected) => {
    const { call, entries } = authorizer(reads)
    expect((await call(event(method, path, routeKey))).isAuthorized).toBe(isAuthorized)
    expect(entries).toHaveLength(1)
    expect(isAuthorized ? entries[0]?.decision : entries[0]?.because).toBe(expected)
  })

  it("carries the whole caller context on, as strings", async () => {
    expect(await authorizer(reads).call(event("GET", "/api/users/7", "GET /api/users/{id}"))).toEqual({
      isAuthorized: true,
      context: {
        subject: "ann",
        roles: "reader",
        epoch: "0.1.1",
        exp: "2000000000",
        decision: "allowed",
        route: "GET /api/users/{id}",
      },
    })
  })
})

describe("an answer that the gateway keeps under the route key", () => {
  const kept = (method: string, path: string, routeKey: string) => ({
    ...event(method, path, routeKey),
    identitySource: ["Bearer x", routeKey],
  })
  const rows: readonly (readonly [string, ReturnType<typeof kept>, string])[] = [
    [
      "a bad path, which others of the route have not",
      kept("GET", "/files//a", "GET /files/{path+}"),
      "bad_path",
    ],
    ["`$default`, which is no one route", kept("GET", "/api/users", "$default"), "no_route"],
    ["a proxy route", kept("GET", "/api/users", "ANY /{proxy+}"), "no_route"],
    [
      "a route that this catalog does not have yet, though the path fits another",
      kept("GET", "/files/a", "GET /files/{id}"),
      "no_route",
    ],
  ]
  it.each(rows)("never comes from %s: that is a 401, which is not kept", async (_, asked, because) => {
    const { call, entries } = authorizer(reads)
    await expect(call(asked)).rejects.toThrow(/^Unauthorized$/)
    expect(entries).toMatchObject([{ status: 401, decision: "refused", because, subject: "ann" }])
  })

  it.each([
    ["GET", "/api/users/7", "GET /api/users/{id}", true],
    ["DELETE", "/api/users/7", "DELETE /api/users/{id}", false],
  ])("speaks of the route: %s %s", async (method, path, routeKey, isAuthorized) => {
    expect((await authorizer(reads).call(kept(method, path, routeKey))).isAuthorized).toBe(isAuthorized)
  })

  it("is as it would be without a cache, where the key is the token alone", async () => {
    const asked = { ...event("GET", "/files//a", "GET /files/{path+}"), identitySource: ["Bearer x"] }
    expect((await authorizer(reads).call(asked)).isAuthorized).toBe(false)
  })
})

describe("a token that cannot tell", () => {
  const rows: readonly (readonly [string, string | undefined, string])[] = [
    ["has no claim", undefined, "unreadable_claim"],
    ["has an empty claim", "", "unreadable_claim"],
    ["has a claim of an unknown release", `B_____${reads.slice(6)}`, "unreadable_claim"],
    ["has a claim whose check is wrong", `${reads.slice(0, 6)}AAA${reads.slice(9)}`, "unreadable_claim"],
    ["is older than the route", encodeClaim(older, expand(older, ["*:/**"])), "newer_route"],
  ]
  it.each(rows)("and %s is a recheck for the backend", async (_, claim, because) => {
    const answer = await authorizer(claim).call(event("POST", "/api/new", "POST /api/new"))
    expect(answer).toMatchObject({ isAuthorized: true, context: { decision: "recheck", because } })
  })

  it.each(rows)("and %s is a 401 where nobody can ask the store", async (_, claim) => {
    const answer = authorizer(claim, "refuse").call(event("POST", "/api/new", "POST /api/new"))
    await expect(answer).rejects.toThrow(/^Unauthorized$/)
  })
})

describe("faults", () => {
  const malformed: readonly (readonly [string, unknown])[] = [
    ["nothing", undefined],
    ["no request context", { headers: {} }],
    ["no path", { ...event("GET", "/"), rawPath: undefined }],
    ["a path that is a number", { ...event("GET", "/"), rawPath: 7 }],
    ["no method", { ...event("GET", "/"), requestContext: { requestId: "r", http: {} } }],
    [
      "an Authorization header that is a list",
      { ...event("GET", "/"), headers: { authorization: ["a", "b"] } },
    ],
  ]
  it.each(malformed)("an event with %s is a failed call, never an answer", async (_, input) => {
    await expect(authorizer(reads).call(input)).rejects.toMatchObject({ code: "malformed_input" })
  })

  it("a verifier that fails is a failed call, and is logged", async () => {
    const entries: DecisionLog[] = []
    const verify = () => Promise.reject(new ClaimgateError("dependency_failed", "signing keys: down"))
    const authorize = createAuthorize({
      verify,
      catalog,
      source,
      onDoubt: "recheck",
      log: (e) => entries.push(e),
      now: () => 0,
    })
    await expect(createHttpAuthorizer(authorize)(event("GET", "/api/users"))).rejects.toThrow(
      "signing keys: down",
    )
    expect(entries).toMatchObject([{ status: 500, decision: "failed" }])
  })

  const html = "<!doctype html><title>Sign in to the proxy</title>"
  const denied = "User: arn:aws:sts::123456789012:assumed-role/Authorizer is not authorized"
  const documents: readonly (readonly [string, () => Promise<string>, string])[] = [
    ["a page in the place of keys", async () => html, "SyntaxError"],
    ["a document without keys", async () => "{}", "expected at most 100 keys"],
    [
      "a refusal of AWS's",
      () => Promise.reject(Object.assign(new Error(denied), { name: "AccessDenied" })),
      "AccessDenied",
    ],
  ]
  it.each(documents)("of %s the log has the kind, and nothing that it says", async (_, fetchKeys, said) => {
    const entries: DecisionLog[] = []
    const issuer = createIssuer(Date.now)
    const config = {
      issuer: issuerName,
      clientIds: [clientId],
      tokenUse: "access",
      jwksUri: "https://keys.invalid",
    } as const
    const verify = createVerify(config, { fetchKeys, now: Date.now })
    const log = (entry: DecisionLog) => entries.push(entry)
    const authorize = createAuthorize({ verify, catalog, source, onDoubt: "recheck", log, now: () => 0 })
    const asked = { ...event("GET", "/api/users"), headers: { authorization: `Bearer ${issuer.token()}` } }
    await expect(createHttpAuthorizer(authorize)(asked)).rejects.toThrow(/^signing keys cannot be read$/)
    expect(entries.map(({ because }) => because)).toEqual([`signing keys cannot be read: ${said}`])
  })

  it("a source that fails with AWS's own words is logged by their name", async () => {
    const entries: DecisionLog[] = []
    const authorize = createAuthorize({
      verify: async () => ({ ok: true, token: token(reads) }),
      catalog,
      source: () => Promise.reject(Object.assign(new Error(denied), { name: "AccessDenied" })),
      onDoubt: "recheck",
      log: (entry) => entries.push(entry),
      now: () => 0,
    })
    await expect(createHttpAuthorizer(authorize)(event("GET", "/api/users"))).rejects.toThrow()
    expect(entries).toMatchObject([{ status: 500, decision: "failed", because: "AccessDenied" }])
  })

  it("a refused token is the one error that the gateway knows", async () => {
    const verify = async () => ({ ok: false, because: "expired" }) as const
    const authorize = createAuthorize({
      verify,
      catalog,
      source,
      onDoubt: "recheck",
      log: () => undefined,
      now: () => 0,
    })
    await expect(createHttpAuthorizer(authorize)(event("GET", "/api/users"))).rejects.toThrow(
      /^Unauthorized$/,
    )
  })

  it("a log that throws changes no decision", async () => {
    const verify = async () => ({ ok: true, token: token(reads) }) as const
    const log = () => {
      throw new Error("disk full")
    }
    const authorize = createAuthorize({ verify, catalog, source, onDoubt: "recheck", log, now: () => 0 })
    expect((await createHttpAuthorizer(authorize)(event("GET", "/api/users"))).isAuthorized).toBe(true)
  })
})
