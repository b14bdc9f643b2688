/**
 * Numbers that CloudWatch has of a stage. Those of the functions' own are in their log lines: packages/core/src/
 * metric-line.ts writes them, and infra/plan/metrics.test.ts holds these names against what the functions write.
 */
import type { DoorName } from "./doors.ts"

type Text = $util.Input<string>

export interface Metric {
  readonly namespace: string
  readonly metricName: string
  readonly dimensions: Readonly<Record<string, Text>>
}

/** Counted or measured by one of our functions; `more` is the reason that it was counted for, or the fault's code. */
export function logged(
  service: string,
  metricName: string,
  more: Readonly<Record<string, string>> = {},
): Metric {
  return { namespace: "Claimgate", metricName, dimensions: { stage: $app.stage, service, ...more } }
}

/** What an authorizer counts. Without a change feed there is nothing that a store would know better. */
export function decisionsOf(door: DoorName): readonly string[] {
  return ["allowed", ...(door === "hybrid" ? ["recheck"] : []), "refused", "failed"]
}

/** Lambda's own of a function: `Invocations`, `Errors`, `Throttles`, `Duration`. */
export function ofFunction({ name }: sst.aws.Function, metricName: string): Metric {
  return { namespace: "AWS/Lambda", metricName, dimensions: { FunctionName: name } }
}

/** DynamoDB's own of a table. */
export function ofTable({ name }: { readonly name: Text }, metricName: string): Metric {
  return { namespace: "AWS/DynamoDB", metricName, dimensions: { TableName: name } }
}
