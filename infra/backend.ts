/** The sample API behind all front doors. */
import { runtime } from "./functions"
import { permissions, table } from "./store"

export const backend = new sst.aws.Function("Backend", {
  ...runtime,
  handler: "packages/backend/src/handler.handler",
  memory: "512 MB",
  timeout: "20 seconds",
  environment: { AUTH_STRATEGY: "hybrid" },
  link: [permissions],
  permissions: [
    {
      actions: [
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
      ],
      resources: [table.arn, $interpolate`${table.arn}/index/gsi1`],
    },
  ],
})
