import { expect, it } from "vitest"
import { embeddedMetrics, formatMetric } from "../../core/test/embedded-metrics.ts"
import { lineOf } from "./log.ts"
import type { PreTokenLog } from "./pre-token.ts"

const common = {
  event: "pre_token",
  trigger: "TokenGeneration_Authentication",
  subject: "6f1c2c3e-0001-4000-8000-00000000aaaa",
  took: 12.5,
} as const
const unread = { ...common, trigger: undefined, subject: undefined }

const of = "{stage=test,service=trigger}"
const rows: readonly (readonly [PreTokenLog, readonly string[]])[] = [
  [
    { ...common, outcome: "minted", claimLength: 34 },
    [`minted Count 1 ${of}`, `took Milliseconds 12.5 ${of}`, `claimLength Bytes 34 ${of}`],
  ],
  [
    { ...common, outcome: "malformed", because: "malformed_record: member `6f1c2c3e`: bad" },
    [`malformed Count 1 ${of}`, `took Milliseconds 12.5 ${of}`],
  ],
  [
    { ...unread, outcome: "failed", because: "malformed_input: trigger event: version" },
    [`failed Count 1 ${of}`, `took Milliseconds 12.5 ${of}`],
  ],
]
it.each(rows)("$outcome is counted and timed, and nothing of the subject's is a metric", (entry, metrics) => {
  const text = lineOf(entry, { stage: "test", service: "trigger" })
  expect(embeddedMetrics(text).map(formatMetric)).toEqual(metrics)
  expect(JSON.parse(text)).toMatchObject(JSON.parse(JSON.stringify(entry)))
})
