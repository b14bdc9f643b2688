/** The user pool: people sign in here, and the trigger puts into their tokens what they may do. */
import { config } from "./config.ts"
import { trigger } from "./trigger.ts"

export const userPool = new sst.aws.CognitoUserPool("UserPool", {
  usernames: ["email"],
  triggers: { preTokenGeneration: trigger.arn, preTokenGenerationVersion: "v2" },
  transform: {
    userPool(args) {
      // Access tokens can be changed by a trigger from the Essentials tier on.
      args.userPoolTier = "ESSENTIALS"
      args.deletionProtection = $app.stage === "prod" ? "ACTIVE" : "INACTIVE"
      // SST knows `v1` and `v2` and takes anything else for `v1`; machine clients need V3_0.
      args.lambdaConfig = $output(args.lambdaConfig).apply((lambdas) => ({
        ...lambdas,
        preTokenGenerationConfig: { lambdaArn: trigger.arn, lambdaVersion: config.triggerVersion },
      }))
    },
  },
})
