/** What each function sees in its environment: the bindings that SST sets, and how to reach the stand-ins. */
import type { BindingName } from "./doors.ts"
import { issuer, poolId, region, webClientId } from "./identity.ts"
import type { Environment } from "./lambda/running-function.ts"
import { machine } from "./subjects.ts"

export const tableName = "claimgate-local-PermissionsTable"

/** Where the stand-ins listen. */
export interface Addresses {
  readonly dynamo: string
  readonly userPool: string
}

/** `SST_RESOURCE_*` as `sst shell` sets them. */
export function resourcesOf(addresses: Addresses): Readonly<Record<"App" | BindingName, object>> {
  return {
    App: { name: "claimgate", stage: "local" },
    Permissions: { type: "sst.sst.Linkable", name: tableName },
    Tokens: {
      type: "sst.sst.Linkable",
      issuer,
      clientIds: [webClientId, machine.id],
      tokenUse: "access",
      jwksUri: jwksUriOf(addresses),
    },
    Sessions: { type: "sst.sst.Linkable", id: poolId },
  }
}

/** Where the user pool publishes its keys. */
export function jwksUriOf({ userPool }: Pick<Addresses, "userPool">): string {
  return `${userPool}/${poolId}/.well-known/jwks.json`
}

/** All that a function sees: its links as in infra/, its own variables, and what Lambda sets. */
export function environmentOf(
  addresses: Addresses,
  links: readonly BindingName[],
  own: Environment,
): Environment {
  const resources = resourcesOf(addresses)
  const names = ["App", ...links] as const
  return {
    ...aws(addresses),
    ...Object.fromEntries(names.map((name) => [`SST_RESOURCE_${name}`, JSON.stringify(resources[name])])),
    ...own,
  }
}

/** What Lambda sets, and the addresses of the stand-ins, which take any credentials. */
function aws(addresses: Addresses): Environment {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_DYNAMODB: addresses.dynamo,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: addresses.userPool,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    TZ: "UTC",
  }
}
