/** What functions, and whoever works on the stack from outside, see in their environment: SST's bindings, and the stand-ins. */
import { type BindingName, type DoorName, doorNames, doors as frontDoors } from "./doors.ts"
import { issuer, poolId, region, webClientId } from "./identity.ts"
import type { Environment } from "./lambda/running-function.ts"
import { machine } from "./subjects.ts"

export const tableName = "claimgate-local-PermissionsTable"

/** Where the stand-ins listen. */
export interface Addresses {
  readonly dynamo: string
  readonly userPool: string
}

/** All that a deployed stage would tell `sst shell`. */
export interface StageAddresses extends Addresses {
  /** Those doors that there are. */
  readonly doors: Readonly<Partial<Record<DoorName, string>>>
  /** The machine client's; it is left out where nobody says it. */
  readonly machineSecret?: string
}

/** As infra/doors.ts names the front doors' gateways. */
const apiNames: Readonly<Record<DoorName, string>> = {
  hybrid: "HybridApi",
  claims: "ClaimsApi",
  cached: "CachedApi",
  backend: "JwtApi",
  "claims-rest": "ClaimsRestApi",
  "backend-rest": "CognitoApi",
}

/** Every resource of the stack by name, as `sst shell` has a stage's. */
export function stageResources({
  doors,
  machineSecret,
  ...addresses
}: StageAddresses): Readonly<Record<string, object>> {
  const apis = doorNames.flatMap((door) => {
    const url = doors[door]
    const type = `sst.aws.ApiGatewayV${frontDoors[door].gateway === "REST API" ? 1 : 2}`
    return url === undefined ? [] : [[apiNames[door], { type, url }]]
  })
  const client = "sst.aws.CognitoUserPoolClient"
  return {
    ...resourcesOf(addresses),
    PermissionsTable: { type: "sst.aws.Dynamo", name: tableName },
    UserPool: { type: "sst.aws.CognitoUserPool", id: poolId },
    WebClient: { type: client, id: webClientId },
    ...(machineSecret !== undefined && {
      MachineClient: { type: client, id: machine.id, secret: machineSecret },
    }),
    ...Object.fromEntries(apis),
  }
}

/** What `sst shell` sets for a stage: every resource, a region and credentials; and where the stand-ins are. */
export function stageEnvironment(addresses: StageAddresses): Environment {
  return { ...aws(addresses), ...variables(stageResources(addresses)) }
}

/** `SST_RESOURCE_*` as functions have them. */
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
  const linked = Object.fromEntries(names.map((name) => [name, resources[name]]))
  return { ...aws(addresses), TZ: "UTC", ...variables(linked), ...own }
}

function variables(resources: Readonly<Record<string, object>>): Environment {
  return Object.fromEntries(
    Object.entries(resources).map(([name, value]) => [`SST_RESOURCE_${name}`, JSON.stringify(value)]),
  )
}

/** Region, credentials and the addresses of the stand-ins, which take any credentials. */
function aws(addresses: Addresses): Environment {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_DYNAMODB: addresses.dynamo,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: addresses.userPool,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  }
}
