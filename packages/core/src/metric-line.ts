/**
 * A line of the log that CloudWatch counts, too: its embedded metric format, as in docs.aws.amazon.com/AmazonCloudWatch/
 * latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */

/** Whose line it is: the two dimensions of every metric, as an account may have several stages. */
export interface MetricSource {
  readonly stage: string
  /** `hybrid-authorizer`, `hybrid-backend`, `trigger` */
  readonly service: string
}

/** A metric, spelled as the format wants it. */
export interface Metric<Name extends string = string> {
  readonly Name: Name
  readonly Unit: "Count" | "Milliseconds" | "Bytes"
}

/** What CloudWatch takes out of a line. */
export interface Measured<Field extends string> {
  /** A word of few, which is counted. */
  readonly count: string
  /** Fields that are measured, where the line has a number for them. */
  readonly fields?: readonly Metric<Field>[]
  /** A field of text by which `count` is counted once more, and nothing is measured again. */
  readonly by?: Field | undefined
}

/**
 * Writes an entry as one line of JSON.
 *
 * Each value of `count`, of `fields` and of what `by` names is a metric of its own for each service, and costs money by
 * the hour: only words that stand in the code may be among them, never what a request can choose.
 */
export function metricLine<Entry extends object>(
  entry: Entry,
  source: MetricSource,
  { count, fields = [], by }: Measured<keyof Entry & string>,
): string {
  const counted: Metric = { Name: count, Unit: "Count" }
  // JSON has no other numbers, and a metric without its number is an error.
  const measured = fields.filter(({ Name }) => Number.isFinite(entry[Name]))
  const CloudWatchMetrics = [directive([counted, ...measured])]
  if (by) CloudWatchMetrics.push(directive([counted], by))
  const _aws = { Timestamp: Date.now(), CloudWatchMetrics }
  // Twice as fast as a literal with a computed name and all of them spread in it.
  return `${JSON.stringify(Object.assign({ [count]: 1, _aws }, entry, source))}\n`
}

function directive(Metrics: readonly Metric[], ...more: readonly string[]) {
  return { Namespace: "Claimgate", Dimensions: [["stage", "service", ...more]], Metrics }
}
