import {
  AdminUserGlobalSignOutCommand,
  ChangePasswordCommand,
  DeleteUserCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserAttributeVerificationCodeCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  RevokeTokenCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { callOperation } from "./protocol.ts"
import { type SdkTestbed, startSdkPool } from "./sdk-testbed.ts"
import { openToken, PASSWORD, POOL_ID, refusal } from "./testbed.ts"

const UserPoolId = POOL_ID
let bed: SdkTestbed
let Username = ""
let tokens: {
  AccessToken?: string | undefined
  IdToken?: string | undefined
  RefreshToken?: string | undefined
}

beforeAll(async () => {
  bed = await startSdkPool()
})
afterAll(() => bed.stop())

let count = 0
beforeEach(async () => {
  Username = `user${++count}`
  const UserAttributes = [
    { Name: "email", Value: `${Username}@example.com` },
    { Name: "nickname", Value: "not readable by the client" },
    { Name: "custom:tier", Value: "fixed" },
  ]
  const user = { UserPoolId, Username }
  await callOperation(bed.pool, "AdminCreateUser", { ...user, TemporaryPassword: PASSWORD, UserAttributes })
  await callOperation(bed.pool, "AdminSetUserPassword", { ...user, Password: PASSWORD, Permanent: true })
  tokens = await signIn()
})

async function signIn(password = PASSWORD) {
  const AuthParameters = { USERNAME: Username, PASSWORD: password }
  const command = new InitiateAuthCommand({ ClientId: "web", AuthFlow: "USER_PASSWORD_AUTH", AuthParameters })
  return (await bed.sdk.send(command)).AuthenticationResult ?? {}
}

const getUser = (AccessToken = tokens.AccessToken) => bed.sdk.send(new GetUserCommand({ AccessToken }))
const update = (given: Record<string, string>) =>
  bed.sdk.send(
    new UpdateUserAttributesCommand({
      AccessToken: tokens.AccessToken,
      UserAttributes: Object.entries(given).map(([Name, Value]) => ({ Name, Value })),
    }),
  )

describe("users who are signed in", () => {
  it("see the attributes that the client may read", async () => {
    expect(await getUser()).toMatchObject({
      Username,
      UserAttributes: [
        { Name: "sub", Value: bed.pool.users.get(Username)?.sub },
        { Name: "email", Value: `${Username}@example.com` },
      ],
    })
  })

  it("write those that the client may write, and verify a new email address by a code", async () => {
    expect((await update({ name: "New Name" })).CodeDeliveryDetailsList).toEqual([])
    const { CodeDeliveryDetailsList } = await update({ email: "moved@example.com" })
    expect(CodeDeliveryDetailsList).toMatchObject([{ AttributeName: "email", Destination: "m***@e***" }])
    expect(bed.pool.users.get(Username)?.attributes).toMatchObject({
      name: "New Name",
      email_verified: "false",
    })
    const verify = (Code: string | undefined) =>
      bed.sdk.send(
        new VerifyUserAttributeCommand({ AccessToken: tokens.AccessToken, AttributeName: "email", Code }),
      )
    expect(await refusal(verify("nonsense"))).toMatch(/^CodeMismatchException/)
    await bed.sdk.send(
      new GetUserAttributeVerificationCodeCommand({
        AccessToken: tokens.AccessToken,
        AttributeName: "email",
      }),
    )
    await verify(bed.pool.outbox.at(-1)?.code)
    expect(bed.pool.users.get(Username)?.attributes.email_verified).toBe("true")
  })

  it.each([
    ["custom:plan", "NotAuthorizedException: A client attempted to write unauthorized attribute"],
    ["custom:tier", "NotAuthorizedException: A client attempted to write unauthorized attribute"],
    ["custom:permissions", "NotAuthorizedException: A client attempted to write unauthorized attribute"],
    ["email_verified", "NotAuthorizedException: A client attempted to write unauthorized attribute"],
    ["nickname", "NotAuthorizedException: A client attempted to write unauthorized attribute"],
    ["sub", "InvalidParameterException: user.sub: Attribute cannot be updated."],
  ])("write no `%s`, and none of what came with it", async (name, expected) => {
    const before = bed.pool.users.get(Username)
    expect(await refusal(update({ name: "New Name", [name]: "true" }))).toBe(expected)
    expect(bed.pool.users.get(Username)).toEqual(before)
  })

  it("change their password when they know it", async () => {
    const change = (PreviousPassword: string, ProposedPassword: string) =>
      bed.sdk.send(
        new ChangePasswordCommand({ AccessToken: tokens.AccessToken, PreviousPassword, ProposedPassword }),
      )
    expect(await refusal(change("Wrong-Horse-7", "Chosen-Horse-8"))).toBe(
      "NotAuthorizedException: Incorrect username or password.",
    )
    expect(await refusal(change(PASSWORD, "weak-password"))).toMatch(/^InvalidPasswordException/)
    await change(PASSWORD, "Chosen-Horse-8")
    expect(await refusal(signIn())).toBe("NotAuthorizedException: Incorrect username or password.")
    expect((await signIn("Chosen-Horse-8")).AccessToken).toBeDefined()
  })

  it("delete themselves", async () => {
    await bed.sdk.send(new DeleteUserCommand({ AccessToken: tokens.AccessToken }))
    expect(bed.pool.users.has(Username)).toBe(false)
    expect(await refusal(getUser())).toBe("NotAuthorizedException: Access Token has been revoked")
    expect(await refusal(signIn())).toBe("UserNotFoundException: User does not exist.")
  })
})

describe("an access token", () => {
  it("is refused when it is changed, of another kind, or too old", async () => {
    const [header = "", payload = "", signature = ""] = (tokens.AccessToken ?? "").split(".")
    const { claims } = openToken(bed.pool, tokens.AccessToken)
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
    const forged = [
      `${header}.${encode({ ...claims, username: "root" })}.${signature}`,
      `${encode({ alg: "none" })}.${payload}.`,
      `${encode({ alg: "HS256", kid: openToken(bed.pool, tokens.AccessToken).header.kid })}.${payload}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      "not-a-token",
      tokens.IdToken,
    ]
    for (const token of forged)
      expect(await refusal(getUser(token))).toBe("NotAuthorizedException: Invalid Access Token")
    bed.pass(3_600)
    expect(await refusal(getUser())).toBe("NotAuthorizedException: Access Token has expired")
  })

  it.each<[string, () => Promise<unknown>]>([
    [
      "the user signs out everywhere",
      () => bed.sdk.send(new GlobalSignOutCommand({ AccessToken: tokens.AccessToken })),
    ],
    [
      "an administrator signs the user out",
      () => bed.sdk.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username })),
    ],
    [
      "its refresh token is revoked",
      () => bed.sdk.send(new RevokeTokenCommand({ ClientId: "web", Token: tokens.RefreshToken })),
    ],
  ])("and its refresh token end for the pool when %s", async (_what, end) => {
    await getUser()
    await end()
    expect(await refusal(getUser())).toBe("NotAuthorizedException: Access Token has been revoked")
    const { RefreshToken } = tokens
    expect(
      await refusal(bed.sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId: "web", RefreshToken }))),
    ).toBe("NotAuthorizedException: Refresh Token has been revoked")
    // Whoever verifies the signature alone does not notice: that is Cognito too.
    expect(openToken(bed.pool, tokens.AccessToken).claims.username).toBe(Username)
  })
})

describe("revoking a token", () => {
  const revoke = (Token: string | undefined, ClientId = "web") =>
    bed.sdk.send(new RevokeTokenCommand({ ClientId, Token }))

  it("leaves the user's other sign-ins alone", async () => {
    const other = await signIn()
    await revoke(tokens.RefreshToken)
    expect(await getUser(other.AccessToken)).toMatchObject({ Username })
  })

  it("takes no access token, no made-up one, and none of another client", async () => {
    expect(await refusal(revoke(tokens.AccessToken))).toMatch(/^UnsupportedTokenTypeException/)
    expect(await refusal(revoke("garbage"))).toMatch(/^InvalidParameterException/)
    const { origin_jti } = openToken(bed.pool, tokens.AccessToken).claims
    expect(await refusal(revoke(`${origin_jti}.AAAA`))).toMatch(/^InvalidParameterException/)
    expect(await refusal(revoke(tokens.RefreshToken, "server"))).toBe(
      "NotAuthorizedException: Unable to verify secret for client server",
    )
    expect(await getUser()).toMatchObject({ Username })
  })
})
