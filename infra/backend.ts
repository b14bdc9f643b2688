/** The sample API, one function for each front door: its strategy is part of its configuration. */
import { cache } from "./cache.ts"
import { config } from "./config.ts"
import { type DoorName, doors } from "./doors.ts"
import { createFunction } from "./functions.ts"
import { permissions, table } from "./store.ts"
import { sessions, tokens } from "./tokens.ts"

export function createBackend(name: DoorName): sst.aws.Function {
  const { prefix, gateway, strategy } = doors[name]
  return createFunction(`${prefix}Backend`, {
    handler: "packages/backend/src/handler.handler",
    memory: "512 MB",
    timeout: "20 seconds",
    environment: {
      AUTH_STRATEGY: strategy,
      API_GATEWAY: gateway,
      CLAIM_FORM: config.claimForm,
      // An HTTP API sees to that itself.
      ...(gateway === "rest-api" && config.corsOrigins.length > 0
        ? { CORS_ORIGINS: config.corsOrigins.join() }
        : {}),
      ...cache.environment,
    },
    vpc: cache.vpc,
    link: [permissions, sessions, ...(strategy === "backend" ? [tokens] : [])],
    permissions: [
      {
        actions: [
          "dynamodb:BatchGetItem",
          "dynamodb:BatchWriteItem",
          "dynamodb:ConditionCheckItem",
          "dynamodb:DeleteItem",
          "dynamodb:GetItem",
          "dynamodb:PutItem",
          "dynamodb:Query",
          "dynamodb:UpdateItem",
        ],
        resources: [table.arn],
      },
      { actions: ["dynamodb:Query"], resources: [$interpolate`${table.arn}/index/gsi1`] },
    ],
  })
}
