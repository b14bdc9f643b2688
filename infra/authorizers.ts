/** Tokens to decisions: one function for each front door whose gateway does not check tokens itself. */
import { config } from "./config.ts"
import { type DoorName, doors } from "./doors.ts"
import { type Args, createFunction } from "./functions.ts"
import { permissions, table } from "./store.ts"
import { tokens } from "./tokens.ts"

/** After so many seconds Lambda ends a call; a gateway waits ten. */
export const authorizerSeconds = 8

/** Creates the authorizer function of a front door; `environment` is what only its gateway's plan knows. */
export function createAuthorizer(name: DoorName, environment: Record<string, string> = {}): sst.aws.Function {
  const { handler, ...own } = functionOf(name)
  return createFunction(`${doors[name].prefix}Authorizer`, {
    memory: "512 MB",
    timeout: `${authorizerSeconds} seconds`,
    dev: config.liveAuth ? undefined : false,
    handler: `packages/authorizer/src/${handler}/handler.handler`,
    ...own,
    environment: { ...environment, ...own.environment },
  })
}

/** What an authorizer may read follows from its strategy: `claims` has no right to any table, it asks no one. */
function functionOf(name: DoorName): Omit<Args, "handler"> & { readonly handler: string } {
  switch (name) {
    case "hybrid":
      return {
        handler: "hybrid",
        environment: {
          FEED_MAX_AGE: String(config.feedMaxAge),
          FEED_MAX_OUTAGE: String(config.feedMaxOutage),
          ON_STALE: config.onStale,
        },
        link: [tokens, permissions],
        permissions: [changeFeed],
      }
    case "claims":
      return { handler: "claims-http", link: [tokens] }
    case "claims-rest":
      return { handler: "claims-rest", link: [tokens] }
    case "cached":
      return {
        handler: "cached",
        link: [tokens, permissions],
        permissions: [{ actions: ["dynamodb:BatchGetItem"], resources: [table.arn] }],
      }
    case "backend":
    case "backend-rest":
      throw new Error(`front door \`${name}\`: expected one with a Lambda authorizer`)
  }
}

/** Of the whole table, the items of the change feed alone. */
const changeFeed = {
  actions: ["dynamodb:Query"],
  resources: [table.arn],
  conditions: [
    { test: "ForAllValues:StringEquals", variable: "dynamodb:LeadingKeys", values: ["FEED#CHANGES"] },
    // Without any key, the first one would hold for all that there are.
    { test: "Null", variable: "dynamodb:LeadingKeys", values: ["false"] },
  ],
}
