/** CloudWatch: what it makes of the functions' log lines. Its numbers are some minutes late, and no run waits for them. */
import { byHand, type Check, notApplicable } from "../check.ts"
import { doorNames } from "../doors.ts"

const area = "CloudWatch"

export const cloudWatch: readonly Check[] = [
  {
    id: "cloudwatch-emf",
    area,
    item: "A decision line that a function writes to standard output becomes metrics of the namespace `Claimgate`.",
    expected: "`Values` with a number for each minute in which a request was let through",
    otherwise: "alarms of our own metrics would watch nothing, and no data counts as no trouble",
    look: asked(
      "five minutes after this run, which was let through: `Values` must not be empty",
      ({ stage, services }) => [
        { Id: "allowed", MetricStat: ofMetric(stage, services.backend, "allowed"), ReturnData: true },
      ],
    ),
  },
  {
    id: "cloudwatch-fill",
    area,
    item: "`FILL(x, 0)` of a metric that never existed is zeros, and not nothing.",
    expected: "`Values` with a zero for each minute",
    otherwise:
      "nothing depends on it: no alarm's formula fills gaps (infra/alarm.ts); one that did would be silent",
    look: asked("at any time: `Values` must be zeros", ({ stage, services }) => [
      { Id: "never", MetricStat: ofMetric(stage, services.backend, "claimgate-verify"), ReturnData: false },
      { Id: "filled", Expression: "FILL(never, 0)", ReturnData: true },
    ]),
  },
  {
    id: "cloudwatch-search",
    area,
    item: "The dashboard's SEARCH finds refusals by reason.",
    expected: "one result for each reason, with the reason in its `Label`",
    otherwise: "nothing depends on it: the dashboard's graph of reasons would be empty",
    look: asked("five minutes after this run, which was refused: there must be a result", (of) => [
      { Id: "reasons", Expression: searchOf(of.stage, of.services.first), Period: period, ReturnData: true },
    ]),
  },
]

const period = 60

interface Asked {
  /** As the stage's functions write it into their lines. */
  readonly stage: string
  /** Of a front door: who decides there last, and who decides first. */
  readonly services: { readonly backend: string; readonly first: string }
}

/** One line for a shell, over an hour before this run and two hours after it. */
function asked(how: string, queriesOf: (of: Asked) => readonly object[]): Check["look"] {
  return async ({ stage, now }) => {
    const door = doorNames.find((one) => stage.doors[one] !== undefined)
    if (stage.isLocal || door === undefined)
      return notApplicable("deploy: the local stack's functions write no log that CloudWatch could count")
    const hasAuthorizer = door !== "backend" && door !== "backend-rest"
    const first = `${door}-${hasAuthorizer ? "authorizer" : "backend"}`
    const queries = queriesOf({ stage: stage.name, services: { backend: `${door}-backend`, first } })
    return byHand(how, commandOf(stage.region, now(), queries))
  }
}

function commandOf(region: string, now: number, queries: readonly object[]): string {
  const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString().replace(/\d\d\.\d+Z$/, "00Z")
  const words = [
    ...["aws", "cloudwatch", "get-metric-data", "--region", region, "--output", "json"],
    ...["--start-time", at(-60), "--end-time", at(120)],
    ...["--metric-data-queries", JSON.stringify(queries)],
  ]
  return words.map(quoted).join(" ")
}

/** One word of a POSIX shell, whatever is in it. */
function quoted(word: string): string {
  return /^[\w:.-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

function ofMetric(stage: string, service: string, MetricName: string): object {
  const Dimensions = [
    { Name: "stage", Value: stage },
    { Name: "service", Value: service },
  ]
  return { Metric: { Namespace: "Claimgate", MetricName, Dimensions }, Period: period, Stat: "Sum" }
}

/** As infra/dashboard.ts has it. */
function searchOf(stage: string, service: string): string {
  return `SEARCH('{Claimgate,stage,service,because} stage="${stage}" service="${service}" MetricName="refused"', 'Sum')`
}
