/** The trigger that writes permissions into tokens. It reads members and roles by key, and writes nothing. */
import { config } from "./config.ts"
import { createFunction } from "./functions.ts"
import { permissions, table } from "./store.ts"

export const trigger = createFunction("PreToken", {
  handler: "packages/trigger/src/handler.handler",
  memory: "512 MB",
  // Cognito waits five seconds, three times; the trigger itself gives up after three.
  timeout: "5 seconds",
  environment: { CLAIM_FORM: config.claimForm },
  link: [permissions],
  permissions: [{ actions: ["dynamodb:BatchGetItem"], resources: [table.arn] }],
  dev: config.liveAuth ? undefined : false,
})
