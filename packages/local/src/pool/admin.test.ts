import {
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  AdminDeleteUserAttributesCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminResetUserPasswordCommand,
  AdminRespondToAuthChallengeCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  ConfirmForgotPasswordCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type SdkTestbed, startSdkPool } from "./sdk-testbed.ts"
import { createTrigger, PASSWORD, POOL_ID, refusal, START } from "./testbed.ts"

const UserPoolId = POOL_ID
let bed: SdkTestbed
beforeAll(async () => {
  bed = await startSdkPool({
    preTokenGeneration: createTrigger("V3_0", (event) => ({ ok: true, payload: event })),
  })
})
afterAll(() => bed.stop())

type Create = ConstructorParameters<typeof AdminCreateUserCommand>[0]
const create = (Username: string, rest: Partial<Create> = {}) =>
  bed.sdk.send(new AdminCreateUserCommand({ UserPoolId, Username, TemporaryPassword: PASSWORD, ...rest }))
const get = (Username: string) => bed.sdk.send(new AdminGetUserCommand({ UserPoolId, Username }))
const email = (Value: string) => ({ Name: "email", Value })

describe("a user whom an administrator creates", () => {
  it("is shown with sub, dates and status, and has to change the password", async () => {
    const { User } = await create("alice", { UserAttributes: [email("alice@example.com")] })
    expect(User).toEqual({
      Username: "alice",
      Enabled: true,
      UserStatus: "FORCE_CHANGE_PASSWORD",
      UserCreateDate: new Date(START),
      UserLastModifiedDate: new Date(START),
      Attributes: [
        { Name: "sub", Value: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        { Name: "email", Value: "alice@example.com" },
      ],
    })
    const { UserAttributes, ...account } = await get("alice")
    expect(UserAttributes).toEqual(User?.Attributes)
    expect(account).toMatchObject({ Username: "alice", UserStatus: "FORCE_CHANGE_PASSWORD" })
  })

  it("is invited by mail with a password that works, unless that is suppressed", async () => {
    await create("invited", { UserAttributes: [email("invited@example.com")], TemporaryPassword: undefined })
    const { temporaryPassword = "", ...message } = bed.pool.outbox.at(-1) ?? {}
    expect(message).toMatchObject({
      kind: "Invitation",
      username: "invited",
      destination: "invited@example.com",
    })
    const started = await bed.sdk.send(
      new AdminInitiateAuthCommand({
        UserPoolId,
        ClientId: "web",
        AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "invited", PASSWORD: temporaryPassword },
      }),
    )
    const { AuthenticationResult } = await bed.sdk.send(
      new AdminRespondToAuthChallengeCommand({
        UserPoolId,
        ClientId: "web",
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session: started.Session,
        ChallengeResponses: { USERNAME: "invited", NEW_PASSWORD: "Chosen-Horse-8" },
      }),
    )
    expect(AuthenticationResult?.AccessToken).toBeDefined()
    const sent = bed.pool.outbox.length
    await create("silent", { UserAttributes: [email("silent@example.com")], MessageAction: "SUPPRESS" })
    expect(bed.pool.outbox).toHaveLength(sent)
  })

  it("can be invited again while the temporary password stands", async () => {
    await create("again", { UserAttributes: [email("again@example.com")] })
    await create("again", { MessageAction: "RESEND", TemporaryPassword: "Second-Horse-8" })
    expect(bed.pool.outbox.at(-1)?.temporaryPassword).toBe("Second-Horse-8")
    expect(await refusal(create("nobody", { MessageAction: "RESEND" }))).toBe(
      "UserNotFoundException: User does not exist.",
    )
  })

  it.each<[string, Partial<Create>, string]>([
    ["a name that is taken", { Username: "TAKEN" }, "UsernameExistsException: User account already exists"],
    [
      "a weak password",
      { TemporaryPassword: "lower-case-1" },
      "InvalidPasswordException: Password did not conform with policy: Password must have uppercase characters",
    ],
    [
      "an attribute that the pool has not",
      { UserAttributes: [{ Name: "custom:role", Value: "admin" }] },
      "InvalidParameterException: Attributes did not conform to the schema: Type for attribute {custom:role} could not be determined",
    ],
    [
      "an email address that is none",
      { UserAttributes: [email("nobody")] },
      "InvalidParameterException: Invalid email address format.",
    ],
    [
      "a sub of its own",
      { UserAttributes: [{ Name: "sub", Value: "mine" }] },
      "InvalidParameterException: user.sub: Attribute cannot be updated.",
    ],
    [
      "another pool",
      { UserPoolId: "eu-west-1_Other" },
      "ResourceNotFoundException: User pool eu-west-1_Other does not exist.",
    ],
  ])("is refused with %s, and nothing is stored", async (_what, rest, expected) => {
    if (!bed.pool.users.has("taken")) await create("taken")
    const before = structuredClone([...bed.pool.users.values()])
    expect(await refusal(create("refused", rest))).toBe(expected)
    expect([...bed.pool.users.values()]).toEqual(before)
  })
})

describe("an administrator", () => {
  it("sets a password for good or for once, and it has to meet the policy", async () => {
    await create("setter")
    const set = (Password: string, Permanent?: boolean) =>
      bed.sdk.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: "setter", Password, Permanent }))
    await set("Good-Enough-9", true)
    expect((await get("setter")).UserStatus).toBe("CONFIRMED")
    await set("Good-Enough-9")
    expect((await get("setter")).UserStatus).toBe("FORCE_CHANGE_PASSWORD")
    expect(await refusal(set("Short-1"))).toMatch(/^InvalidPasswordException/)
    expect((await get("setter")).UserStatus).toBe("FORCE_CHANGE_PASSWORD")
  })

  it("disables, enables and deletes", async () => {
    await create("target")
    const user = { UserPoolId, Username: "target" }
    await bed.sdk.send(new AdminDisableUserCommand(user))
    expect((await get("target")).Enabled).toBe(false)
    await bed.sdk.send(new AdminEnableUserCommand(user))
    expect((await get("target")).Enabled).toBe(true)
    await bed.sdk.send(new AdminDeleteUserCommand(user))
    expect(await refusal(bed.sdk.send(new AdminDeleteUserCommand(user)))).toBe(
      "UserNotFoundException: User does not exist.",
    )
    expect(await refusal(bed.sdk.send(new AdminDisableUserCommand(user)))).toMatch(/^UserNotFoundException/)
    expect(await refusal(bed.sdk.send(new AdminEnableUserCommand(user)))).toMatch(/^UserNotFoundException/)
    expect(await refusal(get("target"))).toMatch(/^UserNotFoundException/)
  })

  it("writes attributes that no client may, but never an immutable one of a user who exists", async () => {
    await create("written", { UserAttributes: [{ Name: "custom:tier", Value: "first" }] })
    const update = (Name: string, Value: string) =>
      bed.sdk.send(
        new AdminUpdateUserAttributesCommand({
          UserPoolId,
          Username: "written",
          UserAttributes: [{ Name, Value }],
        }),
      )
    await update("custom:plan", "gold")
    await update("email", "written@example.com")
    await update("email_verified", "true")
    expect(await refusal(update("custom:tier", "second"))).toBe(
      "InvalidParameterException: user.custom:tier: Attribute cannot be updated.",
    )
    expect(await refusal(update("custom:plan", "x".repeat(2_049)))).toBe(
      "InvalidParameterException: 1 validation error detected: Value at 'userAttributes.1.member.value' failed to satisfy constraint: Member must have length less than or equal to 2048",
    )
    const expected = {
      "custom:tier": "first",
      "custom:plan": "gold",
      email: "written@example.com",
      email_verified: "true",
    }
    expect(bed.pool.users.get("written")?.attributes).toEqual(expected)
    await update("email", "moved@example.com")
    expect(bed.pool.users.get("written")?.attributes.email_verified).toBe("false")
    const UserAttributeNames = ["custom:plan"]
    await bed.sdk.send(
      new AdminDeleteUserAttributesCommand({ UserPoolId, Username: "written", UserAttributeNames }),
    )
    expect(bed.pool.users.get("written")?.attributes).not.toHaveProperty("custom:plan")
  })

  it("makes a user choose a new password by a code", async () => {
    const Username = "resetter"
    const UserAttributes = [email("resetter@example.com"), { Name: "email_verified", Value: "true" }]
    await create(Username, { UserAttributes })
    await bed.sdk.send(
      new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: PASSWORD, Permanent: true }),
    )
    await bed.sdk.send(new AdminResetUserPasswordCommand({ UserPoolId, Username }))
    const signIn = (Password: string) =>
      bed.sdk.send(
        new AdminInitiateAuthCommand({
          UserPoolId,
          ClientId: "web",
          AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: Username, PASSWORD: Password },
        }),
      )
    expect(await refusal(signIn(PASSWORD))).toBe(
      "PasswordResetRequiredException: Password reset required for the user",
    )
    const ConfirmationCode = bed.pool.outbox.at(-1)?.code
    await bed.sdk.send(
      new ConfirmForgotPasswordCommand({
        ClientId: "web",
        Username,
        ConfirmationCode,
        Password: "Chosen-Horse-8",
      }),
    )
    expect((await signIn("Chosen-Horse-8")).AuthenticationResult).toBeDefined()
  })

  it("confirms an account that waits for it, and no other", async () => {
    await create("confirmed")
    const confirm = new AdminConfirmSignUpCommand({ UserPoolId, Username: "confirmed" })
    expect(await refusal(bed.sdk.send(confirm))).toBe(
      "NotAuthorizedException: User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD",
    )
  })
})

describe("an email address that users sign in by", () => {
  it("is nobody else's, whichever way it would get there", async () => {
    const other = await startSdkPool({ usernameAttributes: ["email"] })
    const invite = (Username: string, address?: string) =>
      other.sdk.send(
        new AdminCreateUserCommand({
          UserPoolId,
          Username,
          TemporaryPassword: PASSWORD,
          ...(address && { UserAttributes: [email(address)] }),
        }),
      )
    await invite("first@example.com")
    const taken = "UsernameExistsException: An account with the given email already exists."
    expect(await refusal(invite("FIRST@example.com"))).toBe(taken)
    const exists = "AliasExistsException: An account with the email already exists."
    expect(await refusal(invite("second@example.com", "first@example.com"))).toBe(exists)
    await invite("second@example.com")
    const move = new AdminUpdateUserAttributesCommand({
      UserPoolId,
      Username: "second@example.com",
      UserAttributes: [email("First@Example.com")],
    })
    expect(await refusal(other.sdk.send(move))).toBe(exists)
    expect([...other.pool.users.values()].map(({ attributes }) => attributes.email)).toEqual([
      "first@example.com",
      "second@example.com",
    ])
    await other.stop()
  })
})

describe("the pool", () => {
  it("describes itself and its clients", async () => {
    const { UserPool } = await bed.sdk.send(new DescribeUserPoolCommand({ UserPoolId }))
    expect(UserPool).toMatchObject({
      Id: POOL_ID,
      Name: "Local",
      Arn: `arn:aws:cognito-idp:eu-west-1:000000000000:userpool/${POOL_ID}`,
      CreationDate: new Date(START),
      LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: "V3_0" } },
      Policies: { PasswordPolicy: { MinimumLength: 8, RequireSymbols: true } },
      EstimatedNumberOfUsers: bed.pool.users.size,
      UserPoolTier: "ESSENTIALS",
    })
    expect(UserPool?.SchemaAttributes).toContainEqual(
      expect.objectContaining({ Name: "custom:tier", Mutable: false }),
    )
    const { UserPoolClient } = await bed.sdk.send(
      new DescribeUserPoolClientCommand({ UserPoolId, ClientId: "web" }),
    )
    expect(UserPoolClient).toMatchObject({
      ClientId: "web",
      WriteAttributes: ["email", "name"],
      AccessTokenValidity: 3600,
    })
    expect(UserPoolClient?.ClientSecret).toBeUndefined()
    const missing = new DescribeUserPoolClientCommand({ UserPoolId, ClientId: "none" })
    expect(await refusal(bed.sdk.send(missing))).toMatch(/^ResourceNotFoundException/)
  })

  it("lists itself, and its clients in pages", async () => {
    const { UserPools } = await bed.sdk.send(new ListUserPoolsCommand({ MaxResults: 1 }))
    expect(UserPools).toMatchObject([{ Id: POOL_ID, Name: "Local" }])
    const list = (NextToken?: string) =>
      bed.sdk.send(new ListUserPoolClientsCommand({ UserPoolId, MaxResults: 2, NextToken }))
    const first = await list()
    const second = await list(first.NextToken)
    const ids = [...(first.UserPoolClients ?? []), ...(second.UserPoolClients ?? [])].map(
      ({ ClientId }) => ClientId,
    )
    expect(ids).toEqual(["web", "server", "machine"])
    expect(second.NextToken).toBeUndefined()
  })
})
