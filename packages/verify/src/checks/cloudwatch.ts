/** CloudWatch: what it makes of the functions' log lines. Its numbers are some minutes late, and no run waits for them. */
import { byHand, type Check, notApplicable, type Observation } from "../check.ts"
import { doorNames } from "../doors.ts"
import type { Lab } from "../lab.ts"

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
    id: "cloudwatch-crash",
    area,
    item: "The pattern for crashes finds Lambda's own lines about them, and no thrown `Unauthorized`.",
    expected: "`matches` with the event numbers 1 to 3, and not 4",
    otherwise: "alarms on crashes would be silent, or would count every 401",
    look: testedByPattern,
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

/** As infra/crashes.ts has it. */
const crashPattern = [
  "INIT_REPORT Init Duration",
  "Uncaught Exception",
  "Status: timeout",
  "Task timed out after",
  "Error Type: Runtime.ExitError",
  "Error Type: Runtime.OutOfMemory",
  "Error: Runtime exited",
]
  .map((each) => `?"${each}"`)
  .join(" ")

/** Lines as Lambda writes them: a crash at load, a time-out, an end of the process; and a 401. */
const lambdaLines = [
  "INIT_REPORT Init Duration: 250.00 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError",
  "REPORT RequestId: 1\tDuration: 8000.00 ms\tBilled Duration: 8000 ms\tStatus: timeout",
  "REPORT RequestId: 1\tDuration: 5.00 ms\tStatus: error\tError Type: Runtime.ExitError",
  '1\tERROR\tInvoke Error \t{"errorType":"Error","errorMessage":"Unauthorized"}',
]

async function testedByPattern({ stage }: Lab): Promise<Observation> {
  if (stage.isLocal) return notApplicable("deploy: the local stack has no log that CloudWatch could search")
  const words = ["aws", "logs", "test-metric-filter", "--region", stage.region, "--output", "json"]
  const given = ["--filter-pattern", crashPattern, "--log-event-messages", ...lambdaLines]
  return byHand(
    "at any time; besides, have a function throw at load once, and see its alarm",
    [...words, ...given].map(quoted).join(" "),
  )
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
