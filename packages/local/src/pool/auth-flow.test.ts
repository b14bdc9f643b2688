import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  type AuthFlowType,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { secretHash } from "./client.ts"
import { type SdkTestbed, startSdkPool } from "./sdk-testbed.ts"
import { CLIENTS, openToken, PASSWORD, POOL_ID, refusal, SECRET, START } from "./testbed.ts"

const UserPoolId = POOL_ID
let bed: SdkTestbed

beforeAll(async () => {
  const [web, ...others] = CLIENTS
  if (web === undefined) throw new Error("no client")
  bed = await startSdkPool({
    clients: [
      web,
      ...others,
      { id: "srponly", name: "SRP only" },
      { ...web, id: "rotating", refreshTokenRotation: { graceSeconds: 10 } },
      { ...web, id: "brief", accessTokenValidity: 300, idTokenValidity: 600, refreshTokenValidity: 3_600 },
    ],
  })
  await addUser("alice")
})
afterAll(() => bed.stop())

async function addUser(Username: string, Permanent = true): Promise<void> {
  await bed.sdk.send(new AdminCreateUserCommand({ UserPoolId, Username, TemporaryPassword: PASSWORD }))
  if (Permanent)
    await bed.sdk.send(
      new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: PASSWORD, Permanent }),
    )
}

const initiate = (AuthFlow: AuthFlowType, AuthParameters: Record<string, string>, ClientId = "web") =>
  bed.sdk.send(new InitiateAuthCommand({ ClientId, AuthFlow, AuthParameters }))

const signIn = (username: string, password = PASSWORD, ClientId = "web") =>
  initiate("USER_PASSWORD_AUTH", { USERNAME: username, PASSWORD: password }, ClientId)

describe("a sign-in by password", () => {
  it("gives three tokens of type Bearer, and says how long the access token lives", async () => {
    const { AuthenticationResult, ChallengeName } = await signIn("alice")
    expect(ChallengeName).toBeUndefined()
    expect(AuthenticationResult).toMatchObject({ ExpiresIn: 3600, TokenType: "Bearer" })
    for (const token of ["AccessToken", "IdToken", "RefreshToken"] as const)
      expect(AuthenticationResult?.[token]).toMatch(/^[A-Za-z0-9-_=.]+$/)
  })

  it("takes a username in any case", async () => {
    expect((await signIn("ALICE")).AuthenticationResult).toBeDefined()
  })

  it("works for a server with AWS credentials, by the flow that is meant for it", async () => {
    for (const AuthFlow of ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"] as const) {
      const AuthParameters = { USERNAME: "alice", PASSWORD }
      const command = new AdminInitiateAuthCommand({ UserPoolId, ClientId: "web", AuthFlow, AuthParameters })
      expect((await bed.sdk.send(command)).AuthenticationResult?.IdToken).toBeDefined()
    }
  })

  const hash = (name: string) => secretHash(SECRET, name, "server")
  it.each<[string, () => Promise<unknown>, string]>([
    [
      "a wrong password",
      () => signIn("alice", "Wrong-Horse-7"),
      "NotAuthorizedException: Incorrect username or password.",
    ],
    [
      "a password in other case",
      () => signIn("alice", PASSWORD.toLowerCase()),
      "NotAuthorizedException: Incorrect username or password.",
    ],
    ["an unknown user", () => signIn("nobody"), "UserNotFoundException: User does not exist."],
    ["a name from a prototype", () => signIn("__proto__"), "UserNotFoundException: User does not exist."],
    [
      "no password",
      () => initiate("USER_PASSWORD_AUTH", { USERNAME: "alice" }),
      "InvalidParameterException: Missing required parameter PASSWORD",
    ],
    [
      "no username",
      () => initiate("USER_PASSWORD_AUTH", { PASSWORD }),
      "InvalidParameterException: Missing required parameter USERNAME",
    ],
    [
      "an unknown client",
      () => signIn("alice", PASSWORD, "other"),
      "ResourceNotFoundException: User pool client other does not exist.",
    ],
    [
      "a client without the flow",
      () => signIn("alice", PASSWORD, "srponly"),
      "InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client",
    ],
    [
      "SRP without its value",
      () => initiate("USER_SRP_AUTH", { USERNAME: "alice" }),
      "InvalidParameterException: Missing required parameter SRP_A",
    ],
    [
      "SRP with a value of zero",
      () => initiate("USER_SRP_AUTH", { USERNAME: "alice", SRP_A: "0" }),
      "InvalidParameterException: SRP_A is not a valid public value",
    ],
    [
      "the flow of servers from a device",
      () => initiate("ADMIN_USER_PASSWORD_AUTH", { USERNAME: "alice", PASSWORD }),
      "InvalidParameterException: Initiate Auth method not supported.",
    ],
    [
      "a flow that the pool has not",
      () => initiate("CUSTOM_AUTH", { USERNAME: "alice" }),
      "InvalidParameterException: Initiate Auth method not supported.",
    ],
    [
      "a secret hash nobody asked for",
      () => initiate("USER_PASSWORD_AUTH", { USERNAME: "alice", PASSWORD, SECRET_HASH: "eA==" }),
      "NotAuthorizedException: Client web is not configured for secret but secret was received",
    ],
    [
      "a missing secret hash",
      () => signIn("alice", PASSWORD, "server"),
      "NotAuthorizedException: Client server is configured with secret but SECRET_HASH was not received",
    ],
    [
      "a secret hash for somebody else",
      () =>
        initiate("USER_PASSWORD_AUTH", { USERNAME: "alice", PASSWORD, SECRET_HASH: hash("bob") }, "server"),
      "NotAuthorizedException: Unable to verify secret hash for client server",
    ],
    [
      "an unknown user, where that is hidden",
      () =>
        initiate(
          "USER_PASSWORD_AUTH",
          { USERNAME: "nobody", PASSWORD, SECRET_HASH: hash("nobody") },
          "server",
        ),
      "NotAuthorizedException: Incorrect username or password.",
    ],
  ])("refuses %s", async (_what, attempt, expected) => {
    expect(await refusal(attempt())).toBe(expected)
  })

  it("accepts the secret hash that belongs to the user", async () => {
    const parameters = { USERNAME: "alice", PASSWORD, SECRET_HASH: hash("alice") }
    expect((await initiate("USER_PASSWORD_AUTH", parameters, "server")).AuthenticationResult).toBeDefined()
  })

  it("tells who gave the right password that the account is disabled, and nobody else", async () => {
    await addUser("disabled")
    await bed.sdk.send(new AdminDisableUserCommand({ UserPoolId, Username: "disabled" }))
    expect(await refusal(signIn("disabled"))).toBe("NotAuthorizedException: User is disabled.")
    expect(await refusal(signIn("disabled", "Wrong-Horse-7"))).toBe(
      "NotAuthorizedException: Incorrect username or password.",
    )
  })

  it("refuses an account that is not confirmed", async () => {
    await bed.sdk.send(new SignUpCommand({ ClientId: "web", Username: "fresh", Password: PASSWORD }))
    expect(await refusal(signIn("fresh"))).toBe("UserNotConfirmedException: User is not confirmed.")
  })

  it("hides by a simulated SRP exchange that a user does not exist, with the same salt every time", async () => {
    const parameters = { USERNAME: "ghost", SRP_A: "1234", SECRET_HASH: hash("ghost") }
    const [first, second] = [
      await initiate("USER_SRP_AUTH", parameters, "server"),
      await initiate("USER_SRP_AUTH", parameters, "server"),
    ]
    expect(first.ChallengeName).toBe("PASSWORD_VERIFIER")
    expect(first.ChallengeParameters?.SALT).toBe(second.ChallengeParameters?.SALT)
    expect(first.ChallengeParameters?.SRP_B).not.toBe(second.ChallengeParameters?.SRP_B)
  })
})

describe("the challenge for a new password", () => {
  const respond = (
    Session: string | undefined,
    ChallengeResponses: Record<string, string>,
    ClientId = "web",
  ) =>
    bed.sdk.send(
      new RespondToAuthChallengeCommand({
        ClientId,
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session,
        ChallengeResponses,
      }),
    )

  async function challenged(USERNAME: string) {
    await addUser(USERNAME, false)
    const { Session, ChallengeName, ChallengeParameters } = await signIn(USERNAME)
    expect(ChallengeName).toBe("NEW_PASSWORD_REQUIRED")
    expect(ChallengeParameters).toEqual({
      USER_ID_FOR_SRP: USERNAME,
      requiredAttributes: "[]",
      userAttributes: "{}",
    })
    return { Session, answer: { USERNAME, NEW_PASSWORD: "Chosen-Horse-8" } }
  }

  it("is answered once, sets attributes on the way, and may be corrected before", async () => {
    const { Session, answer } = await challenged("new1")
    expect(await refusal(respond(Session, { ...answer, NEW_PASSWORD: "short" }))).toBe(
      "InvalidPasswordException: Password did not conform with policy: Password not long enough",
    )
    const done = await respond(Session, { ...answer, "userAttributes.name": "New One" })
    expect(openToken(bed.pool, done.AuthenticationResult?.IdToken).claims.name).toBe("New One")
    expect(await refusal(respond(Session, answer))).toBe(
      "NotAuthorizedException: Invalid session for the user.",
    )
    expect((await signIn("new1", "Chosen-Horse-8")).AuthenticationResult).toBeDefined()
  })

  it("is not answered for somebody else, by another client, with a made-up session, or too late", async () => {
    const { Session, answer } = await challenged("new2")
    const refused = "NotAuthorizedException: Invalid session for the user."
    expect(await refusal(respond(Session, { ...answer, USERNAME: "alice" }))).toBe(refused)
    expect(await refusal(respond(Session, answer, "brief"))).toBe(refused)
    expect(await refusal(respond("A".repeat(128), answer))).toBe(refused)
    expect(await refusal(respond(undefined, answer))).toBe(
      "InvalidParameterException: Missing required parameter Session",
    )
    bed.pass(181)
    expect(await refusal(respond(Session, answer))).toBe(refused)
    expect(bed.pool.users.get("new2")?.status).toBe("FORCE_CHANGE_PASSWORD")
  })

  it.each([
    ["plan", "custom:plan", "NotAuthorizedException: A client attempted to write unauthorized attribute"],
    ["sub", "sub", "InvalidParameterException: user.sub: Attribute cannot be updated."],
    [
      "verified",
      "email_verified",
      "NotAuthorizedException: A client attempted to write unauthorized attribute",
    ],
  ])("refuses to set %s, and changes nothing", async (name, attribute, expected) => {
    const { Session, answer } = await challenged(`new-${name}`)
    expect(await refusal(respond(Session, { ...answer, [`userAttributes.${attribute}`]: "true" }))).toBe(
      expected,
    )
    expect(bed.pool.users.get(`new-${name}`)?.attributes).toEqual({})
  })

  it("comes no more once the temporary password is too old", async () => {
    await addUser("late", false)
    bed.pass(7 * 86_400 + 1)
    expect(await refusal(signIn("late"))).toBe(
      "NotAuthorizedException: Temporary password has expired and must be reset by an administrator.",
    )
  })
})

describe("a refresh", () => {
  const refreshWith = (RefreshToken: string | undefined, ClientId = "web") =>
    bed.sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken }))

  it("keeps origin_jti and auth_time, and gives no new refresh token", async () => {
    const first = (await signIn("alice")).AuthenticationResult
    const before = openToken(bed.pool, first?.AccessToken).claims
    bed.pass(600)
    for (const flow of ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"] as const) {
      const again = (await initiate(flow, { REFRESH_TOKEN: first?.RefreshToken ?? "" })).AuthenticationResult
      expect(again?.RefreshToken).toBeUndefined()
      const after = openToken(bed.pool, again?.AccessToken).claims
      expect(after).toMatchObject({ origin_jti: before.origin_jti, auth_time: before.auth_time })
      expect(after.iat).toBe(Number(before.iat) + 600)
      expect(after.jti).not.toBe(before.jti)
    }
  })

  it("is refused with a token that is made up, changed, of another client, too old, or of a disabled user", async () => {
    const invalid = "NotAuthorizedException: Invalid Refresh Token"
    const token = (await signIn("alice", PASSWORD, "brief")).AuthenticationResult?.RefreshToken ?? ""
    const [originJti] = token.split(".")
    for (const other of ["garbage", `${originJti}.AAAA`, `${token}A`, originJti])
      expect(await refusal(refreshWith(other, "brief"))).toBe(invalid)
    expect(await refusal(refreshWith(token, "web"))).toBe(invalid)
    bed.pass(3_600)
    expect(await refusal(refreshWith(token, "brief"))).toBe(
      "NotAuthorizedException: Refresh Token has expired",
    )
    await addUser("leaver")
    const held = (await signIn("leaver")).AuthenticationResult?.RefreshToken
    await bed.sdk.send(new AdminDisableUserCommand({ UserPoolId, Username: "leaver" }))
    expect(await refusal(refreshWith(held))).toBe("NotAuthorizedException: User is disabled.")
  })

  it("is refused after a sign-out everywhere, and a new sign-in is not", async () => {
    await addUser("mover")
    const held = (await signIn("mover")).AuthenticationResult?.RefreshToken
    await bed.sdk.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: "mover" }))
    expect(await refusal(refreshWith(held))).toBe("NotAuthorizedException: Refresh Token has been revoked")
    const fresh = (await signIn("mover")).AuthenticationResult?.RefreshToken
    expect((await refreshWith(fresh)).AuthenticationResult?.AccessToken).toBeDefined()
  })

  it("replaces the token where the client rotates; the old one is good for the grace time and then a theft", async () => {
    const first = (await signIn("alice", PASSWORD, "rotating")).AuthenticationResult?.RefreshToken
    const second = (await refreshWith(first, "rotating")).AuthenticationResult?.RefreshToken
    expect(second).not.toBe(first)
    expect((await refreshWith(first, "rotating")).AuthenticationResult?.RefreshToken).toBeDefined()
    bed.pass(10)
    expect(await refusal(refreshWith(first, "rotating"))).toMatch(/^RefreshTokenReuseException/)
    expect(await refusal(initiate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: second ?? "" }, "rotating"))).toBe(
      "InvalidParameterException: REFRESH_TOKEN_AUTH flow not enabled for this client",
    )
  })

  it("needs the client's secret", async () => {
    const SECRET_HASH = secretHash(SECRET, "alice", "server")
    const parameters = { USERNAME: "alice", PASSWORD, SECRET_HASH }
    const held =
      (await initiate("USER_PASSWORD_AUTH", parameters, "server")).AuthenticationResult?.RefreshToken ?? ""
    const refresh = (rest: object) =>
      initiate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: held, ...rest }, "server")
    expect(await refusal(refresh({}))).toMatch(/SECRET_HASH was not received$/)
    expect(await refusal(refresh({ SECRET_HASH: "eA==" }))).toMatch(
      /^NotAuthorizedException: Unable to verify/,
    )
    expect((await refresh({ SECRET_HASH })).AuthenticationResult?.IdToken).toBeDefined()
    expect(await refusal(refreshWith(held, "server"))).toMatch(
      /^NotAuthorizedException: Unable to verify secret/,
    )
  })
})

describe("the lifetime of tokens", () => {
  it("is the client's own", async () => {
    const { AuthenticationResult } = await signIn("alice", PASSWORD, "brief")
    const lifetime = (token: string | undefined) => {
      const { exp, iat } = openToken(bed.pool, token).claims
      return Number(exp) - Number(iat)
    }
    expect(AuthenticationResult?.ExpiresIn).toBe(300)
    expect(lifetime(AuthenticationResult?.AccessToken)).toBe(300)
    expect(lifetime(AuthenticationResult?.IdToken)).toBe(600)
    expect(Number(openToken(bed.pool, AuthenticationResult?.AccessToken).claims.iat)).toBeGreaterThan(
      START / 1000,
    )
  })
})
