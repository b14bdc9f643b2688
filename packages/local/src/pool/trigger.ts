import type { Invocation } from "../function.ts"
import type { Attributes } from "./attribute.ts"
import type { GroupConfiguration } from "./claims.ts"
import { type PreTokenGeneration, regionOf, type UserPoolConfig } from "./config.ts"
import { CognitoFailure } from "./failure.ts"

/**
 * When the trigger is called. The pool has no hosted pages
 * and remembers no devices, so their two sources never occur.
 */
export type TriggerSource =
  | "TokenGeneration_Authentication"
  | "TokenGeneration_NewPasswordChallenge"
  | "TokenGeneration_RefreshTokens"
  | "TokenGeneration_ClientCredentials"

/** What an event tells the trigger about the tokens to come. */
export interface TriggerRequest {
  readonly source: TriggerSource
  readonly userName: string
  readonly clientId: string
  readonly userAttributes: Attributes
  readonly groups: GroupConfiguration
  readonly scopes: readonly string[]
  readonly clientMetadata: Readonly<Record<string, string>> | undefined
}

/** Cognito's limit for one attempt, in real milliseconds; it can't be changed there. */
export const ATTEMPT_MILLISECONDS = 5_000
const ATTEMPTS = 3

/**
 * Builds the event of the trigger's version (Developer
 * Guide, "Pre token generation Lambda trigger parameters").
 */
export function buildEvent(
  config: UserPoolConfig,
  trigger: PreTokenGeneration,
  request: TriggerRequest,
): object {
  const isFirst = trigger.version === "V1_0"
  return {
    version: { V1_0: "1", V2_0: "2", V3_0: "3" }[trigger.version],
    triggerSource: request.source,
    region: regionOf(config),
    userPoolId: config.id,
    userName: request.userName,
    callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: request.clientId },
    request: {
      userAttributes: request.userAttributes,
      groupConfiguration: request.groups,
      ...(isFirst ? {} : { scopes: request.scopes }),
      ...(request.clientMetadata === undefined ? {} : { clientMetadata: request.clientMetadata }),
    },
    response: isFirst ? { claimsOverrideDetails: null } : { claimsAndScopeOverrideDetails: null },
  }
}

/**
 * Calls the trigger and returns what it answered. It has five seconds for an answer and is called three
 * times in all when there is none; an error is an answer, so it is not called again after one (Developer
 * Guide, "Things to know about Lambda triggers"). Throws what the client of the pool then sees; the
 * trigger's own message is part of it.
 */
export async function invokeTrigger(trigger: PreTokenGeneration, event: object): Promise<unknown> {
  const limit = trigger.attemptMilliseconds ?? ATTEMPT_MILLISECONDS
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    // Each attempt gets an event of its own: what a late one still does to its copy changes nothing.
    const invocation = await withDeadline(trigger.function.invoke(structuredClone(event)), limit)
    if (invocation !== undefined) return payloadOf(invocation)
  }
  throw new CognitoFailure(
    "UnexpectedLambdaException",
    "PreTokenGeneration invocation failed due to error Socket timeout while invoking Lambda function.",
  )
}

function payloadOf(invocation: Invocation): unknown {
  if (invocation.ok) return invocation.payload
  throw new CognitoFailure(
    "UserLambdaValidationException",
    `PreTokenGeneration failed with error ${invocation.errorMessage}.`,
  )
}

async function withDeadline(invocation: Promise<Invocation>, limit: number): Promise<Invocation | undefined> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, limit, undefined)
  })
  return Promise.race([invocation, deadline]).finally(() => clearTimeout(timer))
}
