/** What each function sees in its environment: the bindings that SST sets, and how to reach the stand-ins. */

import { issuer, poolId, region, webClientId } from "./identity.ts"
import type { FunctionConfig } from "./lambda/running-function.ts"
import { machine } from "./subjects.ts"

export const tableName = "claimgate-local-PermissionsTable"

export interface Addresses {
  readonly dynamo: string
  readonly userPool: string
}

/** Functions as infra/ deploys them; a name to each. */
export interface FunctionConfigs {
  readonly trigger: FunctionConfig
  readonly authorizer: FunctionConfig
  readonly backend: FunctionConfig
}

/** `SST_RESOURCE_*` as `sst shell` sets them. */
export function resourcesOf(addresses: Addresses): Readonly<Record<string, object>> {
  return {
    App: { name: "claimgate", stage: "local" },
    Permissions: { type: "sst.sst.Linkable", name: tableName },
    Tokens: {
      type: "sst.sst.Linkable",
      issuer,
      clientIds: [webClientId, machine.id],
      tokenUse: "access",
      jwksUri: `${addresses.userPool}/${poolId}/.well-known/jwks.json`,
    },
  }
}

/** Entry, environment and time-out of every function; links as in infra/. */
export function functionsOf(known: Promise<Addresses>): FunctionConfigs {
  const linked = async (names: readonly string[], environment: Record<string, string>) => {
    const addresses = await known
    const resources = resourcesOf(addresses)
    return {
      ...aws(addresses),
      ...Object.fromEntries(
        ["App", ...names].map((name) => [`SST_RESOURCE_${name}`, JSON.stringify(resources[name])]),
      ),
      ...environment,
    }
  }
  return {
    trigger: {
      name: "trigger",
      entry: "packages/trigger/src/handler.ts",
      environment: linked(["Permissions"], { CLAIM_FORM: "packed" }),
      timeout: 5000,
    },
    authorizer: {
      name: "authorizer",
      entry: "packages/authorizer/src/handler.ts",
      environment: linked(["Tokens"], { AUTH_STRATEGY: "hybrid" }),
      timeout: 8000,
    },
    backend: {
      name: "backend",
      entry: "packages/backend/src/handler.ts",
      environment: linked(["Permissions"], { AUTH_STRATEGY: "hybrid" }),
      timeout: 20_000,
    },
  }
}

/** What Lambda sets, and the address of DynamoDB; the stand-in takes any credentials. */
function aws(addresses: Addresses): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_DYNAMODB: addresses.dynamo,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    TZ: "UTC",
  }
}
