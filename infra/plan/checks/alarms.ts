/** Alarms and dashboard: each watches a function that is there, and none a number that means something else. */
import { crashPattern } from "../../crashes.ts"
import { type DoorName, doors } from "../../doors.ts"
import { type AlarmMetric, alarmMetrics, dashboardMetrics } from "../alarm-metrics.ts"
import { ofType, type Plan, resource } from "../plan.ts"
import { type Asked, type Check, complain, same } from "./check.ts"

export const alarms: Check = (plan, asked) =>
  asked.dev === true
    ? complain(
        ofDeployed.flatMap((type) => ofType(plan, type)),
        () => true,
        ({ name }) => `${name}: expected none for functions on a developer's machine`,
      )
    : [...complete(plan, asked), ...meant(plan, asked), ...told(plan, asked), ...shown(plan)]

/** What only functions in Lambda need. */
const ofDeployed = [
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  "aws:cloudwatch/dashboard:Dashboard",
  "aws:sns/topic:Topic",
  "aws:sns/topicSubscription:TopicSubscription",
]

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
    [name, "Throttles"],
    [name, name.endsWith("Authorizer") ? crashesOf(plan, name) : "Errors"],
    ...(name.endsWith("Backend") ? [[name, "fault"]] : [[name, "Duration"]]),
    ...(name === "HybridAuthorizer" && config.feedMaxAge !== "off" ? [[name, "feedAge"]] : []),
  ])
  return complain(
    wanted,
    ([name = "", metric]) => !watched.some((each) => each.metricName === metric && isOf(plan, each, name)),
    ([name, metric]) => `${name}: expected an alarm on \`${metric}\``,
  )
}

function functionName(plan: Plan, name: string): unknown {
  return ofType(plan, "aws:lambda/function:Function").find((each) => each.name === `${name}Function`)?.inputs
    .name
}

function isOf(plan: Plan, { namespace, metricName, dimensions }: AlarmMetric, name: string): boolean {
  if (namespace === "AWS/Lambda") return dimensions.FunctionName === functionName(plan, name)
  if (namespace !== "Claimgate") return false
  return isOfFilter(dimensions)
    ? metricName === crashesOf(plan, name)
    : dimensions.service === serviceOf(name)
}

/** A metric that a filter makes of lines in plain text has none. */
function isOfFilter(dimensions: AlarmMetric["dimensions"]): boolean {
  return Object.keys(dimensions).length === 0
}

/** The metric that Lambda's own lines about a function's crashes are counted under: lines of text, as the pattern is. */
function crashesOf(plan: Plan, name: string): string {
  const { loggingConfig } = resource(plan, "aws:lambda/function:Function", `${name}Function`).inputs
  const { logGroup, logFormat } = loggingConfig as { logGroup?: string; logFormat?: string }
  const found = ofType(plan, "aws:cloudwatch/logMetricFilter:LogMetricFilter").find(
    ({ inputs }) => inputs.logGroupName === logGroup && inputs.pattern === crashPattern,
  )
  const { name: metric } = (found?.inputs.metricTransformation ?? {}) as { name?: string }
  return logFormat === "Text" && metric !== undefined ? metric : "crashes"
}

/** A metric of what is not there never alarms; a 401 of an authorizer is an error to Lambda. */
function meant(plan: Plan, { stage }: Asked): readonly string[] {
  const names = plan.functions.map(({ name }) => name)
  const tables = ofType(plan, "aws:dynamodb/table:Table").map(({ inputs }) => inputs.name)
  const isThere = (metric: AlarmMetric) =>
    metric.namespace === "AWS/DynamoDB"
      ? tables.includes(metric.dimensions.TableName)
      : names.some((name) => isOf(plan, metric, name))
  const all = [...alarmMetrics(plan), ...dashboardMetrics(plan)]
  return [
    ...complain(
      all,
      (metric) => !isThere(metric),
      ({ owner, metricName, dimensions }) =>
        `${owner}: expected \`${metricName}\` of something that is there, got ${JSON.stringify(dimensions)}`,
    ),
    ...complain(
      all.filter(({ namespace, dimensions }) => namespace === "Claimgate" && !isOfFilter(dimensions)),
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
      ({ inputs }) => JSON.stringify(inputs.metricQueries ?? "").includes("FILL"),
      ({ name }) => `${name}: expected no zero in the place of what has not arrived yet`,
    ),
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
