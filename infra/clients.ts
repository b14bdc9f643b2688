/** Through which tokens are got: one client for people, and one for machines. */
import { config } from "./config.ts"
import { userPool } from "./identity.ts"

type ClientArgs = Partial<aws.cognito.UserPoolClientArgs>

/** What SST would leave open, or opens itself, said for both. */
const common: ClientArgs = {
  supportedIdentityProviders: ["COGNITO"],
  preventUserExistenceErrors: "ENABLED",
  enableTokenRevocation: true,
  accessTokenValidity: config.tokenMinutes,
  idTokenValidity: config.tokenMinutes,
  refreshTokenValidity: 30,
  tokenValidityUnits: { accessToken: "minutes", idToken: "minutes", refreshToken: "days" },
  callbackUrls: [],
  // What is not listed cannot be written by users: nothing that a claim is named after.
  writeAttributes: ["email", "name"],
}

export const webClient = addClient("WebClient", {
  explicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  allowedOauthFlowsUserPoolClient: false,
  allowedOauthFlows: [],
  allowedOauthScopes: [],
})

/** Only a trigger at V3_0 is called for machines; without their claims, their tokens would be refused. */
export const machines = config.triggerVersion === "V3_0" ? createMachines() : undefined

function createMachines() {
  const api = new aws.cognito.ResourceServer("Api", {
    userPoolId: userPool.id,
    identifier: "api",
    name: "API",
    scopes: [
      { scopeName: "use", scopeDescription: "Call the API; what may be called is up to the permissions" },
    ],
  })
  const client = addClient("MachineClient", {
    generateSecret: true,
    // Without a flow of its own Cognito would allow sign-in with passwords.
    explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
    allowedOauthFlowsUserPoolClient: true,
    allowedOauthFlows: ["client_credentials"],
    allowedOauthScopes: api.scopeIdentifiers,
  })
  return { client, scope: "api/use", tokenEndpoint: createTokenEndpoint() }
}

/**
 * Without a domain a pool has no token endpoint. Its prefix is taken from the pool's id, so that no other pool has it, in
 * pairs: `aws`, which AWS reserves, could be within.
 */
function createTokenEndpoint(): $util.Output<string> {
  const { domain } = new aws.cognito.UserPoolDomain("PoolDomain", {
    userPoolId: userPool.id,
    domain: userPool.id.apply((id) => {
      const [, own = ""] = id.toLowerCase().split("_")
      return `${$app.name}-${own.replace(/..(?=.)/g, "$&-")}`
    }),
  })
  const region = userPool.arn.apply((arn) => arn.split(":")[3])
  return $interpolate`https://${domain}.auth.${region}.amazoncognito.com/oauth2/token`
}

function addClient(name: string, own: ClientArgs) {
  return userPool.addClient(name, { transform: { client: (args) => void Object.assign(args, common, own) } })
}
