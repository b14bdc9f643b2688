import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
  ListUsersCommand,
  RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { afterEach, describe, expect, it } from "vitest"
import type { Invocation } from "../function.ts"
import { callOperation } from "./protocol.ts"
import { type SdkTestbed, startSdkPool } from "./sdk-testbed.ts"
import { answerWith, createTrigger, openToken, PASSWORD, POOL_ID, refusal } from "./testbed.ts"
import { hasPassword } from "./user.ts"

const UserPoolId = POOL_ID
let bed: SdkTestbed
afterEach(() => bed.stop())

async function poolWith(preTokenGeneration: ReturnType<typeof createTrigger>): Promise<void> {
  bed = await startSdkPool({ preTokenGeneration, aliasAttributes: ["email"] })
  const UserAttributes = [
    { Name: "email", Value: "alice@example.com" },
    { Name: "email_verified", Value: "true" },
    { Name: "custom:plan", Value: "free" },
    { Name: "custom:tier", Value: "hidden from the client" },
  ]
  const user = { UserPoolId, Username: "alice" }
  await bed.sdk.send(new AdminCreateUserCommand({ ...user, TemporaryPassword: PASSWORD, UserAttributes }))
  await bed.sdk.send(new AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }))
  await callOperation(bed.pool, "CreateGroup", { UserPoolId, GroupName: "staff" })
  await callOperation(bed.pool, "AdminAddUserToGroup", { ...user, GroupName: "staff" })
}

const signIn = (ClientMetadata?: Record<string, string>) =>
  bed.sdk.send(
    new InitiateAuthCommand({
      ClientId: "web",
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "alice", PASSWORD },
      ClientMetadata,
    }),
  )

const event = (version: string, rest: object) => ({
  version,
  triggerSource: "TokenGeneration_Authentication",
  region: "eu-west-1",
  userPoolId: POOL_ID,
  userName: "alice",
  callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: "web" },
  ...rest,
})
const request = {
  userAttributes: {
    sub: expect.any(String),
    "cognito:user_status": "CONFIRMED",
    "cognito:email_alias": "alice@example.com",
    email: "alice@example.com",
    email_verified: "true",
    "custom:plan": "free",
    "custom:tier": "hidden from the client",
  },
  groupConfiguration: { groupsToOverride: ["staff"], iamRolesToOverride: [], preferredRole: null },
}

describe("the event", () => {
  it("of version 1 has no scopes", async () => {
    const trigger = createTrigger("V1_0", (sent) => ({ ok: true, payload: sent }))
    await poolWith(trigger)
    await signIn()
    expect(trigger.events).toEqual([event("1", { request, response: { claimsOverrideDetails: null } })])
  })

  it.each([
    ["V2_0", "2"],
    ["V3_0", "3"],
  ] as const)("of version %s has the scopes to come", async (version, number) => {
    const trigger = createTrigger(version, (sent) => ({ ok: true, payload: sent }))
    await poolWith(trigger)
    await signIn()
    const withScopes = { ...request, scopes: ["aws.cognito.signin.user.admin"] }
    const response = { claimsAndScopeOverrideDetails: null }
    expect(trigger.events).toEqual([event(number, { request: withScopes, response })])
  })

  it("holds the metadata of an answered challenge and of GetTokensFromRefreshToken, but none of InitiateAuth", async () => {
    const trigger = createTrigger("V2_0", (sent) => ({ ok: true, payload: sent }))
    await poolWith(trigger)
    const { AuthenticationResult } = await signIn({ from: "InitiateAuth" })
    expect(trigger.events.at(-1)?.request).not.toHaveProperty("clientMetadata")
    const ClientMetadata = { tenant: "one" }
    const RefreshToken = AuthenticationResult?.RefreshToken
    await bed.sdk.send(
      new GetTokensFromRefreshTokenCommand({ ClientId: "web", RefreshToken, ClientMetadata }),
    )
    expect(trigger.events.at(-1)).toMatchObject({
      triggerSource: "TokenGeneration_RefreshTokens",
      request: { clientMetadata: { tenant: "one" } },
    })
    await bed.sdk.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: "alice", Password: PASSWORD }))
    const { Session } = await signIn()
    const ChallengeResponses = { USERNAME: "alice", NEW_PASSWORD: "Chosen-Horse-8" }
    const answer = {
      ClientId: "web",
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session,
      ChallengeResponses,
    } as const
    await bed.sdk.send(new RespondToAuthChallengeCommand({ ...answer, ClientMetadata }))
    expect(trigger.events.at(-1)).toMatchObject({
      triggerSource: "TokenGeneration_NewPasswordChallenge",
      request: { clientMetadata: { tenant: "one" } },
    })
  })
})

describe("what a trigger changes", () => {
  it("is, in version 1, the ID token and the groups of both", async () => {
    await poolWith(
      createTrigger("V1_0", (sent) =>
        answerWith(sent, {
          claimsOverrideDetails: {
            claimsToAddOrOverride: { "custom:plan": "from the trigger", sub: "somebody else" },
            claimsToSuppress: ["email"],
            groupOverrideDetails: {
              groupsToOverride: ["other"],
              iamRolesToOverride: ["r"],
              preferredRole: "r",
            },
          },
        }),
      ),
    )
    const { AuthenticationResult } = await signIn()
    const id = openToken(bed.pool, AuthenticationResult?.IdToken).claims
    const access = openToken(bed.pool, AuthenticationResult?.AccessToken).claims
    expect(id).toMatchObject({
      "custom:plan": "from the trigger",
      "cognito:groups": ["other"],
      "cognito:roles": ["r"],
    })
    expect(id.sub).toBe(bed.pool.users.get("alice")?.sub)
    expect(id).not.toHaveProperty("email")
    expect(access["cognito:groups"]).toEqual(["other"])
    expect(access).not.toHaveProperty("custom:plan")
  })

  it("is, in version 2, each token by itself and the scopes", async () => {
    await poolWith(
      createTrigger("V2_0", (sent) =>
        answerWith(sent, {
          claimsAndScopeOverrideDetails: {
            idTokenGeneration: { claimsToAddOrOverride: { for: "id" } },
            accessTokenGeneration: {
              claimsToAddOrOverride: { for: "access", "custom:permissions": ["a", 1, { b: true }] },
              scopesToAdd: ["api/read"],
              scopesToSuppress: ["aws.cognito.signin.user.admin"],
            },
          },
        }),
      ),
    )
    const { AuthenticationResult } = await signIn()
    expect(openToken(bed.pool, AuthenticationResult?.IdToken).claims.for).toBe("id")
    expect(openToken(bed.pool, AuthenticationResult?.AccessToken).claims).toMatchObject({
      for: "access",
      "custom:permissions": ["a", 1, { b: true }],
      scope: "api/read",
    })
    const AccessToken = AuthenticationResult?.AccessToken
    expect(await refusal(callOperation(bed.pool, "GetUser", { AccessToken }))).toBe(
      "CognitoFailure: Access Token does not have required scopes",
    )
  })

  it("reaches a refreshed token: the trigger is asked again", async () => {
    let plan = "one"
    await poolWith(
      createTrigger("V2_0", (sent) =>
        answerWith(sent, {
          claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: { plan } } },
        }),
      ),
    )
    const { AuthenticationResult } = await signIn()
    plan = "two"
    const RefreshToken = AuthenticationResult?.RefreshToken
    const refreshed = await bed.sdk.send(
      new GetTokensFromRefreshTokenCommand({ ClientId: "web", RefreshToken }),
    )
    expect(openToken(bed.pool, AuthenticationResult?.AccessToken).claims.plan).toBe("one")
    expect(openToken(bed.pool, refreshed.AuthenticationResult?.AccessToken).claims.plan).toBe("two")
  })

  it("leaves a user's own `custom:` attribute in the ID token when it does not set the claim", async () => {
    await poolWith(createTrigger("V2_0", (sent) => ({ ok: true, payload: sent })))
    const UserAttributes = [{ Name: "custom:plan", Value: "written by the user" }]
    await bed.sdk.send(
      new AdminUpdateUserAttributesCommand({ UserPoolId, Username: "alice", UserAttributes }),
    )
    const { AuthenticationResult } = await signIn()
    expect(openToken(bed.pool, AuthenticationResult?.IdToken).claims["custom:plan"]).toBe(
      "written by the user",
    )
  })
})

describe("a trigger that fails", () => {
  const failing = (errorMessage: string): Invocation => ({ ok: false, errorType: "Error", errorMessage })

  it("is called once, its message reaches the person, and nobody is signed in", async () => {
    const trigger = createTrigger("V2_0", () => failing("permissions are not available"))
    await poolWith(trigger)
    expect(await refusal(signIn())).toBe(
      "UserLambdaValidationException: PreTokenGeneration failed with error permissions are not available.",
    )
    expect(trigger.events).toHaveLength(1)
    expect(bed.pool.signIns.size).toBe(0)
  })

  it("is an invalid response when it answers something else", async () => {
    await poolWith(createTrigger("V2_0", () => ({ ok: true, payload: undefined })))
    expect(await refusal(signIn())).toBe("InvalidLambdaResponseException: Unrecognizable lambda output")
    expect(bed.pool.signIns.size).toBe(0)
  })

  it("is called three times in all when it does not answer in time", async () => {
    const trigger = createTrigger("V2_0", () => new Promise<Invocation>(() => {}), 20)
    await poolWith(trigger)
    const started = performance.now()
    expect(await refusal(signIn())).toBe(
      "UnexpectedLambdaException: PreTokenGeneration invocation failed due to error Socket timeout while invoking Lambda function.",
    )
    expect(performance.now() - started).toBeGreaterThan(55)
    expect(trigger.events).toHaveLength(3)
  })

  it("has answered when a later attempt answers, with the same event", async () => {
    const trigger = createTrigger(
      "V2_0",
      (sent) =>
        trigger.events.length < 3
          ? new Promise<Invocation>(() => {})
          : answerWith(sent, {
              claimsAndScopeOverrideDetails: { idTokenGeneration: { claimsToAddOrOverride: { n: 3 } } },
            }),
      20,
    )
    await poolWith(trigger)
    const { AuthenticationResult } = await signIn()
    expect(openToken(bed.pool, AuthenticationResult?.IdToken).claims.n).toBe(3)
    expect(trigger.events[2]).toEqual(trigger.events[0])
  })

  it("leaves a temporary password as it was, and the next try works", async () => {
    let works = false
    await poolWith(
      createTrigger("V2_0", (sent) => (works ? { ok: true, payload: sent } : failing("not now"))),
    )
    await bed.sdk.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: "alice", Password: PASSWORD }))
    const respond = async () => {
      const { Session } = await signIn()
      const ChallengeResponses = { USERNAME: "alice", NEW_PASSWORD: "Chosen-Horse-8" }
      const answer = {
        ClientId: "web",
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session,
        ChallengeResponses,
      } as const
      return bed.sdk.send(new RespondToAuthChallengeCommand(answer))
    }
    expect(await refusal(respond())).toMatch(/^UserLambdaValidationException/)
    expect(bed.pool.users.get("alice")?.status).toBe("FORCE_CHANGE_PASSWORD")
    works = true
    expect((await respond()).AuthenticationResult).toBeDefined()
  })
})

describe("while the trigger runs", () => {
  it("a user who is disabled is not signed in any more, nor one who is deleted", async () => {
    let meanwhile = "AdminDisableUser"
    await poolWith(
      createTrigger("V2_0", async (sent) => {
        await callOperation(bed.pool, meanwhile, { UserPoolId, Username: "alice" })
        return { ok: true, payload: sent }
      }),
    )
    expect(await refusal(signIn())).toBe("NotAuthorizedException: User is disabled.")
    await callOperation(bed.pool, "AdminEnableUser", { UserPoolId, Username: "alice" })
    meanwhile = "AdminDeleteUser"
    expect(await refusal(signIn())).toBe("NotAuthorizedException: Incorrect username or password.")
    expect((await bed.sdk.send(new ListUsersCommand({ UserPoolId }))).Users).toEqual([])
  })

  it("a refresh whose sign-in is revoked is refused", async () => {
    let revoke = false
    await poolWith(
      createTrigger("V2_0", async (sent) => {
        if (revoke) await bed.sdk.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: "alice" }))
        return { ok: true, payload: sent }
      }),
    )
    const RefreshToken = (await signIn()).AuthenticationResult?.RefreshToken
    revoke = true
    const refresh = new GetTokensFromRefreshTokenCommand({ ClientId: "web", RefreshToken })
    expect(await refusal(bed.sdk.send(refresh))).toBe(
      "NotAuthorizedException: Refresh Token has been revoked",
    )
  })

  it("a temporary password that somebody else replaced is not replaced again", async () => {
    await poolWith(
      createTrigger("V2_0", async (sent) => {
        const replaced = { UserPoolId, Username: "alice", Password: "Admins-Horse-9", Permanent: true }
        await callOperation(bed.pool, "AdminSetUserPassword", replaced)
        return { ok: true, payload: sent }
      }),
    )
    await bed.sdk.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: "alice", Password: PASSWORD }))
    const { Session } = await signIn()
    const ChallengeResponses = { USERNAME: "alice", NEW_PASSWORD: "Chosen-Horse-8" }
    const answer = {
      ClientId: "web",
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session,
      ChallengeResponses,
    } as const
    expect(await refusal(bed.sdk.send(new RespondToAuthChallengeCommand(answer)))).toBe(
      "NotAuthorizedException: Invalid session for the user.",
    )
    const kept = bed.pool.users.get("alice")
    expect(hasPassword(bed.pool, kept, "Admins-Horse-9")).toBe(true)
  })

  it("another change of the user is not lost", async () => {
    await poolWith(
      createTrigger("V2_0", async (sent) => {
        const UserAttributes = [{ Name: "name", Value: "set meanwhile" }]
        await callOperation(bed.pool, "AdminUpdateUserAttributes", {
          UserPoolId,
          Username: "alice",
          UserAttributes,
        })
        return { ok: true, payload: sent }
      }),
    )
    await bed.sdk.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: "alice", Password: PASSWORD }))
    const { Session } = await signIn()
    const ChallengeResponses = { USERNAME: "alice", NEW_PASSWORD: "Chosen-Horse-8" }
    const answer = {
      ClientId: "web",
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session,
      ChallengeResponses,
    } as const
    await bed.sdk.send(new RespondToAuthChallengeCommand(answer))
    expect(bed.pool.users.get("alice")?.attributes.name).toBe("set meanwhile")
  })
})
