import {
  AdminGetUserCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { afterEach, describe, expect, it } from "vitest"
import { secretHash } from "./client.ts"
import { type SdkTestbed, startSdkPool } from "./sdk-testbed.ts"
import { CLIENTS, PASSWORD, POOL_ID, refusal, SECRET } from "./testbed.ts"

const UserPoolId = POOL_ID
let bed: SdkTestbed
afterEach(() => bed.stop())

const attributes = (given: Record<string, string>) =>
  Object.entries(given).map(([Name, Value]) => ({ Name, Value }))
const signUp = (
  Username: string,
  given: Record<string, string> = {},
  Password = PASSWORD,
  ClientId = "web",
) => bed.sdk.send(new SignUpCommand({ ClientId, Username, Password, UserAttributes: attributes(given) }))
const confirm = (Username: string, ConfirmationCode: string | undefined, ForceAliasCreation?: boolean) =>
  bed.sdk.send(new ConfirmSignUpCommand({ ClientId: "web", Username, ConfirmationCode, ForceAliasCreation }))
const signIn = (USERNAME: string, password = PASSWORD) =>
  bed.sdk.send(
    new InitiateAuthCommand({
      ClientId: "web",
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME, PASSWORD: password },
    }),
  )
const lastCode = () => bed.pool.outbox.at(-1)?.code
const MISMATCH = "CodeMismatchException: Invalid verification code provided, please try again."
const EXPIRED = "ExpiredCodeException: Invalid code provided, please request a code again."
const other = (code: string | undefined) => (code === "000000" ? "000001" : "000000")

describe("signing up", () => {
  it("sends a code to a masked address, and the code confirms the account and the address", async () => {
    bed = await startSdkPool()
    const answer = await signUp("alice", { email: "alice@example.com" })
    expect(answer).toMatchObject({
      UserConfirmed: false,
      UserSub: bed.pool.users.get("alice")?.sub,
      CodeDeliveryDetails: { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "a***@e***" },
    })
    expect(await refusal(confirm("alice", other(lastCode())))).toBe(MISMATCH)
    await confirm("alice", lastCode())
    expect(await refusal(confirm("alice", lastCode()))).toBe(
      "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED",
    )
    const user = await bed.sdk.send(new AdminGetUserCommand({ UserPoolId, Username: "alice" }))
    expect(user.UserStatus).toBe("CONFIRMED")
    expect(user.UserAttributes).toContainEqual({ Name: "email_verified", Value: "true" })
    expect((await signIn("alice")).AuthenticationResult).toBeDefined()
  })

  it("keeps no code in the clear, and a code for a day", async () => {
    bed = await startSdkPool()
    await signUp("alice", { email: "alice@example.com" })
    expect(JSON.stringify([...bed.pool.users.values()])).not.toContain(lastCode())
    bed.pass(86_400)
    expect(await refusal(confirm("alice", lastCode()))).toBe(EXPIRED)
  })

  it("sends another code, which replaces the first", async () => {
    bed = await startSdkPool()
    await signUp("alice", { email: "alice@example.com" })
    const first = lastCode()
    const resend = (Username: string) =>
      bed.sdk.send(new ResendConfirmationCodeCommand({ ClientId: "web", Username }))
    while (lastCode() === first) await resend("alice")
    expect(await refusal(confirm("alice", first))).toBe(MISMATCH)
    await confirm("alice", lastCode())
    expect(await refusal(resend("alice"))).toBe("InvalidParameterException: User is already confirmed.")
    expect(await refusal(resend("nobody"))).toBe(
      "UserNotFoundException: Username/client id combination not found.",
    )
  })

  it.each<[string, () => Promise<unknown>, string]>([
    ["a name that is taken", () => signUp("Taken"), "UsernameExistsException: User already exists"],
    [
      "a short password",
      () => signUp("x", {}, "Ab1!"),
      "InvalidPasswordException: Password did not conform with policy: Password not long enough",
    ],
    [
      "a password without a digit",
      () => signUp("x", {}, "Abcdefgh!"),
      "InvalidPasswordException: Password did not conform with policy: Password must have numeric characters",
    ],
    [
      "a password without a symbol",
      () => signUp("x", {}, "Abcdefgh1"),
      "InvalidPasswordException: Password did not conform with policy: Password must have symbol characters",
    ],
    [
      "a password without lower case",
      () => signUp("x", {}, "ABCDEFG1!"),
      "InvalidPasswordException: Password did not conform with policy: Password must have lowercase characters",
    ],
    [
      "an attribute that the client may not write",
      () => signUp("x", { "custom:plan": "gold" }),
      "NotAuthorizedException: A client attempted to write unauthorized attribute",
    ],
    [
      "an email address it verified itself",
      () => signUp("x", { email: "x@example.com", email_verified: "true" }),
      "NotAuthorizedException: A client attempted to write unauthorized attribute",
    ],
    [
      "an attribute that the pool has not",
      () => signUp("x", { "custom:permissions": "*" }),
      "NotAuthorizedException: A client attempted to write unauthorized attribute",
    ],
    [
      "a sub of one's own",
      () => signUp("x", { sub: "mine" }),
      "InvalidParameterException: user.sub: Attribute cannot be updated.",
    ],
    [
      "an email address that is none",
      () => signUp("x", { email: "x" }),
      "InvalidParameterException: Invalid email address format.",
    ],
  ])("refuses %s, and stores nothing", async (_what, attempt, expected) => {
    bed = await startSdkPool()
    await signUp("taken")
    expect(await refusal(attempt())).toBe(expected)
    expect([...bed.pool.users.keys()]).toEqual(["taken"])
    expect(bed.pool.outbox).toEqual([])
  })

  it("lets a client write every attribute, custom ones too, if it has no list: the trap of leaving it out", async () => {
    bed = await startSdkPool({ clients: [{ id: "web", name: "Web without lists" }] })
    await signUp("mallory", { "custom:plan": "gold", "custom:tier": "top" })
    expect(bed.pool.users.get("mallory")?.attributes).toEqual({ "custom:plan": "gold", "custom:tier": "top" })
    expect(await refusal(signUp("x", { email_verified: "true" }))).toMatch(/^NotAuthorizedException/)
  })

  it("asks for what the pool requires", async () => {
    bed = await startSdkPool({ requiredAttributes: ["email", "name"] })
    expect(await refusal(signUp("x"))).toBe(
      "InvalidParameterException: Attributes did not conform to the schema: email: The attribute is required, name: The attribute is required",
    )
  })

  it("can be switched off", async () => {
    bed = await startSdkPool({ selfSignUp: false })
    expect(await refusal(signUp("x"))).toBe(
      "NotAuthorizedException: SignUp is not permitted for this user pool",
    )
  })

  it("needs the secret hash of a client with a secret", async () => {
    bed = await startSdkPool()
    expect(await refusal(signUp("x", {}, PASSWORD, "server"))).toBe(
      "NotAuthorizedException: Client server is configured for secret but secret was not received",
    )
    const SecretHash = secretHash(SECRET, "x", "server")
    await bed.sdk.send(
      new SignUpCommand({ ClientId: "server", Username: "x", Password: PASSWORD, SecretHash }),
    )
  })
})

describe("a pool whose users sign in by email address", () => {
  it("makes up the username, and takes the address in any case", async () => {
    bed = await startSdkPool({ usernameAttributes: ["email"] })
    const { UserSub } = await signUp("Alice@example.com")
    expect([...bed.pool.users.keys()]).toEqual([UserSub])
    await confirm("alice@EXAMPLE.com", lastCode())
    expect((await signIn("alice@example.com")).AuthenticationResult).toBeDefined()
    expect(await refusal(signUp("alice@example.com"))).toBe(
      "UsernameExistsException: An account with the given email already exists.",
    )
    expect(await refusal(signUp("alice"))).toBe("InvalidParameterException: Username should be an email.")
  })
})

describe("a pool where the email address is an alias", () => {
  it("takes the address once it is verified, for one user alone", async () => {
    bed = await startSdkPool({ aliasAttributes: ["email"] })
    await signUp("alice", { email: "shared@example.com" })
    expect(await refusal(signIn("shared@example.com"))).toBe("UserNotFoundException: User does not exist.")
    await confirm("alice", lastCode())
    expect((await signIn("shared@example.com")).AuthenticationResult).toBeDefined()
    await signUp("mallory", { email: "shared@example.com" })
    expect(await refusal(confirm("mallory", lastCode()))).toBe(
      "AliasExistsException: An account with the email already exists.",
    )
    await confirm("mallory", lastCode(), true)
    expect(bed.pool.users.get("alice")?.attributes.email_verified).toBe("false")
    expect(await refusal(signUp("a@example.com"))).toBe(
      "InvalidParameterException: Username cannot be of email format, since user pool is configured for email alias.",
    )
  })
})

describe("a forgotten password", () => {
  const forgot = (Username: string, ClientId = "web") =>
    bed.sdk.send(new ForgotPasswordCommand({ ClientId, Username }))
  const replace = (
    Username: string,
    ConfirmationCode: string | undefined,
    Password = "Chosen-Horse-8",
    ClientId = "web",
  ) => bed.sdk.send(new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode, Password }))

  it("is replaced by a code that works once and for an hour", async () => {
    bed = await startSdkPool()
    await signUp("alice", { email: "alice@example.com" })
    expect(await refusal(forgot("alice"))).toBe(
      "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number",
    )
    await confirm("alice", lastCode())
    expect((await forgot("alice")).CodeDeliveryDetails?.Destination).toBe("a***@e***")
    expect(await refusal(replace("alice", other(lastCode())))).toBe(MISMATCH)
    expect(await refusal(replace("alice", lastCode(), "weak-password"))).toMatch(/^InvalidPasswordException/)
    await replace("alice", lastCode())
    expect(await refusal(replace("alice", lastCode()))).toBe(EXPIRED)
    expect(await refusal(signIn("alice"))).toBe("NotAuthorizedException: Incorrect username or password.")
    expect((await signIn("alice", "Chosen-Horse-8")).AuthenticationResult).toBeDefined()
    await forgot("alice")
    bed.pass(3_600)
    expect(await refusal(replace("alice", lastCode()))).toBe(EXPIRED)
  })

  it("says nothing of who has an account where that is hidden", async () => {
    const [web] = CLIENTS
    if (web === undefined) throw new Error("no client")
    bed = await startSdkPool({ clients: [web, { ...web, id: "hiding", preventUserExistenceErrors: true }] })
    expect(await refusal(forgot("nobody"))).toMatch(/^UserNotFoundException/)
    expect((await forgot("nobody@example.com", "hiding")).CodeDeliveryDetails?.Destination).toBe("n***@e***")
    expect(await refusal(replace("nobody", "123456", PASSWORD, "hiding"))).toBe(EXPIRED)
    expect(bed.pool.outbox).toEqual([])
  })
})
