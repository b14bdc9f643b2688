/** What a deploy prints: where everything is, and what to try. */
import { machines, webClient } from "./clients.ts"
import { dashboard } from "./dashboard.ts"
import { frontDoors } from "./gateways.ts"
import { userPool } from "./identity.ts"
import { tokenUse } from "./tokens.ts"

const addresses = Object.fromEntries(
  frontDoors.map(({ name, url }) => [name, url.apply((text) => text.replace(/\/$/, ""))]),
)

const token = tokenUse === "id" ? "IdToken" : "AccessToken"

/** In this order, with an address and a password of one's own. */
const commands = {
  try1: $interpolate`aws cognito-idp sign-up --client-id ${webClient.id} --username $EMAIL --password $PASSWORD`,
  try2: $interpolate`aws cognito-idp admin-confirm-sign-up --user-pool-id ${userPool.id} --username $EMAIL`,
  try3: $interpolate`TOKEN=$(aws cognito-idp initiate-auth --client-id ${webClient.id} --auth-flow USER_PASSWORD_AUTH --auth-parameters USERNAME=$EMAIL,PASSWORD=$PASSWORD --query AuthenticationResult.${token} --output text)`,
  try4: $interpolate`curl -i -H "authorization: Bearer $TOKEN" ${Object.values(addresses)[0]}/api/me`,
}

export const outputs = {
  ...addresses,
  userPool: userPool.id,
  webClient: webClient.id,
  ...(machines ? { machineClient: machines.client.id, tokenEndpoint: machines.tokenEndpoint } : {}),
  ...(dashboard === undefined ? {} : { dashboard }),
  ...commands,
}
