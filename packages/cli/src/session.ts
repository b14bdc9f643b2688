/** Whose token the command line asks with: one that it is given, or one that it gets by signing in. */
import { ClaimgateError, quote } from "@claimgate/core"
import type { Target } from "./target.ts"

export interface SignIn {
  /** `CLAIMGATE_TOKEN`. */
  readonly token: string | undefined
  /** `--as`. */
  readonly email: string | undefined
  /** Asks for what must not be seen; `CLAIMGATE_PASSWORD` answers it without asking. */
  readonly askPassword: (question: string) => Promise<string>
}

/** An access token. Throws `unauthenticated` where nobody can be signed in; never repeats what was typed. */
export async function findToken(target: Target, { token, email, askPassword }: SignIn): Promise<string> {
  // Whoever says a name means it, whatever token is still around: the audit has who asked.
  if (email !== undefined) return signIn(target, email, await askPassword(`Password of ${email}: `))
  if (token === undefined || token === "")
    throw new ClaimgateError(
      "malformed_input",
      "who asks: expected --as with an e-mail address, or a token in CLAIMGATE_TOKEN",
    )
  return token
}

async function signIn(target: Target, email: string, password: string): Promise<string> {
  const { CognitoIdentityProviderClient, InitiateAuthCommand } = await import(
    "@aws-sdk/client-cognito-identity-provider"
  )
  const client = new CognitoIdentityProviderClient(cognitoOptions(target))
  const AuthParameters = { USERNAME: email, PASSWORD: password }
  const request = { ClientId: target.clientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters } as const
  try {
    const { AuthenticationResult, ChallengeName } = await client.send(new InitiateAuthCommand(request))
    if (AuthenticationResult?.AccessToken !== undefined) return AuthenticationResult.AccessToken
    throw refused(`the user pool asks for ${ChallengeName ?? "more"}, which the command line cannot answer`)
  } catch (fault) {
    if (fault instanceof ClaimgateError) throw fault
    const name = fault instanceof Error ? fault.name : ""
    if (name === "NotAuthorizedException" || name === "UserNotFoundException")
      throw refused(name, { cause: fault })
    throw new ClaimgateError("dependency_failed", `user pool: sign-in failed: ${name}`, { cause: fault })
  }
}

/** Ends all sessions of a subject; tokens that are out stay valid until they end. Throws `dependency_failed`. */
export async function endSessions(target: Target, subject: string): Promise<void> {
  // A machine has no sessions: it asks for a new token each time.
  if (subject.startsWith("client:")) return
  const { AdminUserGlobalSignOutCommand, CognitoIdentityProviderClient } = await import(
    "@aws-sdk/client-cognito-identity-provider"
  )
  const client = new CognitoIdentityProviderClient(cognitoOptions(target))
  const request = { UserPoolId: target.userPoolId, Username: subject }
  await client.send(new AdminUserGlobalSignOutCommand(request)).catch((cause) => {
    const name = cause instanceof Error ? cause.name : ""
    const code = name === "UserNotFoundException" ? "not_found" : "dependency_failed"
    throw new ClaimgateError(code, `user pool: ${quote(subject)} could not be signed out: ${name}`, { cause })
  })
}

/** How to reach a stage's user pool; the stand-in takes any credentials. */
export function cognitoOptions({ region, endpoints }: Target) {
  if (endpoints === undefined) return { region }
  return {
    region,
    endpoint: endpoints.cognito,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  }
}

function refused(why: string, options?: ErrorOptions): ClaimgateError {
  return new ClaimgateError("unauthenticated", `sign-in: refused: ${why}`, options)
}
