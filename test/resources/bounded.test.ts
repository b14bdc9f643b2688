/**
 * What a client can make up without end takes memory for a bounded number of it: tokens, key ids, subjects, claims,
 * paths. `CLAIMGATE_RESOURCES=1000000` is a million of each (`npm run resources`).
 */
import { randomBytes } from "node:crypto"
import { catalog } from "@claimgate/catalog"
import { decodeClaim, resolveRoute, routeNamed } from "@claimgate/core"
import { describe, expect, it } from "vitest"
import { createVersions } from "../../packages/authorizer/src/feed/versions.ts"
import { createVerify } from "../../packages/authorizer/src/index.ts"
import { clientId, createIssuer, encode, issuer } from "../../packages/authorizer/test/issuer.ts"
import { createMemoryCache } from "../../packages/backend/src/cache/memory-cache.ts"
import { heapInUse } from "./heap.ts"

const megabyte = 2 ** 20
const all = Number(process.env.CLAIMGATE_RESOURCES ?? 0)
const now = () => Date.now()
const pool = createIssuer(now)

/** Does one thing with the nth of endlessly many different inputs. */
type Use = (n: number) => unknown

function verifier(): (authorization: string) => Promise<boolean> {
  const config = { issuer, clientIds: [clientId], tokenUse: "access", jwksUri: `${issuer}/keys` } as const
  const verify = createVerify(config, { fetchKeys: async () => pool.jwks, now })
  return async (token) => (await verify(`Bearer ${token}`)).ok
}

function validTokens(): Use {
  const verify = verifier()
  return async (n) => expect(await verify(pool.token({ jti: `token-${n}` }))).toBe(true)
}

function forgedTokens(): Use {
  const verify = verifier()
  const [header = "", payload = ""] = pool.token().split(".")
  return async () => {
    const signature = randomBytes(256).toString("base64url")
    expect(await verify(`${header}.${payload}.${signature}`)).toBe(false)
  }
}

function unknownKeyIds(): Use {
  const verify = verifier()
  const [, payload, signature] = pool.token().split(".")
  return async (n) => {
    const header = encode({ alg: "RS256", kid: `unknown-${n}` })
    expect(await verify(`${header}.${payload}.${signature}`)).toBe(false)
  }
}

function subjectsInMemory(): Use {
  const cache = createMemoryCache({ now })
  const permissions = ["GET:/api/reports", "GET:/api/users/*"]
  return (n) => {
    const sent = { wall: now(), steady: performance.now() }
    cache.write(`subject-${n}`, { holdings: { roles: ["reader"], permissions, epoch: "0.1.1" }, sent })
  }
}

function subjectsInFeed(): Use {
  const versions = createVersions(10_000)
  return (n) => {
    versions.raise(`member ${n}`, 1, n)
    if (n % 1000 === 0) versions.trim()
  }
}

const uses: readonly (readonly [what: string, byDefault: number, create: () => Use])[] = [
  ["valid tokens", 2500, validTokens],
  ["forged tokens of a known key", 20_000, forgedTokens],
  ["unknown key ids", 50_000, unknownKeyIds],
  ["plain claims", 50_000, () => (n) => decodeClaim(catalog, `GET:/api/users,GET:/made-up/${n}`)],
  ["packed claims", 50_000, () => (n) => decodeClaim(catalog, `B5iqGeabc${n}`)],
  ["subjects in the backend's cache", 50_000, subjectsInMemory],
  ["subjects in the copy of the feed", 200_000, subjectsInFeed],
  ["paths", 200_000, () => (n) => resolveRoute(catalog, "GET", `/api/users/${n}`)],
  ["names of gateway routes", 200_000, () => (n) => routeNamed(catalog, `GET /api/users/{id${n}}`)],
]

describe("memory is bounded", () => {
  it.each(uses)(
    "by different %s",
    async (_, byDefault, create) => {
      const use = create()
      const half = Math.max(byDefault, all) / 2
      for (let n = 0; n < half; n++) await use(n)
      const before = heapInUse()
      for (let n = half; n < 2 * half; n++) await use(n)
      // What fills up in the first half is full by then: the second one, as many again, adds nothing.
      expect((heapInUse() - before) / megabyte).toBeLessThan(2)
    },
    all > 0 ? 3_600_000 : 15_000,
  )

  it("and what grows without a bound is noticed", async () => {
    const kept: string[] = []
    const use = (n: number) => kept.push(`subject number ${n} of endlessly many`)
    for (let n = 0; n < 25_000; n++) use(n)
    const before = heapInUse()
    for (let n = 25_000; n < 100_000; n++) use(n)
    expect((heapInUse() - before) / megabyte).toBeGreaterThan(2)
    expect(kept).toHaveLength(100_000)
  })
})
