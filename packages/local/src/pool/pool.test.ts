import { beforeAll, describe, expect, it } from "vitest"
import type { UserPoolConfig } from "./config.ts"
import { formatJwks } from "./keys.ts"
import type { Message } from "./message.ts"
import { createUserPool, exportState, retireKey, rotateKeys, type UserPool } from "./pool.ts"
import { callOperation } from "./protocol.ts"
import type { PoolState } from "./state.ts"
import { CLIENTS, ISSUER, openToken, PASSWORD, POOL_ID, START } from "./testbed.ts"

const UserPoolId = POOL_ID
const config: UserPoolConfig = {
  id: POOL_ID,
  name: "Local",
  issuer: ISSUER,
  clients: CLIENTS.slice(0, 2),
  customAttributes: [{ name: "plan" }],
}
const deps = { now: () => START }

// Making keys takes long: tests that are not about them share those of one pool.
let empty: PoolState
beforeAll(async () => {
  empty = exportState(await createUserPool(config, deps))
})

async function signIn(pool: UserPool) {
  const AuthParameters = { USERNAME: "alice", PASSWORD }
  const answer = await callOperation(pool, "InitiateAuth", {
    ClientId: "web",
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters,
  })
  const { AccessToken, RefreshToken } = Object(answer).AuthenticationResult
  return { AccessToken: String(AccessToken), RefreshToken: String(RefreshToken) }
}

async function poolWithAlice(): Promise<UserPool> {
  const pool = await createUserPool({ ...config, state: empty }, deps)
  await callOperation(pool, "CreateGroup", { UserPoolId, GroupName: "staff" })
  await callOperation(pool, "AdminCreateUser", { UserPoolId, Username: "alice", TemporaryPassword: PASSWORD })
  await callOperation(pool, "AdminSetUserPassword", {
    UserPoolId,
    Username: "alice",
    Password: PASSWORD,
    Permanent: true,
  })
  await callOperation(pool, "AdminAddUserToGroup", { UserPoolId, Username: "alice", GroupName: "staff" })
  return pool
}

describe("a pool's state", () => {
  it("brings the pool back through JSON: users, groups, keys, and sign-ins that go on", async () => {
    const pool = await poolWithAlice()
    const tokens = await signIn(pool)
    const text = JSON.stringify(exportState(pool))
    const revived = await createUserPool({ ...config, state: JSON.parse(text) }, deps)
    expect(JSON.stringify(exportState(revived))).toBe(text)
    expect(formatJwks(revived.keys)).toEqual(formatJwks(pool.keys))
    expect(openToken(revived, tokens.AccessToken).claims["cognito:groups"]).toEqual(["staff"])
    const refreshed = callOperation(revived, "GetTokensFromRefreshToken", { ClientId: "web", ...tokens })
    expect(Object(await refreshed).AuthenticationResult.AccessToken).toBeDefined()
    expect(await callOperation(revived, "GetUser", tokens)).toMatchObject({ Username: "alice" })
    await signIn(revived)
  })

  it("holds neither a password nor a refresh token", async () => {
    const pool = await poolWithAlice()
    const { RefreshToken } = await signIn(pool)
    const text = JSON.stringify(exportState(pool))
    expect(text).not.toContain(PASSWORD)
    expect(text).not.toContain(RefreshToken.split(".")[1])
  })

  it.each<[string, (state: Record<string, unknown>) => unknown, string]>([
    ["nothing", () => null, "user pool state at ``"],
    ["another version", (state) => ({ ...state, version: 2 }), "user pool state at `version`"],
    ["no keys", (state) => ({ ...state, keys: [] }), "user pool state at `keys`"],
    [
      "a user without a name",
      (state) => ({ ...state, users: [{}] }),
      "user pool state at `users.0.username`",
    ],
    [
      "keys that are none",
      (state) => ({ ...state, keys: [0, 1].map((n) => ({ kid: `k${n}`, use: "id", jwk: { kty: "RSA" } })) }),
      "user pool state: key `k0`: expected the JWK",
    ],
  ])("is refused when it is %s", async (_what, change, message) => {
    const state = change({ ...empty })
    await expect(createUserPool({ ...config, state }, deps)).rejects.toThrow(message)
  })
})

describe("a pool's keys", () => {
  it("are its own: no two pools share one", async () => {
    const [first, second] = await Promise.all([createUserPool(config, deps), createUserPool(config, deps)])
    const kids = [...first.keys, ...second.keys].map(({ kid }) => kid)
    expect(new Set(kids).size).toBe(4)
    expect(formatJwks(first.keys)).not.toEqual(formatJwks(second.keys))
  })

  it("rotate: new tokens by new keys, old ones good until their key is retired", async () => {
    const pool = await poolWithAlice()
    const before = await signIn(pool)
    const { kid } = openToken(pool, before.AccessToken).header
    await rotateKeys(pool)
    expect(formatJwks(pool.keys).keys).toHaveLength(4)
    const after = await signIn(pool)
    expect(openToken(pool, after.AccessToken).header.kid).not.toBe(kid)
    expect(await callOperation(pool, "GetUser", before)).toMatchObject({ Username: "alice" })
    retireKey(pool, String(kid))
    expect(formatJwks(pool.keys).keys).toHaveLength(3)
    await expect(callOperation(pool, "GetUser", before)).rejects.toThrow("Invalid Access Token")
    expect(await callOperation(pool, "GetUser", after)).toMatchObject({ Username: "alice" })
  })

  it("can't be retired while they sign, nor when they are unknown", async () => {
    const pool = await createUserPool({ ...config, state: empty }, deps)
    for (const { kid } of pool.keys) expect(() => retireKey(pool, kid)).toThrow("rotate first")
    expect(() => retireKey(pool, "none")).toThrow("user pool key `none`: expected one of the published keys")
  })
})

describe("a pool's mail", () => {
  it("is handed to whoever reads it, and a reader that fails fails no request", async () => {
    const read: Message[] = []
    const onMessage = (message: Message) => {
      read.push(message)
      throw new Error("the reader failed")
    }
    const pool = await createUserPool({ ...config, state: empty }, { ...deps, onMessage })
    const UserAttributes = [{ Name: "email", Value: "alice@example.com" }]
    await callOperation(pool, "SignUp", {
      ClientId: "web",
      Username: "alice",
      Password: PASSWORD,
      UserAttributes,
    })
    const code = expect.stringMatching(/^\d{6}$/)
    const message = {
      kind: "SignUp",
      username: "alice",
      destination: "alice@example.com",
      code,
      sentAt: START,
    }
    expect(read).toEqual([message])
    expect(pool.outbox).toEqual([message])
  })
})

describe("a declaration", () => {
  const client = { id: "web", name: "Web" }
  it.each<[string, Partial<UserPoolConfig>, string]>([
    ["an id without a region", { id: "local" }, "user pool `local`: expected an id"],
    [
      "the issuer of another pool",
      { issuer: "https://example.com/other" },
      "expected it to end in the pool's id",
    ],
    [
      "two ways to use the address",
      { usernameAttributes: ["email"], aliasAttributes: ["email"] },
      "not both",
    ],
    ["one client twice", { clients: [client, client] }, "an id of its own"],
    [
      "a client id with a blank",
      { clients: [{ ...client, id: "a b" }] },
      "user pool client `a b`: expected an id",
    ],
    [
      "a custom attribute with its prefix",
      { customAttributes: [{ name: "custom:plan" }] },
      "custom attribute `custom:plan`",
    ],
    [
      "an access token of four minutes",
      { clients: [{ ...client, accessTokenValidity: 240 }] },
      "300 to 86400 seconds",
    ],
    [
      "an ID token of two days",
      { clients: [{ ...client, idTokenValidity: 172_800 }] },
      "300 to 86400 seconds",
    ],
    [
      "a refresh token that ends first",
      { clients: [{ ...client, accessTokenValidity: 7_200, refreshTokenValidity: 3_600 }] },
      "at least as long",
    ],
    [
      "a machine without a secret",
      { clients: [{ ...client, allowedOAuthFlows: ["client_credentials"] }] },
      "expected a secret",
    ],
    [
      "a scope of no server",
      {
        clients: [
          { ...client, secret: "x", allowedOAuthFlows: ["client_credentials"], allowedOAuthScopes: ["a/b"] },
        ],
      },
      "scope `a/b`",
    ],
  ])("is refused with %s", async (_what, change, message) => {
    await expect(createUserPool({ ...config, ...change }, deps)).rejects.toThrow(message)
  })
})
