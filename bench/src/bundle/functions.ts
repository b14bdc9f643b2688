/** The functions that are bundled and loaded: nothing, ours, and what ours is measured against. */
import { fileURLToPath } from "node:url"
import { createCatalog } from "@claimgate/core"
import { formatCompiled } from "../../../packages/catalog/src/update.ts"
import { type Vendor, vendorLog, vendors } from "../../../packages/core/test/catalogs.ts"
import { clientId, issuer } from "../token/cognito-token.ts"
import type { Source } from "./build.ts"

export const empty = "an empty function"
export const library = "aws-jwt-verify alone"
export const authorizer = "claims authorizer, sample API"
export const withSdk = "aws-jwt-verify and a DynamoDB client"

export function authorizerFor(vendor: Vendor): string {
  return `claims authorizer, ${vendor}`
}

const folder = fileURLToPath(new URL("../../../packages/authorizer/src", import.meta.url))
const verifierCode = `
import { CognitoJwtVerifier } from "aws-jwt-verify"
const verifier = CognitoJwtVerifier.create({
  userPoolId: ${JSON.stringify(issuer.slice(issuer.lastIndexOf("/") + 1))},
  clientId: "${clientId}",
  tokenUse: "access",
})
`
const authorizerCode = `export { handler } from "./claims-http/handler.ts"`

export function sources(): Source[] {
  return [
    { name: empty, folder, code: "export const handler = async () => undefined" },
    {
      name: library,
      folder,
      code: `${verifierCode}
export const handler = (event) => verifier.verify(event.headers.authorization)`,
    },
    { name: authorizer, folder, code: authorizerCode },
    ...vendors.map((vendor) => ({
      name: authorizerFor(vendor),
      folder,
      code: authorizerCode,
      compiled: formatCompiled(createCatalog(vendorLog(vendor))),
    })),
    {
      name: withSdk,
      folder,
      code: `${verifierCode}
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb"
const client = new DynamoDBClient({})
export async function handler(event) {
  const { sub } = await verifier.verify(event.headers.authorization)
  return client.send(new GetItemCommand({ TableName: "permissions", Key: { userId: { S: sub } } }))
}`,
    },
  ]
}

/** What the functions find in their environment, as SST would put it there. */
export const environment: Readonly<Record<string, string>> = {
  AWS_REGION: "eu-west-1",
  SST_RESOURCE_App: JSON.stringify({ name: "claimgate", stage: "bench" }),
  SST_RESOURCE_Tokens: JSON.stringify({ issuer, clientIds: [clientId], tokenUse: "access" }),
}
