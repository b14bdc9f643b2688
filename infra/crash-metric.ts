/** What Lambda says of a function's crashes, as a metric of its log group's. */
import { crashPattern } from "./crashes.ts"
import type { Metric } from "./metrics.ts"

/** Declares the filter that counts them. A filter of text has no dimensions, so app, stage and function are in the name. */
export function crashesOf(name: string, { nodes }: sst.aws.Function): Metric {
  const counted = { namespace: "Claimgate", name: `${$app.name}-${$app.stage}-${name}-crashes`, value: "1" }
  new aws.cloudwatch.LogMetricFilter(`${name}Crashes`, {
    // A function whose entries expire has a group.
    logGroupName: nodes.logGroup.apply((group) => group!.name),
    name: counted.name,
    pattern: crashPattern,
    metricTransformation: counted,
  })
  return { namespace: counted.namespace, metricName: counted.name, dimensions: {} }
}
