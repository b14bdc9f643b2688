import { createHmac, createPublicKey, sign } from "node:crypto"
import { describe, expect, it } from "vitest"
import { clientId, createIssuer, encode, issuer, signed } from "../test/issuer.ts"
import { parseTokenConfig } from "./config.ts"
import type { BadToken } from "./token.ts"
import { createVerify, type Verified } from "./verify.ts"

const start = Date.UTC(2026, 0, 1)
let time = start
const now = () => time
const cognito = createIssuer(now)
const stranger = createIssuer(now)
const config = parseTokenConfig({ issuer, clientIds: [clientId, "other0client"], tokenUse: "access" })

function create(fetchKeys: () => Promise<string> = async () => cognito.jwks) {
  time = start
  // The library reads the process's clock; tokens here are minted for `start`, so it must be told the same time.
  const verify = createVerify(config, { fetchKeys, now })
  return async (authorization: string | undefined): Promise<Verified> => withDate(() => verify(authorization))
}

async function withDate<T>(work: () => Promise<T>): Promise<T> {
  const real = Date.now
  Date.now = now
  try {
    return await work()
  } finally {
    Date.now = real
  }
}

const iat = start / 1000
const token = cognito.token()
const [header = "", payload = "", signature = ""] = token.split(".")
const publicPem = createPublicKey(cognito.privateKey).export({ type: "spki", format: "pem" })
const hmac = (head: object) => {
  const input = `${encode(head)}.${payload}`
  return `${input}.${createHmac("sha256", publicPem).update(input).digest("base64url")}`
}
/** Another spelling of the same bytes: the last digit's unused bits set. */
const respell = (part: string) => {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
  return part.slice(0, -1) + digits.charAt(digits.indexOf(part.slice(-1)) + 1)
}
const rs384 = () => {
  const input = `${encode({ kid: cognito.kid, alg: "RS384" })}.${payload}`
  return `${input}.${sign("sha384", Buffer.from(input), cognito.privateKey).toString("base64url")}`
}

describe("accepts", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["a token as Cognito writes it", `Bearer ${token}`],
    ["the scheme in lower case", `bearer ${token}`],
    ["the scheme in any case", `BEARER ${token}`],
    ["another of the configured clients", `Bearer ${cognito.token({ client_id: "other0client" })}`],
    ["a lifetime of 24 hours", `Bearer ${cognito.token({ exp: iat + 86_400 })}`],
    ["an issuer whose clock is a minute ahead", `Bearer ${cognito.token({ iat: iat + 60 })}`],
    ["a `typ` header", `Bearer ${cognito.token({}, { typ: "JWT" })}`],
  ]
  it.each(rows)("%s", async (_, authorization) => {
    expect((await create()(authorization)).ok).toBe(true)
  })

  it("reads subject, expiry and claims", async () => {
    expect(await create()(`Bearer ${token}`)).toEqual({
      ok: true,
      token: {
        subject: "6f1c2c3e-0001-4000-8000-00000000aaaa",
        iat,
        exp: iat + 900,
        role: "reader",
        permissions: "GET:/api/users",
        epoch: "0.1.1",
      },
    })
  })

  it("reads no claim that is not text", async () => {
    const claims = { "custom:role": ["admin"], "custom:permissions": 7, "custom:epoch": null }
    expect(await create()(`Bearer ${cognito.token(claims)}`)).toMatchObject({
      token: { role: undefined, permissions: undefined, epoch: undefined },
    })
  })

  it("takes nobody with an ID token for a machine", async () => {
    time = start
    const verify = createVerify({ ...config, tokenUse: "id" }, { fetchKeys: async () => cognito.jwks, now })
    const claims = { token_use: "id", aud: clientId, client_id: clientId, sub: clientId }
    const verified = await withDate(() => verify(`Bearer ${cognito.token(claims)}`))
    expect(verified.ok && verified.token.subject).toBe(clientId)
  })

  it("names a machine by its client id", async () => {
    const verified = await create()(`Bearer ${cognito.token({ sub: clientId, username: undefined })}`)
    expect(verified.ok && verified.token.subject).toBe(`client:${clientId}`)
  })
})

describe("refuses", () => {
  const rows: readonly (readonly [string, string | undefined, BadToken])[] = [
    ["no header", undefined, "no_token"],
    ["an empty header", "", "no_token"],
    ["no scheme", token, "bad_scheme"],
    ["another scheme", `Basic ${token}`, "bad_scheme"],
    ["the scheme alone", "Bearer", "bad_scheme"],
    ["two spaces", `Bearer  ${token}`, "malformed"],
    ["two headers, joined by the gateway", `Bearer ${token},Bearer ${token}`, "malformed"],
    ["something behind the token", `Bearer ${token} x`, "malformed"],
    ["a line break behind the token", `Bearer ${token}\n`, "malformed"],
    ["two parts", `Bearer ${header}.${payload}`, "malformed"],
    ["four parts", `Bearer ${token}.${signature}`, "malformed"],
    ["an empty signature", `Bearer ${header}.${payload}.`, "malformed"],
    ["padding", `Bearer ${header}.${payload}.${signature}==`, "malformed"],
    ["the other base64 alphabet", `Bearer ${header}.${payload}.${signature.slice(0, -2)}+/`, "malformed"],
    ["another spelling of the signature", `Bearer ${header}.${payload}.${respell(signature)}`, "malformed"],
    [
      "a header that is no JSON",
      `Bearer ${Buffer.from("{").toString("base64url")}.${payload}.${signature}`,
      "malformed",
    ],
    ["a header that is a list", `Bearer ${encode([])}.${payload}.${signature}`, "malformed"],
    ["more than 8 KB", `Bearer ${cognito.token({ filler: "x".repeat(7000) })}`, "too_long"],
    ["algorithm none", `Bearer ${encode({ kid: cognito.kid, alg: "none" })}.${payload}.AAAA`, "bad_header"],
    [
      "algorithm NONE in capitals",
      `Bearer ${encode({ kid: cognito.kid, alg: "NONE" })}.${payload}.AAAA`,
      "bad_header",
    ],
    [
      "HS256 with the public key as secret",
      `Bearer ${hmac({ kid: cognito.kid, alg: "HS256" })}`,
      "bad_header",
    ],
    ["RS384, rightly signed", `Bearer ${rs384()}`, "bad_header"],
    ["no algorithm", `Bearer ${cognito.token({}, { alg: undefined })}`, "bad_header"],
    ["a critical extension", `Bearer ${cognito.token({}, { crit: ["exp"] })}`, "bad_header"],
    ["an empty critical list", `Bearer ${cognito.token({}, { crit: [] })}`, "bad_header"],
    ["b64 without crit", `Bearer ${cognito.token({}, { b64: false })}`, "bad_header"],
    ["no key id", `Bearer ${cognito.token({}, { kid: undefined })}`, "bad_header"],
    ["a key id that is a number", `Bearer ${cognito.token({}, { kid: 1 })}`, "bad_header"],
    ["a key id that nobody published", `Bearer ${cognito.token({}, { kid: "nobody" })}`, "unknown_key"],
    [
      "a key brought along",
      `Bearer ${stranger.token({}, { jwk: JSON.parse(stranger.jwks).keys[0] })}`,
      "unknown_key",
    ],
    [
      "a stranger's signature under a known key id",
      `Bearer ${signed({ kid: cognito.kid, alg: "RS256" }, JSON.parse(Buffer.from(payload, "base64url").toString()), stranger.privateKey)}`,
      "bad_signature",
    ],
    [
      "another payload under an old signature",
      `Bearer ${header}.${encode({ sub: "root" })}.${signature}`,
      "bad_signature",
    ],
    [
      "one permission more",
      `Bearer ${header}.${encode({ ...JSON.parse(Buffer.from(payload, "base64url").toString()), "custom:permissions": "*" })}.${signature}`,
      "bad_signature",
    ],
    [
      "the same pool under its other issuer name",
      `Bearer ${cognito.token({ iss: issuer.replace("https://", "https://issuer-") })}`,
      "wrong_issuer",
    ],
    ["another pool", `Bearer ${cognito.token({ iss: `${issuer}x` })}`, "wrong_issuer"],
    ["another issuer altogether", `Bearer ${cognito.token({ iss: "https://example.com" })}`, "wrong_issuer"],
    ["no issuer", `Bearer ${cognito.token({ iss: undefined })}`, "wrong_issuer"],
    ["another client", `Bearer ${cognito.token({ client_id: "stranger" })}`, "wrong_client"],
    ["no client", `Bearer ${cognito.token({ client_id: undefined })}`, "wrong_client"],
    ["an ID token", `Bearer ${cognito.token({ token_use: "id", aud: clientId })}`, "wrong_use"],
    ["no token use", `Bearer ${cognito.token({ token_use: undefined })}`, "wrong_use"],
    ["an expired token", `Bearer ${cognito.token({ exp: iat - 1 })}`, "expired"],
    ["a token that expires this very second", `Bearer ${cognito.token({ exp: iat })}`, "expired"],
    ["no expiry", `Bearer ${cognito.token({ exp: undefined })}`, "no_expiry"],
    ["an expiry that is text", `Bearer ${cognito.token({ exp: "9999999999" })}`, "malformed"],
    ["an expiry with a fraction", `Bearer ${cognito.token({ exp: iat + 900.5 })}`, "no_expiry"],
    ["no time of issue", `Bearer ${cognito.token({ iat: undefined })}`, "no_expiry"],
    ["not valid yet", `Bearer ${cognito.token({ nbf: iat + 600 })}`, "not_yet_valid"],
    ["issued in the future", `Bearer ${cognito.token({ iat: iat + 61 })}`, "not_yet_valid"],
    ["a lifetime over 24 hours", `Bearer ${cognito.token({ exp: iat + 86_401 })}`, "lives_too_long"],
    ["no subject", `Bearer ${cognito.token({ sub: undefined })}`, "no_subject"],
    ["an empty subject", `Bearer ${cognito.token({ sub: "" })}`, "no_subject"],
    ["a subject that is no text", `Bearer ${cognito.token({ sub: 7 })}`, "malformed"],
  ]
  it.each(rows)("%s, and again when it is sent again", async (_, authorization, because) => {
    const verify = create()
    expect(await verify(authorization)).toEqual({ ok: false, because })
    expect(await verify(authorization)).toEqual({ ok: false, because })
  })
})

describe("a token that was seen", () => {
  it("is refused from its expiry on", async () => {
    const verify = create()
    expect((await verify(`Bearer ${token}`)).ok).toBe(true)
    time = start + 899_999
    expect((await verify(`Bearer ${token}`)).ok).toBe(true)
    time = start + 900_000
    expect(await verify(`Bearer ${token}`)).toEqual({ ok: false, because: "expired" })
  })

  it("is refused once its key is gone and the set was fetched again", async () => {
    let jwks = cognito.jwks
    const verify = create(async () => jwks)
    const long = `Bearer ${cognito.token({ exp: iat + 3600 })}`
    expect((await verify(long)).ok).toBe(true)
    jwks = stranger.jwks
    time = start + 5 * 60_000 + 1
    await verify(long)
    await new Promise(setImmediate)
    expect(await verify(long)).toEqual({ ok: false, because: "unknown_key" })
  })

  it("is refused within five minutes and a fetch of its key's removal, however often it is sent", async () => {
    let jwks = cognito.jwks
    const verify = create(async () => jwks)
    const long = `Bearer ${cognito.token({ exp: iat + 3600 })}`
    let lastAccepted = 0
    for (let second = 0; second < 1200; second++) {
      time = start + second * 1000
      if (second === 1) jwks = stranger.jwks
      if ((await verify(long)).ok) lastAccepted = second
      await new Promise(setImmediate)
    }
    expect(lastAccepted).toBeLessThanOrEqual(301)
  })

  it("is refused when its key's id stands for another key, and a token of that one is accepted", async () => {
    let jwks = cognito.jwks
    const verify = create(async () => jwks)
    const old = `Bearer ${cognito.token({ exp: iat + 3600 })}`
    expect((await verify(old)).ok).toBe(true)
    jwks = stranger.jwks.replace(stranger.kid, cognito.kid)
    time = start + 5 * 60_000 + 1
    await verify(old)
    await new Promise(setImmediate)
    expect(await verify(old)).toEqual({ ok: false, because: "bad_signature" })
    const renewed = stranger.token({ exp: iat + 3600 }, { kid: cognito.kid })
    expect((await verify(`Bearer ${renewed}`)).ok).toBe(true)
  })

  it("does not stand for another token that differs in one character", async () => {
    const verify = create()
    expect((await verify(`Bearer ${token}`)).ok).toBe(true)
    expect(
      (
        await verify(
          `Bearer ${header}.${payload}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`,
        )
      ).ok,
    ).toBe(false)
  })
})

describe("a token that is remembered", () => {
  /** The library reads the process's clock, and ours is told: by a clock that is wrong it refuses all that it is asked about. */
  async function isRemembered(verify: ReturnType<typeof createVerify>, token: string): Promise<boolean> {
    const real = Date.now
    Date.now = () => start + 86_400_000
    try {
      return (await verify(`Bearer ${token}`)).ok
    } finally {
      Date.now = real
    }
  }
  const fresh = () => {
    time = start
    return createVerify(config, { fetchKeys: async () => cognito.jwks, now })
  }

  it("is not verified again, and says the same", async () => {
    const verify = fresh()
    expect(await isRemembered(verify, token)).toBe(false)
    const verified = await withDate(() => verify(`Bearer ${token}`))
    expect(verified.ok).toBe(true)
    expect(await isRemembered(verify, token)).toBe(true)
    expect(await verify(`Bearer ${token}`)).toEqual(verified)
  })

  it("is one of the last thousand", async () => {
    const verify = fresh()
    const tokens = Array.from({ length: 1001 }, (_, i) => cognito.token({ jti: String(i) }))
    const accept = async (one: string) => (await withDate(() => verify(`Bearer ${one}`))).ok
    for (const one of tokens.slice(0, 1000)) expect(await accept(one)).toBe(true)
    for (const one of tokens.slice(0, 1000)) expect(await isRemembered(verify, one)).toBe(true)
    expect(await accept(tokens[1000]!)).toBe(true)
    expect(await isRemembered(verify, tokens[0]!)).toBe(false)
    for (const one of tokens.slice(1)) expect(await isRemembered(verify, one)).toBe(true)
  })
})

it("rejects, instead of refusing, while no key is known", async () => {
  const verify = create(async () => Promise.reject(new Error("connect ECONNREFUSED")))
  await expect(verify(`Bearer ${token}`)).rejects.toMatchObject({ code: "dependency_failed" })
})
