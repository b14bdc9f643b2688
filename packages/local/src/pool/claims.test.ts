import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { callOperation } from "./protocol.ts"
import { ISSUER, openToken, PASSWORD, POOL_ID, START, startPool, type Testbed } from "./testbed.ts"

const UserPoolId = POOL_ID
const UUID = expect.stringMatching(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/)
const NOW = START / 1000
let bed: Testbed

beforeAll(async () => {
  bed = await startPool()
  const call = (name: string, input: object) => callOperation(bed.pool, name, { UserPoolId, ...input })
  for (const Username of ["plain", "member"])
    await call("AdminCreateUser", {
      Username,
      TemporaryPassword: PASSWORD,
      UserAttributes: [
        { Name: "email", Value: `${Username}@example.com` },
        { Name: "email_verified", Value: "true" },
        { Name: "nickname", Value: "not readable by the client" },
        { Name: "custom:plan", Value: "gold" },
        { Name: "custom:tier", Value: "not readable by the client" },
      ],
    })
  for (const Username of ["plain", "member"])
    await call("AdminSetUserPassword", { Username, Password: PASSWORD, Permanent: true })
  const RoleArn = (name: string) => `arn:aws:iam::123456789012:role/${name}`
  await call("CreateGroup", { GroupName: "readers" })
  await call("CreateGroup", { GroupName: "writers", Precedence: 5, RoleArn: RoleArn("writer") })
  await call("CreateGroup", { GroupName: "owners", Precedence: 0, RoleArn: RoleArn("owner") })
  for (const GroupName of ["readers", "writers", "owners"])
    await call("AdminAddUserToGroup", { Username: "member", GroupName })
})
afterAll(() => bed.stop())

async function tokensOf(USERNAME: string) {
  const AuthParameters = { USERNAME, PASSWORD }
  const answer = await callOperation(bed.pool, "InitiateAuth", {
    ClientId: "web",
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters,
  })
  const { AccessToken, IdToken } = Reflect.get(answer, "AuthenticationResult")
  return { access: openToken(bed.pool, AccessToken), id: openToken(bed.pool, IdToken) }
}

describe("an ID token", () => {
  it("has exactly Cognito's claims and the attributes that the client may read, custom ones too", async () => {
    const { id } = await tokensOf("plain")
    expect(id.claims).toEqual({
      sub: bed.pool.users.get("plain")?.sub,
      email: "plain@example.com",
      email_verified: true,
      "custom:plan": "gold",
      iss: ISSUER,
      "cognito:username": "plain",
      origin_jti: UUID,
      aud: "web",
      event_id: UUID,
      token_use: "id",
      auth_time: NOW,
      exp: NOW + 3_600,
      iat: NOW,
      jti: UUID,
    })
  })

  it("names the user's groups by precedence, their roles, and the role of the first", async () => {
    expect((await tokensOf("member")).id.claims).toMatchObject({
      "cognito:groups": ["owners", "writers", "readers"],
      "cognito:roles": ["arn:aws:iam::123456789012:role/owner", "arn:aws:iam::123456789012:role/writer"],
      "cognito:preferred_role": "arn:aws:iam::123456789012:role/owner",
    })
  })
})

describe("an access token", () => {
  it("has exactly the claims of the API's tokens, and no attribute", async () => {
    const { access } = await tokensOf("plain")
    expect(access.claims).toEqual({
      sub: bed.pool.users.get("plain")?.sub,
      iss: ISSUER,
      client_id: "web",
      origin_jti: UUID,
      event_id: UUID,
      token_use: "access",
      scope: "aws.cognito.signin.user.admin",
      auth_time: NOW,
      exp: NOW + 3_600,
      iat: NOW,
      jti: UUID,
      username: "plain",
    })
  })

  it("names the groups and no roles", async () => {
    const { claims } = (await tokensOf("member")).access
    expect(claims["cognito:groups"]).toEqual(["owners", "writers", "readers"])
    expect(Object.keys(claims).filter((name) => name.startsWith("cognito:"))).toEqual(["cognito:groups"])
  })
})

describe("the two tokens of one sign-in", () => {
  it("share origin_jti and event_id, and have their own jti and key", async () => {
    const { access, id } = await tokensOf("plain")
    expect(access.claims.origin_jti).toBe(id.claims.origin_jti)
    expect(access.claims.event_id).toBe(id.claims.event_id)
    expect(access.claims.jti).not.toBe(id.claims.jti)
    expect(Object.keys(access.header)).toEqual(["kid", "alg"])
    expect(access.header.alg).toBe("RS256")
    expect(access.header.kid).not.toBe(id.header.kid)
  })
})
