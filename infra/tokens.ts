/** Whose tokens count. */
import { machines, webClient } from "./clients.ts"
import { config } from "./config.ts"
import { userPool } from "./identity.ts"

export const issuer = $interpolate`https://${userPool.nodes.userPool.endpoint}`

export const clientIds = [webClient, ...(machines ? [machines.client] : [])].map(({ id }) => id)

/** The kind of token that the trigger puts claims into. */
export const tokenUse = config.triggerVersion === "V1_0" ? "id" : "access"

/** A Cognito authorizer takes access tokens that have one of these, or, with none, ID tokens. */
export const scopes =
  tokenUse === "id" ? [] : ["aws.cognito.signin.user.admin", ...(machines ? [machines.scope] : [])]

/** Where the backend ends the sessions of whoever is signed out everywhere. */
export const sessions = new sst.Linkable("Sessions", {
  properties: { id: userPool.id },
  include: [
    sst.aws.permission({
      actions: ["cognito-idp:AdminUserGlobalSignOut"],
      resources: [userPool.nodes.userPool.arn],
    }),
  ],
})

/** What authorizers are told. */
export const tokens = new sst.Linkable("Tokens", { properties: { issuer, clientIds, tokenUse } })
