/** The user pool and its clients: which event the trigger gets, how long tokens live, and what a user may write. */
import { ofType, type Plan, resource } from "../plan.ts"
import { type Asked, type Check, complain, same } from "./check.ts"

export const identity: Check = (plan, asked) => [...pool(plan, asked), ...clients(plan, asked)]

function pool(plan: Plan, { config, stage }: Asked): readonly string[] {
  const { inputs } = resource(plan, "aws:cognito/userPool:UserPool", "UserPoolUserPool")
  const { lambdaVersion } = triggerOf(inputs.lambdaConfig)
  const wanted: readonly [is: boolean, sentence: string][] = [
    [
      lambdaVersion === config.triggerVersion,
      `trigger: expected ${config.triggerVersion}, got ${lambdaVersion}`,
    ],
    [inputs.userPoolTier === "ESSENTIALS", `user pool: expected tier ESSENTIALS, got ${inputs.userPoolTier}`],
    // Whoever signs up may write a custom attribute: none may have the name of a claim.
    [inputs.schemas === undefined, "user pool: expected no custom attributes"],
    [
      stage !== "prod" || inputs.deletionProtection === "ACTIVE",
      "user pool: expected protection against deletion in prod",
    ],
  ]
  return wanted.filter(([is]) => !is).map(([, sentence]) => sentence)
}

function triggerOf(lambdaConfig: unknown): { readonly lambdaVersion?: string } {
  return (
    (lambdaConfig as { preTokenGenerationConfig?: { lambdaVersion?: string } }).preTokenGenerationConfig ?? {}
  )
}

function clients(plan: Plan, { config }: Asked): readonly string[] {
  const all = ofType(plan, "aws:cognito/userPoolClient:UserPoolClient")
  const minutes = config.tokenMinutes
  return [
    ...complain(
      all,
      ({ inputs }) =>
        inputs.accessTokenValidity !== minutes ||
        inputs.idTokenValidity !== minutes ||
        !same(inputs.tokenValidityUnits, {
          accessToken: "minutes",
          idToken: "minutes",
          refreshToken: "days",
        }),
      ({ inputs }) => `${inputs.name}: expected tokens that are valid for ${minutes} minutes`,
    ),
    // Left out, it is every attribute.
    ...complain(
      all,
      ({ inputs }) => !same(inputs.writeAttributes, ["email", "name"]),
      ({ inputs }) => `${inputs.name}: expected \`email\` and \`name\` as all that a user may write`,
    ),
    // Left out, they are SST's own: both flows that a browser's address bar takes part in.
    ...complain(
      all,
      ({ inputs }) =>
        !same(inputs.allowedOauthFlows, inputs.generateSecret === true ? ["client_credentials"] : []),
      ({ inputs }) =>
        `${inputs.name}: expected no OAuth flow but a machine's, got ${inputs.allowedOauthFlows}`,
    ),
    ...complain(
      all,
      ({ inputs }) =>
        inputs.generateSecret === true && !same(inputs.explicitAuthFlows, ["ALLOW_REFRESH_TOKEN_AUTH"]),
      ({ inputs }) => `${inputs.name}: expected a machine that cannot sign in as a user`,
    ),
  ]
}
