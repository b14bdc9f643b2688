/** What every deployed authorizer is made of: its verifier, its clock and its log. */
import { createLineWriter, type MetricSource, metricLine } from "@claimgate/core"
import type { AuthorizeDeps, DecisionLog } from "./authorize.ts"
import { parseTokenConfig } from "./config.ts"
import { fetchKeys } from "./fetch-keys.ts"
import { createVerify } from "./verify.ts"

/** Writes a line of the log. */
export const writeLine = createLineWriter(process.stdout)

/**
 * Reads the `Tokens` binding; throws `malformed_configuration`. Decisions are logged as one line of JSON each, which
 * CloudWatch counts under the name of its source.
 */
export function deployed(
  tokens: unknown,
  source: MetricSource,
): Pick<AuthorizeDeps, "verify" | "log" | "now"> {
  return {
    verify: createVerify(parseTokenConfig(tokens), { fetchKeys, now: () => Date.now() }),
    log: (entry) => writeLine(lineOf(entry, source)),
    now: () => performance.now(),
  }
}

/**
 * Six metrics for each authorizer, `allowed`, `recheck`, `refused`, `failed`, `took` and `feedAge`, and one more for each
 * reason that occurs, of 23 in all. Subjects, paths and routes are in the line and never in a metric.
 */
function lineOf(entry: DecisionLog, source: MetricSource): string {
  const { decision, because } = entry
  return metricLine(entry, source, {
    count: decision,
    fields,
    // A failure's reason is whatever the fault says.
    by: because && decision !== "failed" ? "because" : undefined,
  })
}

const fields = [
  { Name: "took", Unit: "Milliseconds" },
  { Name: "feedAge", Unit: "Milliseconds" },
] as const
