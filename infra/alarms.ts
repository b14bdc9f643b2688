/**
 * What somebody should be told of. An authorizer's `Errors` of Lambda are not among it: a 401 is a throw to Lambda.
 * docs/operations.md says of each what it means and what to do.
 */
import { createAlarm } from "./alarm.ts"
import { config } from "./config.ts"
import { doors } from "./doors.ts"
import type { FrontDoor } from "./front-door.ts"
import { frontDoors } from "./gateways.ts"
import { decisionsOf, logged, ofFunction } from "./metrics.ts"
import { trigger } from "./trigger.ts"

type Alarms = readonly aws.cloudwatch.MetricAlarm[]

/** Once at least, or in two minutes of five. */
const once = { seconds: 60, stat: "Sum", limit: 0, periods: [1, 1] } as const
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
    createAlarm("PreTokenFailed", "A sign-in failed: the trigger's log has the reason, outcome `failed`.", {
      ...once,
      metric: {
        formula: "FILL(errors, 0) + FILL(throttles, 0)",
        of: { errors: ofFunction(trigger, "Errors"), throttles: ofFunction(trigger, "Throttles") },
      },
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

function ofAuthorizer({ name }: FrontDoor, authorizer: sst.aws.Function): Alarms {
  const { prefix } = doors[name]
  const service = `${name}-authorizer`
  const decisions = decisionsOf(name)
  return [
    createAlarm(
      `${prefix}AuthorizerFailed`,
      "Requests are answered 500: signing keys or store cannot be read, decision `failed` in the authorizer's log.",
      { ...repeatedly, metric: logged(service, "failed") },
    ),
    createAlarm(
      `${prefix}AuthorizerSilent`,
      "Calls of the authorizer end without a decision: time-outs, crashes at start or throttling.",
      {
        ...lasting,
        metric: {
          // Calls that are under way between two periods are no matter.
          formula: `FILL(throttles, 0) + FILL(calls, 0) * 0.99 - ${decisions.map((each) => `FILL(${each}, 0)`).join(" - ")}`,
          of: {
            throttles: ofFunction(authorizer, "Throttles"),
            calls: ofFunction(authorizer, "Invocations"),
            ...Object.fromEntries(decisions.map((each) => [each, logged(service, each)])),
          },
        },
        limit: 5,
      },
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
      "Requests that were let through are answered 5xx: `fault` in the backend's log, a crash, or throttling.",
      {
        ...repeatedly,
        metric: {
          formula: "FILL(faults, 0) + FILL(errors, 0) + FILL(throttles, 0)",
          of: {
            faults: logged(service, "fault"),
            errors: ofFunction(backend, "Errors"),
            throttles: ofFunction(backend, "Throttles"),
          },
        },
      },
    ),
  ]
}

/** Percent of a hundred decisions at least, by whoever looks at tokens first. */
function ofRefusals({ name, functions }: FrontDoor): aws.cloudwatch.MetricAlarm {
  const service = functions.authorizer === undefined ? `${name}-backend` : `${name}-authorizer`
  const counted = functions.authorizer === undefined ? ["allowed", "refused"] : decisionsOf(name)
  const all = counted.filter((each) => each !== "failed")
  const total = all.map((each) => `FILL(${each}, 0)`).join(" + ")
  return createAlarm(
    `${doors[name].prefix}Refusals`,
    "More than half of all requests are refused: an attack, a deploy that broke tokens, or permissions that are gone.",
    {
      ...lasting,
      metric: {
        formula: `IF(${total} >= 100, 100 * FILL(refused, 0) / (${total}), 0)`,
        of: Object.fromEntries(all.map((each) => [each, logged(service, each)])),
      },
      limit: 50,
    },
  )
}
