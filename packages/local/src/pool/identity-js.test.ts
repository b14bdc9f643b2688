import { GetTokensFromRefreshTokenCommand } from "@aws-sdk/client-cognito-identity-provider"
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserAttribute,
  CognitoUserPool,
  type CognitoUserSession,
} from "amazon-cognito-identity-js"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { callOperation } from "./protocol.ts"
import { type SdkTestbed, startSdkPool } from "./sdk-testbed.ts"
import { createTrigger, openToken, PASSWORD, POOL_ID } from "./testbed.ts"

// The library is unchanged; it is what many front ends sign in with, and what AWS Amplify 5 has inside.
const trigger = createTrigger("V2_0", (event) => ({ ok: true, payload: event }))
let bed: SdkTestbed
let library: CognitoUserPool

beforeAll(async () => {
  bed = await startSdkPool({ preTokenGeneration: trigger })
  library = new CognitoUserPool({ UserPoolId: POOL_ID, ClientId: "web", endpoint: bed.origin })
})
afterAll(() => bed.stop())

const userNamed = (Username: string) => new CognitoUser({ Username, Pool: library })

function authenticate(
  user: CognitoUser,
  password: string,
  newPassword?: string,
): Promise<CognitoUserSession> {
  const details = new AuthenticationDetails({
    Username: user.getUsername(),
    Password: password,
    ClientMetadata: { from: "library" },
  })
  return new Promise((onSuccess, onFailure) => {
    user.authenticateUser(details, {
      onSuccess,
      onFailure,
      newPasswordRequired: () =>
        newPassword === undefined
          ? onFailure(new Error("a new password is required"))
          : user.completeNewPasswordChallenge(
              newPassword,
              {},
              { onSuccess, onFailure },
              { from: "challenge" },
            ),
    })
  })
}

async function addUser(Username: string, Permanent = true): Promise<void> {
  await callOperation(bed.pool, "AdminCreateUser", {
    UserPoolId: POOL_ID,
    Username,
    TemporaryPassword: PASSWORD,
  })
  if (Permanent)
    await callOperation(bed.pool, "AdminSetUserPassword", {
      UserPoolId: POOL_ID,
      Username,
      Password: PASSWORD,
      Permanent,
    })
}

describe("amazon-cognito-identity-js", () => {
  it("signs in with SRP, and its metadata reaches the trigger", async () => {
    await addUser("alice")
    const session = await authenticate(userNamed("alice"), PASSWORD)
    expect(session.isValid()).toBe(true)
    const { claims } = openToken(bed.pool, session.getAccessToken().getJwtToken())
    expect(claims).toMatchObject({ username: "alice", client_id: "web", token_use: "access" })
    expect(trigger.events.at(-1)?.request.clientMetadata).toEqual({ from: "library" })
  })

  it("is told of a wrong password, of an unknown user and of a disabled one", async () => {
    await addUser("denied")
    await expect(authenticate(userNamed("denied"), "Wrong-Horse-7")).rejects.toMatchObject({
      code: "NotAuthorizedException",
      message: "Incorrect username or password.",
    })
    await expect(authenticate(userNamed("nobody"), PASSWORD)).rejects.toMatchObject({
      code: "UserNotFoundException",
    })
    await callOperation(bed.pool, "AdminDisableUser", { UserPoolId: POOL_ID, Username: "denied" })
    await expect(authenticate(userNamed("denied"), PASSWORD)).rejects.toMatchObject({
      code: "NotAuthorizedException",
      message: "User is disabled.",
    })
  })

  it("replaces a temporary password", async () => {
    await addUser("newcomer", false)
    const session = await authenticate(userNamed("newcomer"), PASSWORD, "Chosen-Horse-8")
    expect(session.isValid()).toBe(true)
    const event = trigger.events.at(-1)
    expect(event?.triggerSource).toBe("TokenGeneration_NewPasswordChallenge")
    expect(event?.request.clientMetadata).toEqual({ from: "challenge" })
    await expect(authenticate(userNamed("newcomer"), PASSWORD)).rejects.toThrow(
      "Incorrect username or password.",
    )
  })

  it("signs up, confirms by the code from the outbox, signs in, and refreshes", async () => {
    const email = new CognitoUserAttribute({ Name: "email", Value: "carol@example.com" })
    await new Promise((resolve, reject) =>
      library.signUp("carol", PASSWORD, [email], [], (error, result) =>
        error ? reject(error) : resolve(result),
      ),
    )
    const carol = userNamed("carol")
    await expect(authenticate(carol, PASSWORD)).rejects.toMatchObject({ code: "UserNotConfirmedException" })
    const code = bed.pool.outbox.findLast(({ username }) => username === "carol")?.code ?? ""
    await new Promise((resolve, reject) =>
      carol.confirmRegistration(code, false, (error, result) => (error ? reject(error) : resolve(result))),
    )
    const first = await authenticate(carol, PASSWORD)
    const refreshed = await new Promise<CognitoUserSession>((resolve, reject) =>
      carol.refreshSession(first.getRefreshToken(), (error, session) =>
        error ? reject(error) : resolve(session),
      ),
    )
    expect(refreshed.getAccessToken().getJwtToken()).not.toBe(first.getAccessToken().getJwtToken())
    expect(trigger.events.at(-1)?.triggerSource).toBe("TokenGeneration_RefreshTokens")
  })

  it("shows and changes attributes, changes the password, and signs out everywhere", async () => {
    await addUser("dave")
    const dave = userNamed("dave")
    await authenticate(dave, PASSWORD)
    const call = <T>(run: (done: (error?: Error, result?: T) => void) => void) =>
      new Promise<T | undefined>((resolve, reject) =>
        run((error, result) => (error ? reject(error) : resolve(result))),
      )
    await call((done) =>
      dave.updateAttributes([new CognitoUserAttribute({ Name: "name", Value: "Dave" })], done),
    )
    const attributes = await call<CognitoUserAttribute[]>((done) => dave.getUserAttributes(done))
    expect(attributes?.find((attribute) => attribute.getName() === "name")?.getValue()).toBe("Dave")
    await call((done) => dave.changePassword(PASSWORD, "Changed-Horse-9", done))
    await authenticate(dave, "Changed-Horse-9")
    const refreshToken = dave.getSignInUserSession()?.getRefreshToken().getToken() ?? ""
    await new Promise((resolve, reject) => dave.globalSignOut({ onSuccess: resolve, onFailure: reject }))
    // Not by the library, which tries a refused refresh again and again for five seconds.
    const refresh = new GetTokensFromRefreshTokenCommand({ ClientId: "web", RefreshToken: refreshToken })
    await expect(bed.sdk.send(refresh)).rejects.toThrow("Refresh Token has been revoked")
  })
})
