/** Where backends keep what may be some seconds old: in their own memory, or in a Valkey that they share. */
import { config } from "./config.ts"
import { table } from "./store.ts"

interface Cache {
  readonly environment: Record<string, $util.Input<string>>
  /** The network that the cache can be reached from. */
  readonly vpc?: sst.aws.Vpc
}

export const cache: Cache = config.permissionCache === "redis" ? createShared() : inMemory()

function inMemory(): Cache {
  return { environment: { PERMISSION_CACHE: "memory" } }
}

function createShared(): Cache {
  // `sst dev` runs backends on the developer's machine, which has one of its own.
  if ($dev) return shared("redis://127.0.0.1:6379")
  const vpc = new sst.aws.Vpc("Network")
  const valkey = new sst.aws.Redis("Cache", { vpc, engine: "valkey", cluster: false })
  // A function in a network reaches DynamoDB only through an endpoint of that network.
  new aws.ec2.VpcEndpoint("TableEndpoint", {
    vpcId: vpc.id,
    serviceName: $interpolate`com.amazonaws.${table.arn.apply((arn) => arn.split(":")[3])}.dynamodb`,
    routeTableIds: vpc.nodes.privateRouteTables.apply((tables) => $util.all(tables.map(({ id }) => id))),
  })
  const password = $output(valkey.password).apply((text) => encodeURIComponent(text ?? ""))
  return {
    ...shared($interpolate`rediss://${valkey.username}:${password}@${valkey.host}:${valkey.port}`),
    vpc,
  }
}

function shared(url: $util.Input<string>): Cache {
  return { environment: { PERMISSION_CACHE: "redis", REDIS_URL: url } }
}
