/** The trigger's line in the log, as CloudWatch counts it. */
import { type MetricSource, metricLine } from "@claimgate/core"
import type { PreTokenLog } from "./pre-token.ts"

const fields = [
  { Name: "took", Unit: "Milliseconds" },
  { Name: "claimLength", Unit: "Bytes" },
] as const

/** Writes an entry as one line of JSON with five metrics: `minted`, `malformed`, `failed`, `took` and `claimLength`. */
export function lineOf(entry: PreTokenLog, source: MetricSource): string {
  return metricLine(entry, source, { count: entry.outcome, fields })
}
