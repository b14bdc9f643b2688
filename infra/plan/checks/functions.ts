/** Functions: where they run, for how long, and what they may leave in the logs. */
import { type DoorName, doors } from "../../doors.ts"
import { isLive, ofType, type Plan, type Planned, resource } from "../plan.ts"
import { type Asked, type Check, complain, same } from "./check.ts"

/** Cognito waits 5 s, a gateway 10 s for an authorizer and 30 s for a backend. */
const limits: readonly [name: RegExp, seconds: number][] = [
  [/^PreToken$/, 5],
  [/Authorizer$/, 9],
  [/Backend$/, 29],
]

export const functions: Check = (plan, asked) => {
  const all = ofType(plan, "aws:lambda/function:Function").map((each) => ({
    ...each,
    owner: each.name.replace(/Function$/, ""),
  }))
  return [
    ...complain(
      all.filter(({ owner }) => !isLive(plan, owner)),
      ({ inputs }) => inputs.runtime !== "nodejs22.x" || String(inputs.architectures) !== "arm64",
      ({ owner, inputs }) =>
        `${owner}: expected nodejs22.x on arm64, got ${inputs.runtime} on ${inputs.architectures}`,
    ),
    ...complain(
      all,
      ({ owner, inputs }) => Number(inputs.timeout) > limitOf(owner),
      ({ owner, inputs }) => `${owner}: expected at most ${limitOf(owner)} seconds, got ${inputs.timeout}`,
    ),
    ...complain(
      all,
      ({ inputs }) => !hasRetention(plan, inputs),
      ({ owner }) => `${owner}: expected a log group whose entries expire`,
    ),
    ...complain(
      asked.config.doors,
      (door) => !same(toldIn(plan, door), [doors[door].strategy, doors[door].gateway]),
      (door) =>
        `${doors[door].prefix}Backend: expected \`${doors[door].strategy}\` behind \`${doors[door].gateway}\`, got ${toldIn(plan, door)}`,
    ),
    // A REST API has no CORS of its own; two that write the same header would spoil it.
    ...complain(
      asked.config.doors,
      (door) => variablesOf(plan, door).CORS_ORIGINS !== originFor(door, asked),
      (door) =>
        `${doors[door].prefix}Backend: expected to be told of origin ${originFor(door, asked) ?? "none"}`,
    ),
    ...complain(
      plan.functions,
      ({ name, live }) => live !== runsThere(name, asked),
      ({ name, live }) => `${name}: expected it to run ${live ? "in Lambda" : "on the developer's machine"}`,
    ),
  ]
}

/** Strategy and gateway are literals of a backend's configuration. */
function toldIn(plan: Plan, door: DoorName): readonly unknown[] {
  const { AUTH_STRATEGY, API_GATEWAY } = variablesOf(plan, door)
  return [AUTH_STRATEGY, API_GATEWAY]
}

function variablesOf(plan: Plan, door: DoorName): Readonly<Record<string, string>> {
  const { inputs } = resource(plan, "aws:lambda/function:Function", `${doors[door].prefix}BackendFunction`)
  const { variables = {} } = inputs.environment as { variables?: Record<string, string> }
  return variables
}

function originFor(door: DoorName, { config }: Asked): string | undefined {
  return doors[door].gateway === "rest-api" ? config.corsOrigins[0] : undefined
}

/** `LIVE_AUTH=false` leaves in Lambda what somebody else waits for. */
function runsThere(name: string, { dev = false, config }: Asked): boolean {
  return dev && (config.liveAuth || name.endsWith("Backend"))
}

/** A function that nobody knows here may not run at all. */
function limitOf(owner: string): number {
  return limits.find(([name]) => name.test(owner))?.[1] ?? 0
}

function hasRetention(plan: Plan, { loggingConfig }: Planned["inputs"]): boolean {
  const { logGroup } = (loggingConfig ?? {}) as { logGroup?: string }
  const group = ofType(plan, "aws:cloudwatch/logGroup:LogGroup").find(
    ({ inputs }) => inputs.name === logGroup,
  )
  return Number(group?.inputs.retentionInDays) > 0
}
