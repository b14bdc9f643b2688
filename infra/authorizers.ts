/** Tokens to decisions. The claims authorizer has no right to any table: it asks no one. */
import { runtime } from "./functions"
import { tokens } from "./identity"

export const httpAuthorizer = new sst.aws.Function("HttpAuthorizer", {
  ...runtime,
  handler: "packages/authorizer/src/handler.handler",
  memory: "512 MB",
  timeout: "8 seconds",
  environment: { AUTH_STRATEGY: "hybrid" },
  link: [tokens],
})
