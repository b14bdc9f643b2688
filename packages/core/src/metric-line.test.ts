import { describe, expect, it } from "vitest"
import { embeddedMetrics, formatMetric } from "../test/embedded-metrics.ts"
import { metricLine } from "./metric-line.ts"

const source = { stage: "test", service: "hybrid-authorizer" }
const entry = {
  decision: "refused",
  because: "expired",
  took: 1.25,
  age: 0 as number | undefined,
  path: "/a\n",
}
const fields = [
  { Name: "took", Unit: "Milliseconds" },
  { Name: "age", Unit: "Milliseconds" },
] as const
const metricsOf = (text: string) => embeddedMetrics(text).map(formatMetric)

describe("a line", () => {
  it("has the entry as it is, and whose it is", () => {
    const { _aws, ...rest } = JSON.parse(metricLine(entry, source, { count: "refused" }))
    expect(rest).toEqual({ ...entry, ...source, refused: 1 })
  })

  it("counts a word, and what was measured, for its source", () => {
    expect(metricsOf(metricLine(entry, source, { count: "refused", fields }))).toEqual([
      "refused Count 1 {stage=test,service=hybrid-authorizer}",
      "took Milliseconds 1.25 {stage=test,service=hybrid-authorizer}",
      "age Milliseconds 0 {stage=test,service=hybrid-authorizer}",
    ])
  })

  it("counts the word once more by a field, and measures nothing twice", () => {
    const text = metricLine(entry, source, { count: "refused", fields: [fields[0]], by: "because" })
    expect(metricsOf(text).filter((metric) => metric.includes("because"))).toEqual([
      "refused Count 1 {stage=test,service=hybrid-authorizer,because=expired}",
    ])
  })

  it.each([undefined, Number.NaN, Number.POSITIVE_INFINITY])(
    "measures no field that is %s: the metric would have no number",
    (age) => {
      const metrics = metricsOf(metricLine({ ...entry, age }, source, { count: "refused", fields }))
      expect(metrics.map((metric) => metric.split(" ")[0])).toEqual(["refused", "took"])
    },
  )
})

describe("what CloudWatch would not take is told from what it takes:", () => {
  const whole = JSON.parse(metricLine(entry, source, { count: "refused", fields, by: "because" }))
  const directive = whole._aws.CloudWatchMetrics[0]
  const withDirective = (more: object) => ({
    ...whole,
    _aws: { ...whole._aws, CloudWatchMetrics: [{ ...directive, ...more }] },
  })
  const rows: readonly (readonly [string, object])[] = [
    ["a metric that is no member", { ...whole, took: undefined }],
    ["a metric that is text", { ...whole, took: "1" }],
    ["a metric that is nothing", { ...whole, took: null }],
    ["a dimension that is no member", { ...whole, service: undefined }],
    ["a dimension that is a number", { ...whole, stage: 1 }],
    ["a dimension that is empty", { ...whole, because: "" }],
    ["a dimension that nobody can print", { ...whole, because: "é" }],
    ["a dimension that is too long", { ...whole, because: "x".repeat(1025) }],
    ["a dimension that every object has", withDirective({ Dimensions: [["constructor"]] })],
    ["more than 30 dimensions", withDirective({ Dimensions: [Array.from({ length: 31 }, () => "stage")] })],
    ["no set of dimensions", withDirective({ Dimensions: [] })],
    ["more than 100 metrics", withDirective({ Metrics: Array.from({ length: 101 }, () => fields[0]) })],
    ["a unit of its own", withDirective({ Metrics: [{ Name: "took", Unit: "ms" }] })],
    ["a name that is too long", withDirective({ Metrics: [{ Name: "x".repeat(256) }] })],
    ["a namespace of AWS", withDirective({ Namespace: "AWS/Lambda" })],
    ["no namespace", withDirective({ Namespace: "" })],
    ["seconds", { ...whole, _aws: { ...whole._aws, Timestamp: Math.floor(Date.now() / 1000) } }],
    ["a member that the format does not know", { ...whole, _aws: { ...whole._aws, Namespace: "x" } }],
  ]
  it.each(rows)("%s", (_, root) => {
    expect(() => embeddedMetrics(`${JSON.stringify(root)}\n`)).toThrow()
  })

  it.each(["", "\n", `${JSON.stringify(whole)}`, `INFO ${JSON.stringify(whole)}\n`, "{}\n"])(
    "the line %j",
    (text) => {
      expect(() => embeddedMetrics(text)).toThrow()
    },
  )

  it("the whole line is fine", () => {
    expect(embeddedMetrics(`${JSON.stringify(whole)}\n`)).toHaveLength(4)
  })
})
