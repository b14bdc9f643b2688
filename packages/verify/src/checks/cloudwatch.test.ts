/** The commands that a person pastes into a shell, read as a shell reads them. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { crashLines, crashPattern } from "../../../../infra/crashes.ts"
import { openScriptedLab } from "../../test/scripted-lab.ts"
import type { DoorName } from "../doors.ts"
import { cloudWatch } from "./cloudwatch.ts"

const now = Date.parse("2026-03-01T12:34:56.789Z")

async function lookAt(id: string, doors: readonly DoorName[], name = "dev") {
  const { lab, close } = await openScriptedLab({ now: () => now })
  const at = Object.fromEntries(doors.map((door) => [door, "https://x.execute-api.eu-west-1.amazonaws.com"]))
  const stage = { ...lab.stage, name, isLocal: false, doors: at }
  await close()
  const seen = await cloudWatch.find((one) => one.id === id)?.look({ ...lab, stage })
  if (seen?.verdict !== "by hand" || seen.command === undefined)
    throw new Error(`check \`${id}\`: expected a command`)
  return seen.command
}

/** The words that `aws` gets. */
function wordsOf(command: string): readonly string[] {
  const shell = `aws() { for word; do printf '%s\\0' "$word"; done; }\n${command}`
  return execFileSync("sh", ["-c", shell], { encoding: "utf8" }).split("\0").slice(0, -1)
}

/** The queries, parsed as JSON. */
async function queriesOf(id: string, ...[doors, name]: [readonly DoorName[], string?]) {
  return JSON.parse(wordsOf(await lookAt(id, doors, name)).at(-1) ?? "")
}

const dimensions = (service: string, stage = "dev") => [
  { Name: "stage", Value: stage },
  { Name: "service", Value: service },
]

it.each(["cloudwatch-emf", "cloudwatch-search"])(
  "%s is one line, for the stage's region and the time of the run",
  async (id) => {
    const command = await lookAt(id, ["hybrid"])
    expect(command).not.toContain("\n")
    expect(wordsOf(command).slice(0, -1)).toEqual([
      ...["cloudwatch", "get-metric-data", "--region", "eu-west-1", "--output", "json"],
      ...[
        "--start-time",
        "2026-03-01T11:34:00Z",
        "--end-time",
        "2026-03-01T14:34:00Z",
        "--metric-data-queries",
      ],
    ])
  },
)

describe("the queries", () => {
  it("ask for what the backend lets through", async () => {
    expect(await queriesOf("cloudwatch-emf", ["backend"])).toEqual([
      {
        Id: "allowed",
        MetricStat: {
          Metric: {
            Namespace: "Claimgate",
            MetricName: "allowed",
            Dimensions: dimensions("backend-backend"),
          },
          ...{ Period: 60, Stat: "Sum" },
        },
        ReturnData: true,
      },
    ])
  })

  const dashboard = readFileSync(new URL("../../../../infra/dashboard.ts", import.meta.url), "utf8")
  it.each<[readonly DoorName[], string]>([
    [["cached", "hybrid"], "hybrid-authorizer"],
    [["cached"], "cached-authorizer"],
    [["backend"], "backend-backend"],
    [["backend-rest"], "backend-rest-backend"],
  ])("search as the dashboard of %j does", async (doors, service) => {
    const [, template = ""] = /`(SEARCH\(.+\))`/.exec(dashboard) ?? []
    const search = template
      .replace("$\u007b$app.stage}", "dev")
      .replace("$\u007bservice}", service)
      .replace("$\u007bname}", "refused")
    expect(await queriesOf("cloudwatch-search", doors)).toEqual([
      { Id: "reasons", Expression: search, Period: 60, ReturnData: true },
    ])
  })

  it("say a stage's name as it is, and nothing of it is run", async () => {
    const name = `it's $(exit 3) "\`a`
    const [{ MetricStat }] = await queriesOf("cloudwatch-emf", ["hybrid"], name)
    expect(MetricStat.Metric.Dimensions).toEqual(dimensions("hybrid-backend", name))
  })
})

it("the pattern for crashes is the one that is deployed, tried on lines of which the last one is a 401", async () => {
  const words = wordsOf(await lookAt("cloudwatch-crash", ["hybrid"]))
  const at = words.indexOf("--filter-pattern")
  expect(words.slice(0, at)).toEqual([
    ...["logs", "test-metric-filter", "--region", "eu-west-1", "--output", "json"],
  ])
  expect(words[at + 1]).toBe(crashPattern)
  const [option, ...lines] = words.slice(at + 2)
  expect(option).toBe("--log-event-messages")
  expect(lines.map((line) => crashLines.some((each) => line.includes(each)))).toEqual([
    true,
    true,
    true,
    false,
  ])
  expect(lines.at(-1)).toContain("Unauthorized")
})

it("a local stack writes nothing that could be asked for", async () => {
  const { lab, close } = await openScriptedLab({})
  const seen = await Promise.all(cloudWatch.map((one) => one.look(lab)))
  await close()
  expect(seen.map(({ verdict }) => verdict)).toEqual(cloudWatch.map(() => "not applicable"))
})
