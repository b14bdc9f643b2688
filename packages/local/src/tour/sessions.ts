/** Steps that sign in, with the real AWS SDK, and look into the tokens that come of it. */
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  type InitiateAuthCommandOutput,
} from "@aws-sdk/client-cognito-identity-provider"
import { region, webClientId } from "../identity.ts"
import type { Stack } from "../stack.ts"
import { machine, people } from "../subjects.ts"
import type { Step } from "./step.ts"
import { claimsOf, hasClaims, type Tokens } from "./tokens.ts"

export interface SignedIn {
  readonly step: Step
  readonly tokens: Tokens
}

/** Each expects the roles that the token must name. */
export interface Sessions {
  signIn(email: string, roles: string): Promise<SignedIn>
  refresh(title: string, tokens: Tokens, roles: string): Promise<SignedIn>
  /** The seeded machine, by client credentials. */
  machineSignIn(title: string, roles: string): Promise<SignedIn>
}

export function createSessions({ addresses, identity }: Stack): Sessions {
  const cognito = new CognitoIdentityProviderClient({
    region,
    endpoint: addresses.userPool,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  })
  const authenticate = async (
    AuthFlow: "USER_PASSWORD_AUTH" | "REFRESH_TOKEN_AUTH",
    AuthParameters: Record<string, string>,
  ) => {
    const command = new InitiateAuthCommand({ ClientId: webClientId, AuthFlow, AuthParameters })
    return tokensOf(await cognito.send(command), AuthParameters.REFRESH_TOKEN)
  }
  return {
    async signIn(email, roles) {
      const password = people.find((one) => one.email === email)?.password ?? ""
      const tokens = await authenticate("USER_PASSWORD_AUTH", { USERNAME: email, PASSWORD: password })
      const title = `${email} signs in; the trigger writes the permissions into the token`
      return signedIn(title, "InitiateAuth USER_PASSWORD_AUTH", tokens, roles)
    },
    async refresh(title, { refresh }, roles) {
      const tokens = await authenticate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: refresh })
      return signedIn(title, "InitiateAuth REFRESH_TOKEN_AUTH", tokens, roles)
    },
    async machineSignIn(title, roles) {
      const tokens = await clientCredentials(addresses.userPool, identity.machineSecret)
      return signedIn(title, "POST /oauth2/token", tokens, roles)
    },
  }
}

async function clientCredentials(userPool: string, secret: string): Promise<Tokens> {
  const body = new URLSearchParams({ grant_type: "client_credentials", scope: machine.scope })
  const basic = Buffer.from(`${machine.id}:${secret}`).toString("base64")
  const headers = { authorization: `Basic ${basic}` }
  const response = await fetch(`${userPool}/oauth2/token`, { method: "POST", headers, body })
  // RFC 6749 §5.1; an error has no token, and the step says so.
  const { access_token = "" } = (await response.json()) as { access_token?: string }
  return { access: access_token, refresh: "" }
}

function signedIn(title: string, did: string, tokens: Tokens, roles: string): SignedIn {
  const claims = claimsOf(tokens)
  const result = `custom:role ${claims["custom:role"]}, custom:permissions ${claims["custom:permissions"]}, ${tokens.access.length} characters of token`
  const expected = `the three claims, custom:role ${roles}`
  const ok = hasClaims(claims) && claims["custom:role"] === roles
  return { step: { title, did, result, because: "", expected, ok }, tokens }
}

/** A refresh token stays valid where none comes back. */
function tokensOf({ AuthenticationResult }: InitiateAuthCommandOutput, refresh = ""): Tokens {
  return {
    access: AuthenticationResult?.AccessToken ?? "",
    refresh: AuthenticationResult?.RefreshToken ?? refresh,
  }
}
