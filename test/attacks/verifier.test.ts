/**
 * The same rows against the verifier alone, so that it is known who refuses: not a gateway in front of it, nor the backend
 * behind it. What a token's header, signature, issuer, use, client and times can be twisted to ends here.
 */
import { beforeAll, describe, expect, it } from "vitest"
import { parseTokenConfig } from "../../packages/authorizer/src/config.ts"
import { createVerify, type Verify } from "../../packages/authorizer/src/verify.ts"
import { clientId, createIssuer, issuer } from "../../packages/authorizer/test/issuer.ts"
import { algorithms } from "./algorithms.ts"
import { claims, subjects } from "./claims.ts"
import { controls } from "./controls.ts"
import { headers } from "./headers.ts"
import { keys } from "./keys.ts"
import { forged, type Material, minted, partsOf, rsa, stranger } from "./material.ts"
import { spellings } from "./spellings.ts"
import { times } from "./times.ts"
import { transport } from "./transport.ts"

const pool = createIssuer(Date.now)
const config = parseTokenConfig({ issuer, clientIds: [clientId], tokenUse: "access" })
const token = pool.token()

const material: Material = {
  ...{ issuer, clientId, machineId: "machineclient0001", kid: pool.kid, poolKey: pool.privateKey, token },
  claims: JSON.parse(Buffer.from(partsOf(token).payload, "base64url").toString()),
  powerless: {},
  idToken: pool.token({ token_use: "id", aud: clientId, client_id: undefined }),
  refreshToken: "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ.a.b.c.d",
  trap: "http://127.0.0.1:9/.well-known/jwks.json",
  now: () => Math.floor(Date.now() / 1000),
}

const attacks = Object.entries({
  algorithms,
  keys,
  headers,
  spellings,
  claims,
  subjects,
  times,
  transport,
}).flatMap(([name, family]) =>
  family(material).flatMap(({ what, authorization }) =>
    authorization === undefined ? [] : [{ name: `${name}: ${what}`, authorization }],
  ),
)

let fetches = 0
let isDown = false
const create = (): Verify =>
  createVerify(config, {
    now: Date.now,
    fetchKeys: async () => {
      fetches++
      if (isDown) throw new Error("connect ECONNREFUSED")
      return pool.jwks
    },
  })

describe("refused, and never a crash", () => {
  const verify = create()
  beforeAll(() => verify(`Bearer ${token}`))

  it.each(attacks)("$name", async ({ authorization }) => {
    expect(await verify(authorization)).toEqual({ ok: false, because: expect.stringMatching(/^[a-z_]+$/) })
  })

  it("all of them together for one fetch of the keys", () => {
    expect(fetches).toBe(1)
    expect(attacks.length).toBeGreaterThan(300)
  })
})

describe("accepted", () => {
  const rows = controls(material).flatMap(({ what, authorization }) =>
    authorization === undefined ? [] : [{ what, authorization }],
  )
  it.each(rows)("$what", async ({ authorization }) => {
    expect((await create()(authorization)).ok).toBe(true)
  })
})

describe("the issuer's keys", () => {
  const unknown = (kid: string) =>
    `Bearer ${forged({ kid, alg: "RS256" }, material.claims, rsa(stranger.rsa))}`

  it("are asked for once, however many key ids nobody has heard of", async () => {
    const verify = create()
    await verify(`Bearer ${token}`)
    fetches = 0
    for (let n = 0; n < 50; n++) expect((await verify(unknown(`nobody-${n}`))).ok).toBe(false)
    expect(fetches).toBe(0)
  })

  it("go on working while their endpoint is down and unknown key ids are tried", async () => {
    const verify = create()
    await verify(`Bearer ${token}`)
    isDown = true
    expect((await verify(unknown("nobody"))).ok).toBe(false)
    expect((await verify(`Bearer ${minted(material, { jti: "another" })}`)).ok).toBe(true)
    isDown = false
  })

  it("that were never had are a fault, not an answer, for a good token and a bad one alike", async () => {
    const verify = create()
    isDown = true
    await expect(verify(`Bearer ${token}`)).rejects.toMatchObject({ code: "dependency_failed" })
    await expect(verify(unknown("nobody"))).rejects.toMatchObject({ code: "dependency_failed" })
    isDown = false
    expect(await verify(`${unknown("nobody")}.`)).toEqual({ ok: false, because: "malformed" })
  })
})
