/** Everything that the functions count, and what AWS counts of them, on one page. */
import { alarms } from "./alarms.ts"
import { config } from "./config.ts"
import type { DoorName } from "./doors.ts"
import type { FrontDoor } from "./front-door.ts"
import { frontDoors } from "./gateways.ts"
import { decisionsOf, logged, type Metric, ofFunction, ofTable } from "./metrics.ts"
import { table } from "./store.ts"
import { trigger } from "./trigger.ts"

/** A line of a graph: a metric with its statistic, or a search that finds one for each value of a dimension. */
type Line = readonly [metric: Metric, stat: string, label?: string] | { readonly expression: string }

interface Graph {
  readonly title: string
  /** Of what is on the axis. */
  readonly unit: string
  readonly lines: readonly Line[]
  readonly stacked?: boolean
}

const region = table.arn.apply((arn) => arn.split(":")[3] ?? "")

/** Of a graph, and how many there are in a row. */
const [columns, width, height] = [3, 8, 6]

/** The address of the page; none during `sst dev`, whose functions write their lines elsewhere. */
export const dashboard = $dev ? undefined : createDashboard(`${$app.name}-${$app.stage}`)

function createDashboard(dashboardName: string): $util.Output<string> {
  const graphs = [...ofTrigger(), ...frontDoors.flatMap(ofDoor), ...ofStore()]
  new aws.cloudwatch.Dashboard("Dashboard", {
    dashboardName,
    dashboardBody: $jsonStringify({ widgets: [overview(), ...graphs.map(widget)] }),
  })
  return $interpolate`https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`
}

function ofTrigger(): readonly Graph[] {
  const counts = ["minted", "malformed", "failed"].map((each): Line => [logged("trigger", each), "Sum"])
  return [
    { title: "trigger: outcomes", unit: "sign-ins", lines: counts, stacked: true },
    { title: "trigger: duration", unit: "ms", lines: quantiles(ofFunction(trigger, "Duration")) },
    {
      title: "trigger: length of claims",
      unit: "characters",
      lines: quantiles(logged("trigger", "claimLength")),
    },
  ]
}

function ofDoor({ name, functions: { authorizer, backend } }: FrontDoor): readonly Graph[] {
  return [
    ...(authorizer === undefined ? [] : ofAuthorizer(name, authorizer)),
    ...(name === "hybrid" && config.feedMaxAge !== "off" ? [ofFeed()] : []),
    ...ofBackend(`${name}-backend`, backend),
  ]
}

function ofAuthorizer(name: DoorName, authorizer: sst.aws.Function): readonly Graph[] {
  const service = `${name}-authorizer`
  const counted = decisionsOf(name)
  return [
    decisions(service, counted),
    reasons(
      service,
      counted.filter((each) => each === "recheck" || each === "refused"),
    ),
    {
      title: `${service}: duration of decisions, and of calls`,
      unit: "ms",
      lines: [...quantiles(logged(service, "took")), [ofFunction(authorizer, "Duration"), "p99", "call p99"]],
    },
  ]
}

function ofFeed(): Graph {
  const age = logged("hybrid-authorizer", "feedAge")
  return {
    title: "hybrid-authorizer: age of the change feed's copy",
    unit: "ms",
    lines: ["p50", "Maximum"].map((stat): Line => [age, stat, stat]),
  }
}

function ofBackend(service: string, backend: sst.aws.Function): readonly Graph[] {
  const { lines, ...common } = decisions(service, ["allowed", "refused", "failed"])
  return [
    {
      ...common,
      lines: [...lines, [logged(service, "fault"), "Sum"], [ofFunction(backend, "Errors"), "Sum"]],
    },
    reasons(service, ["refused"]),
    {
      title: `${service}: duration of decisions, and of calls`,
      unit: "ms",
      lines: [...quantiles(logged(service, "took")), [ofFunction(backend, "Duration"), "p99", "call p99"]],
    },
  ]
}

function ofStore(): readonly Graph[] {
  const sums = (title: string, unit: string, names: readonly string[]): Graph => ({
    ...{ title, unit },
    lines: names.map((each): Line => [ofTable(table, each), "Sum"]),
  })
  return [
    sums("table: throttled requests", "events", ["ReadThrottleEvents", "WriteThrottleEvents"]),
    sums("table: consumed capacity", "units", ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"]),
  ]
}

function decisions(service: string, names: readonly string[]): Graph {
  const lines = names.map((each): Line => [logged(service, each), "Sum"])
  return { title: `${service}: decisions`, unit: "requests", lines, stacked: true }
}

/** One line for each reason that occurred. */
function reasons(service: string, names: readonly string[]): Graph {
  const search = (name: string) =>
    `SEARCH('{Claimgate,stage,service,because} stage="${$app.stage}" service="${service}" MetricName="${name}"', 'Sum')`
  const lines = names.map((each) => ({ expression: search(each) }))
  return { title: `${service}: reasons`, unit: "requests", lines, stacked: true }
}

function quantiles(metric: Metric): readonly Line[] {
  return ["p50", "p99"].map((stat) => [metric, stat, stat])
}

/** Which alarms are on. */
function overview(): object {
  const place = { x: 0, y: 0, width: columns * width, height: 3 }
  return { type: "alarm", ...place, properties: { title: "Alarms", alarms: alarms.map(({ arn }) => arn) } }
}

/** Three in a row, by the minute. */
function widget({ title, unit, lines, stacked = false }: Graph, index: number): object {
  const place = { x: (index % columns) * width, y: 3 + Math.floor(index / columns) * height, width, height }
  const yAxis = { left: { label: unit, showUnits: false, min: 0 } }
  const properties = { title, region, view: "timeSeries", stacked, period: 60, yAxis }
  return { type: "metric", ...place, properties: { ...properties, metrics: lines.map(spelled) } }
}

function spelled(line: Line): readonly unknown[] {
  if ("expression" in line) return [line]
  const [{ namespace, metricName, dimensions }, stat, label] = line
  return [namespace, metricName, ...Object.entries(dimensions).flat(), { stat, ...(label ? { label } : {}) }]
}
