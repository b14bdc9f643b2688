/** Alarms and dashboard: each watches a function that is there, and none a number that means something else. */
import { type DoorName, doors } from "../../doors.ts"
import { type AlarmMetric, alarmMetrics, dashboardMetrics } from "../alarm-metrics.ts"
import { ofType, type Plan } from "../plan.ts"
import { type Asked, type Check, complain, same } from "./check.ts"

export const alarms: Check = (plan, asked) =>
  asked.dev === true
    ? complain(
        [...ofType(plan, "aws:cloudwatch/metricAlarm:MetricAlarm"), ...dashboards(plan)],
        () => true,
        ({ name }) => `${name}: expected none for functions on a developer's machine`,
      )
    : [...complete(plan, asked), ...meant(plan, asked), ...told(plan, asked), ...shown(plan)]

function dashboards(plan: Plan) {
  return ofType(plan, "aws:cloudwatch/dashboard:Dashboard")
}

/** How a function calls itself in its metrics. */
export function serviceOf(name: string): string {
  if (name === "PreToken") return "trigger"
  // The entries of a record that has each door once.
  const entries = Object.entries(doors) as [DoorName, (typeof doors)[DoorName]][]
  const found = entries.find(
    ([, { prefix }]) => name === `${prefix}Authorizer` || name === `${prefix}Backend`,
  )
  return `${found?.[0]}-${name.endsWith("Authorizer") ? "authorizer" : "backend"}`
}

/** What must be watched of each function: what it cannot answer, by its own word and by Lambda's. */
function complete(plan: Plan, { config }: Asked): readonly string[] {
  const watched = alarmMetrics(plan)
  const wanted = plan.functions.flatMap(({ name }) => [
    [name, name === "PreToken" ? "malformed" : "failed"],
    [name, name.endsWith("Authorizer") ? "Invocations" : "Errors"],
    ...(name === "PreToken" ? [[name, "Duration"]] : []),
    ...(name === "HybridAuthorizer" && config.feedMaxAge !== "off" ? [[name, "feedAge"]] : []),
  ])
  return complain(
    wanted,
    ([name = "", metric]) =>
      !watched.some((each) => each.metricName === metric && isOf(each, name, functionName(plan, name))),
    ([name, metric]) => `${name}: expected an alarm on \`${metric}\``,
  )
}

function functionName(plan: Plan, name: string): unknown {
  return ofType(plan, "aws:lambda/function:Function").find((each) => each.name === `${name}Function`)?.inputs
    .name
}

function isOf({ namespace, dimensions }: AlarmMetric, name: string, inAws: unknown): boolean {
  return namespace === "AWS/Lambda"
    ? dimensions.FunctionName === inAws
    : namespace === "Claimgate" && dimensions.service === serviceOf(name)
}

/** A metric of what is not there never alarms; a 401 of an authorizer is an error to Lambda. */
function meant(plan: Plan, { stage }: Asked): readonly string[] {
  const names = plan.functions.map(({ name }) => name)
  const tables = ofType(plan, "aws:dynamodb/table:Table").map(({ inputs }) => inputs.name)
  const isThere = (metric: AlarmMetric) =>
    metric.namespace === "AWS/DynamoDB"
      ? tables.includes(metric.dimensions.TableName)
      : names.some((name) => isOf(metric, name, functionName(plan, name)))
  const all = [...alarmMetrics(plan), ...dashboardMetrics(plan)]
  return [
    ...complain(
      all,
      (metric) => !isThere(metric),
      ({ owner, metricName, dimensions }) =>
        `${owner}: expected \`${metricName}\` of something that is there, got ${JSON.stringify(dimensions)}`,
    ),
    ...complain(
      all.filter(({ namespace }) => namespace === "Claimgate"),
      ({ dimensions }) => dimensions.stage !== stage,
      ({ owner, dimensions }) =>
        `${owner}: expected metrics of stage \`${stage}\`, got \`${dimensions.stage}\``,
    ),
    ...complain(
      all,
      ({ metricName, dimensions }) =>
        metricName === "Errors" && /AuthorizerFunction/.test(String(dimensions.FunctionName)),
      ({ owner }) => `${owner}: expected no \`Errors\` of an authorizer: every 401 is one`,
    ),
  ]
}

function told(plan: Plan, { stage, config }: Asked): readonly string[] {
  const all = ofType(plan, "aws:cloudwatch/metricAlarm:MetricAlarm")
  const topics = ofType(plan, "aws:sns/topic:Topic")
  const mails = ofType(plan, "aws:sns/topicSubscription:TopicSubscription")
  const actions =
    config.alarmEmail === undefined ? [] : [`arn:aws:sns:eu-west-1:123456789012:claimgate-${stage}-alarms`]
  return [
    ...complain(
      all,
      ({ inputs }) => inputs.treatMissingData !== "notBreaching",
      ({ name }) => `${name}: expected no data to be no trouble`,
    ),
    ...complain(
      all,
      ({ inputs }) => !same(inputs.alarmActions, actions) || !same(inputs.okActions, actions),
      ({ name, inputs }) =>
        `${name}: expected ${JSON.stringify(actions)} to be told, got ${inputs.alarmActions}`,
    ),
    ...complain(
      all,
      ({ inputs }) => !String(inputs.name).startsWith(`claimgate-${stage}-`) || !inputs.alarmDescription,
      ({ name }) => `${name}: expected a name with the stage in it, and a description`,
    ),
    ...complain(
      [{ topics, mails }],
      () =>
        topics.length !== actions.length ||
        !same(
          mails.map(({ inputs }) => inputs.endpoint),
          config.alarmEmail === undefined ? [] : [config.alarmEmail],
        ),
      () => `alarms: expected a mail to ${config.alarmEmail ?? "nobody"}`,
    ),
  ]
}

/** One page with every alarm on it. */
function shown(plan: Plan): readonly string[] {
  const all = ofType(plan, "aws:cloudwatch/metricAlarm:MetricAlarm")
  const body = String(dashboards(plan)[0]?.inputs.dashboardBody)
  return complain(
    all,
    ({ inputs }) => dashboards(plan).length !== 1 || !body.includes(`:${inputs.name}"`),
    ({ name }) => `${name}: expected it on the dashboard`,
  )
}
