/**
 * What somebody should be told of. An authorizer's `Errors` of Lambda are not among it: a 401 is a throw to Lambda.
 * docs/operations.md says of each what it means and what to do.
 */
import { createAlarm } from "./alarm.ts"
import { authorizerSeconds } from "./authorizers.ts"
import { config } from "./config.ts"
import { crashesOf } from "./crash-metric.ts"
import { doors } from "./doors.ts"
import type { FrontDoor } from "./front-door.ts"
import { frontDoors } from "./gateways.ts"
import { logged, ofFunction } from "./metrics.ts"
import { trigger } from "./trigger.ts"

type Alarms = readonly aws.cloudwatch.MetricAlarm[]

/** Once in five minutes, as metrics may arrive late; or in two of five. */
const once = { seconds: 60, stat: "Sum", limit: 0, periods: [1, 5] } as const
const repeatedly = { ...once, periods: [2, 5] } as const
/** Ten minutes of fifteen. */
const lasting = { seconds: 300, stat: "Sum", periods: [2, 3] } as const

/** Functions that `sst dev` runs on a developer's machine write no log that CloudWatch could count. */
export const alarms: Alarms = $dev ? [] : [...ofTrigger(), ...frontDoors.flatMap(ofDoor)]

function ofTrigger(): Alarms {
  return [
    createAlarm("PreTokenSlow", "Sign-ins take more than half of the five seconds that Cognito waits.", {
      ...lasting,
      metric: ofFunction(trigger, "Duration"),
      stat: "p99",
      limit: 2500,
    }),
    createAlarm(
      "PreTokenFailed",
      "A sign-in failed: the trigger's log has the reason, outcome `failed`, or a line of Lambda's own.",
      { ...once, metric: ofFunction(trigger, "Errors") },
    ),
    createAlarm("PreTokenThrottled", "Sign-ins are refused a call of the trigger: too many run at once.", {
      ...once,
      metric: ofFunction(trigger, "Throttles"),
    }),
    createAlarm(
      "PreTokenMalformed",
      "Somebody signed in and got nothing: what the table has of them cannot be read, outcome `malformed`.",
      { ...once, metric: logged("trigger", "malformed") },
    ),
  ]
}

function ofDoor(door: FrontDoor): Alarms {
  const { prefix } = doors[door.name]
  const { authorizer } = door.functions
  return [
    ...(authorizer === undefined ? [] : ofAuthorizer(door, authorizer)),
    ...(door.name === "hybrid" ? ofFeed(prefix) : []),
    ...ofBackend(door),
    ofRefusals(door),
  ]
}

/** Lambda's own of what came to nothing: such a call writes no line that would count it. */
function ofAuthorizer({ name }: FrontDoor, authorizer: sst.aws.Function): Alarms {
  const { prefix } = doors[name]
  return [
    createAlarm(
      `${prefix}AuthorizerFailed`,
      "Requests are answered 500: signing keys or store cannot be read, decision `failed` in the authorizer's log.",
      { ...repeatedly, metric: logged(`${name}-authorizer`, "failed") },
    ),
    createAlarm(
      `${prefix}AuthorizerCrashed`,
      "Requests are answered 500: the authorizer crashes, at load or later, or is out of time or memory.",
      { ...repeatedly, metric: crashesOf(`${prefix}Authorizer`, authorizer) },
    ),
    createAlarm(
      `${prefix}AuthorizerSlow`,
      "Calls of the authorizer end when their time is over, and their requests are answered 500, or nearly do.",
      {
        ...repeatedly,
        metric: ofFunction(authorizer, "Duration"),
        stat: "Maximum",
        limit: (authorizerSeconds - 1) * 1000,
      },
    ),
    createAlarm(
      `${prefix}AuthorizerThrottled`,
      "Requests are answered 500, as the authorizer is not called: too many calls run at once.",
      { ...repeatedly, metric: ofFunction(authorizer, "Throttles") },
    ),
  ]
}

function ofFeed(prefix: string): Alarms {
  if (config.feedMaxAge === "off") return []
  const service = "hybrid-authorizer"
  const because = { because: "feed_unavailable" }
  return [
    createAlarm(
      `${prefix}FeedOld`,
      "Decisions rest on a copy of the change feed that is too old: polls fail, a revoke takes longer than promised.",
      {
        seconds: 60,
        stat: "Maximum",
        metric: logged(service, "feedAge"),
        // Whoever had to wait for a poll waited two seconds at most.
        limit: (config.feedMaxAge + 2) * 1000,
        periods: [3, 5],
      },
    ),
    createAlarm(
      `${prefix}FeedUnavailable`,
      "The change feed cannot be read at all: no token is believed, and every request asks the store.",
      {
        ...once,
        metric: logged(service, config.onStale === "recheck" ? "recheck" : "refused", because),
        periods: [3, 5],
      },
    ),
  ]
}

function ofBackend({ name, functions: { backend } }: FrontDoor): Alarms {
  const { prefix } = doors[name]
  const service = `${name}-backend`
  return [
    createAlarm(
      `${prefix}BackendFailed`,
      "Requests are answered 503: the store cannot be read, decision `failed` in the backend's log.",
      { ...repeatedly, metric: logged(service, "failed") },
    ),
    createAlarm(
      `${prefix}BackendFaults`,
      "Requests that were let through are answered 5xx by their handler: `fault` in the backend's log.",
      { ...repeatedly, metric: logged(service, "fault") },
    ),
    createAlarm(
      `${prefix}BackendCrashed`,
      "Requests are answered 5xx: the backend crashes, at load or later, or is out of time or memory.",
      { ...repeatedly, metric: ofFunction(backend, "Errors") },
    ),
    createAlarm(
      `${prefix}BackendThrottled`,
      "Requests are answered 5xx, as the backend is not called: too many calls run at once.",
      { ...repeatedly, metric: ofFunction(backend, "Throttles") },
    ),
  ]
}

/**
 * Percent of a hundred calls at least, of whoever looks at tokens first: each call decides once. Lambda's own number is
 * there from the first call on, also where nothing was ever allowed.
 */
function ofRefusals({ name, functions }: FrontDoor): aws.cloudwatch.MetricAlarm {
  const { authorizer, backend } = functions
  const service = authorizer === undefined ? `${name}-backend` : `${name}-authorizer`
  return createAlarm(
    `${doors[name].prefix}Refusals`,
    "More than half of all requests are refused: an attack, a deploy that broke tokens, or permissions that are gone.",
    {
      ...lasting,
      metric: {
        formula: "IF(calls >= 100, 100 * refused / calls, 0)",
        of: { calls: ofFunction(authorizer ?? backend, "Invocations"), refused: logged(service, "refused") },
      },
      limit: 50,
    },
  )
}
