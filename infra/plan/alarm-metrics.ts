/** The metrics that alarms and dashboard of a plan read. */
import { ofType, type Plan } from "./plan.ts"

export interface AlarmMetric {
  /** The alarm, or `Dashboard`. */
  readonly owner: string
  readonly namespace: string
  readonly metricName: string
  readonly dimensions: Readonly<Record<string, string>>
}

type Spelled = Omit<AlarmMetric, "owner">

/** Of all alarms, those in formulas too. Throws where a formula names what it does not have, or the other way round. */
export function alarmMetrics(plan: Plan): readonly AlarmMetric[] {
  return ofType(plan, "aws:cloudwatch/metricAlarm:MetricAlarm").flatMap(({ name: owner, inputs }) => {
    if (inputs.metricQueries === undefined) return [{ owner, ...metricOf(inputs as unknown as Spelled) }]
    const queries = inputs.metricQueries as readonly { id: string; expression?: string; metric?: Spelled }[]
    const formula = queries.map(({ expression = "" }) => expression).join("")
    const used = [...new Set(formula.match(/\b[a-z]+\b/g))].toSorted()
    const known = queries.flatMap(({ id, metric }) => (metric === undefined ? [] : [id])).toSorted()
    if (used.join() !== known.join()) throw new Error(`${owner}: expected ${known} in \`${formula}\``)
    return queries.flatMap(({ metric }) => (metric === undefined ? [] : [{ owner, ...metricOf(metric) }]))
  })
}

function metricOf({ namespace, metricName, dimensions }: Spelled): Spelled {
  return { namespace, metricName, dimensions: dimensions ?? {} }
}

/** Of the dashboard's graphs, and what its searches look for. */
export function dashboardMetrics(plan: Plan): readonly AlarmMetric[] {
  return ofType(plan, "aws:cloudwatch/dashboard:Dashboard").flatMap(({ name: owner, inputs }) => {
    const { widgets } = JSON.parse(String(inputs.dashboardBody)) as {
      widgets: readonly { properties: { metrics?: readonly (readonly unknown[])[] } }[]
    }
    const lines = widgets.flatMap(({ properties }) => properties.metrics ?? [])
    return lines.map((line) => ({ owner, ...metricIn(line) }))
  })
}

/** `[namespace, name, dimension, value, …, options]`, or `[{ expression }]` of a search. */
function metricIn(line: readonly unknown[]): Spelled {
  const [namespace, metricName, ...rest] = line
  if (typeof namespace === "string")
    return { namespace, metricName: String(metricName), dimensions: pairs(rest.slice(0, -1)) }
  const { expression } = namespace as { expression: string }
  const [, schema = "", text = ""] = /^SEARCH\('\{([\w,]+)\} ([^']+)', 'Sum'\)$/.exec(expression) ?? []
  const { MetricName = "", ...dimensions } = Object.fromEntries(
    [...text.matchAll(/(\w+)="([^"]+)"/g)].map(([, key, value]) => [key, value]),
  ) as Record<string, string>
  const [searched = "", ...keys] = schema.split(",")
  if (keys.join() !== [...Object.keys(dimensions), "because"].join())
    throw new Error(`dashboard: expected \`${expression}\` to be a search for reasons`)
  return { namespace: searched, metricName: MetricName, dimensions }
}

function pairs(flat: readonly unknown[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    flat.flatMap((key, at) => (at % 2 === 0 ? [[String(key), String(flat[at + 1])]] : [])),
  )
}
