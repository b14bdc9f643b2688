/** One alarm. Without an address for them, alarms have no action: they are seen on the dashboard. */
import { config } from "./config.ts"
import type { Metric } from "./metrics.ts"

/**
 * What is watched, over some seconds: one metric, or what a formula makes of several by the names that it gives them.
 *
 * INVARIANT: no formula fills gaps (infra/plan/checks/alarms.ts). Metrics arrive late, and `FILL` makes a zero of what is
 * not there yet, which is the newest and all that an alarm may look at; and what it makes of a metric that never was is not documented.
 */
export interface Watched {
  readonly seconds: number
  /** `Sum`, `Maximum`, `p99` */
  readonly stat: string
  readonly metric: Metric | { readonly formula: string; readonly of: Readonly<Record<string, Metric>> }
  /** What is still right. */
  readonly limit: number
  /** In how many of how many periods the limit must be passed. */
  readonly periods: readonly [number, number]
}

type Args = aws.cloudwatch.MetricAlarmArgs

/** None during `sst dev`, which has no alarms: nobody should be asked to confirm that. */
const topic = config.alarmEmail === undefined || $dev ? undefined : createTopic(config.alarmEmail)

/** Declares it; the description is for whoever gets the mail, and says what to look at. */
export function createAlarm(
  name: string,
  alarmDescription: string,
  watched: Watched,
): aws.cloudwatch.MetricAlarm {
  const [datapointsToAlarm, evaluationPeriods] = watched.periods
  const actions = topic === undefined ? [] : [topic.arn]
  return new aws.cloudwatch.MetricAlarm(`${name}Alarm`, {
    name: `${$app.name}-${$app.stage}-${name}`,
    alarmDescription,
    comparisonOperator: "GreaterThanThreshold",
    threshold: watched.limit,
    datapointsToAlarm,
    evaluationPeriods,
    // A line is written, and so a metric there is, only when something happens: no data is no trouble.
    treatMissingData: "notBreaching",
    alarmActions: actions,
    okActions: actions,
    ...subjectOf(watched),
  })
}

function subjectOf({ metric, stat, seconds: period }: Watched): Partial<Args> {
  if ("namespace" in metric)
    return { ...metric, period, ...(/^p\d/.test(stat) ? { extendedStatistic: stat } : { statistic: stat }) }
  const terms = Object.entries(metric.of).map(([id, each]) => ({ id, metric: { ...each, stat, period } }))
  return { metricQueries: [...terms, { id: "watched", expression: metric.formula, returnData: true }] }
}

/** Whoever has the address must confirm it once, by the mail that AWS sends. */
function createTopic(endpoint: string): aws.sns.Topic {
  const created = new aws.sns.Topic("AlarmTopic", { name: `${$app.name}-${$app.stage}-alarms` })
  new aws.sns.TopicSubscription("AlarmMail", { topic: created.arn, protocol: "email", endpoint })
  return created
}
