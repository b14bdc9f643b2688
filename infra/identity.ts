/** Users, their clients, and the trigger that writes permissions into their tokens. */
import { runtime } from "./functions"
import { permissions, table } from "./store"

const trigger = new sst.aws.Function("PreToken", {
  ...runtime,
  handler: "packages/trigger/src/handler.handler",
  memory: "512 MB",
  // Cognito waits five seconds, three times; the trigger itself gives up after three.
  timeout: "5 seconds",
  environment: { CLAIM_FORM: "packed" },
  link: [permissions],
  permissions: [{ actions: ["dynamodb:BatchGetItem"], resources: [table.arn] }],
})

export const userPool = new sst.aws.CognitoUserPool("UserPool", {
  usernames: ["email"],
  triggers: { preTokenGeneration: trigger.arn, preTokenGenerationVersion: "v2" },
  transform: {
    userPool(args) {
      // Access tokens can be changed by a trigger from the Essentials tier on.
      args.userPoolTier = "ESSENTIALS"
      // SST knows `v1` and `v2`; machine clients need V3_0.
      args.lambdaConfig = $output(args.lambdaConfig).apply((config) => ({
        ...config,
        preTokenGenerationConfig: { lambdaArn: trigger.arn, lambdaVersion: "V3_0" },
      }))
    },
  },
})

export const webClient = userPool.addClient("WebClient", {
  transform: {
    client(args) {
      args.explicitAuthFlows = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
      args.allowedOauthFlowsUserPoolClient = false
      args.allowedOauthFlows = []
      args.allowedOauthScopes = []
      args.callbackUrls = []
      args.supportedIdentityProviders = ["COGNITO"]
      args.preventUserExistenceErrors = "ENABLED"
      args.enableTokenRevocation = true
      args.accessTokenValidity = 15
      args.idTokenValidity = 15
      args.refreshTokenValidity = 30
      args.tokenValidityUnits = { accessToken: "minutes", idToken: "minutes", refreshToken: "days" }
      // What is not listed cannot be written by users: nothing that a claim is named after.
      args.writeAttributes = ["email", "name"]
    },
  },
})

/** Whose tokens the authorizers accept. */
export const tokens = new sst.Linkable("Tokens", {
  properties: {
    issuer: $interpolate`https://${userPool.nodes.userPool.endpoint}`,
    clientIds: [webClient.id],
    tokenUse: "access",
  },
})
