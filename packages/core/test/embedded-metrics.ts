/**
 * CloudWatch's embedded metric format, read as CloudWatch reads it. Rules: docs.aws.amazon.com/AmazonCloudWatch/latest/
 * monitoring/CloudWatch_Embedded_Metric_Format_Specification.html and the API's MetricDatum and Dimension.
 */
import { z } from "zod"

/** One number that CloudWatch takes out of a line. */
export interface EmbeddedMetric {
  readonly namespace: string
  readonly name: string
  readonly unit: string
  readonly value: number
  readonly dimensions: Readonly<Record<string, string>>
}

const units = [
  ...["Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes"],
  ...["Bits", "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent", "Count", "Bytes/Second", "None"],
  ...["Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second", "Bits/Second"],
  ...["Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second"],
]

/** Printable ASCII with something to see in it; a colon may not be first. */
const printable = /^(?!:)(?=.*[!-~])[ -~]+$/
const name = z.string().min(1).max(255)
const dimension = name.regex(printable)
const dimensionValue = z.string().min(1).max(1024).regex(printable)
/** A number, or up to a hundred; CloudWatch takes none beyond 2^360. */
const metricValue = z.union([
  z
    .number()
    .min(-(2 ** 360))
    .max(2 ** 360),
  z.array(z.number()).min(1).max(100),
])

const line = z.looseObject({
  _aws: z.strictObject({
    // Points more than two weeks old, or two hours ahead, are not taken.
    Timestamp: z.int().refine((at) => at > Date.now() - 14 * 86_400_000 && at < Date.now() + 2 * 3_600_000),
    CloudWatchMetrics: z
      .array(
        z.strictObject({
          Namespace: name.regex(/^(?!AWS\/)[\w.\-/#: ]+$/),
          Dimensions: z.array(z.array(dimension).max(30)).min(1),
          Metrics: z
            .array(
              z.strictObject({
                Name: name,
                Unit: z.enum(units).optional(),
                StorageResolution: z.union([z.literal(1), z.literal(60)]).optional(),
              }),
            )
            .min(1)
            .max(100),
        }),
      )
      .min(1),
  }),
})

/** All metrics in a line of the log, as it was written. Throws where CloudWatch would take none, or not all of them. */
export function embeddedMetrics(text: string): readonly EmbeddedMetric[] {
  if (!/^[^\n]+\n$/.test(text)) throw new Error("expected one line")
  if (Buffer.byteLength(text) > 256 * 1024) throw new Error("expected at most 256 KB")
  const root = line.parse(JSON.parse(text))
  return root._aws.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((keys) =>
      Metrics.flatMap(({ Name, Unit = "None" }) =>
        [metricValue.parse(own(root, Name))].flat().map((value) => ({
          ...{ namespace, name: Name, unit: Unit, value },
          dimensions: Object.fromEntries(keys.map((key) => [key, dimensionValue.parse(own(root, key))])),
        })),
      ),
    ),
  )
}

/** Targets are members of the root itself. */
function own(root: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(root, key) ? root[key] : undefined
}

/** `refused Count 1 {stage=test,service=hybrid-authorizer}`: for tables. */
export function formatMetric({ name, unit, value, dimensions }: EmbeddedMetric): string {
  const keys = Object.entries(dimensions).map(([key, text]) => `${key}=${text}`)
  return `${name} ${unit} ${value} {${keys.join()}}`
}
