/** From a method, a path and a claim in hand to allow or deny: ours, routers, policy engines, comma lists. */
import { fileURLToPath } from "node:url"
import { vendors } from "../../../packages/core/test/catalogs.ts"
import type { Bar, Effort, Outcome, Table } from "../part.ts"
import { drawDecisionTime } from "../picture/decision-time.ts"
import { largest, quietest } from "../statistics.ts"
import { type RunWorker, withWorker } from "../worker.ts"
import { matchAndBit, pathRule, whole } from "./claimgate.ts"
import { commaLists } from "./comma-lists.ts"
import { casbinName, cedarName, engines } from "./engines.ts"
import type { Found, Task } from "./process.ts"
import { findMyWayName, memoirist, routers } from "./routers.ts"
import { createScene, type SceneName } from "./scene.ts"

/** What all processes together found out about one contender in one scene. */
export interface Measured extends Found {
  readonly scene: SceneName
  /** Of the quiet processes; NaN where the contender could not hold the routes. */
  readonly nanoseconds: number
}

const sizes: readonly number[] = [50, 100, 200, 500, 1222, 2500, 5000]
interface Plan {
  readonly scenes: readonly SceneName[]
  readonly processes: number
  /** Milliseconds: see Task. */
  readonly patience: number
  readonly scrutiny: number
}

const plans: Readonly<Record<Effort, Plan>> = {
  full: { scenes: [...vendors, ...sizes], processes: 5, patience: 20, scrutiny: 500 },
  quick: { scenes: ["github", 50, 1222], processes: 1, patience: 2, scrutiny: 50 },
}

export async function measureDecision(effort: Effort): Promise<Outcome> {
  const { scenes } = plans[effort]
  const entry = fileURLToPath(new URL("./process.ts", import.meta.url))
  const measured = await withWorker(entry, (run) => measureScenes(run, plans[effort]))
  checkOurs(measured)
  const asked = (names: readonly SceneName[]) =>
    names.filter((name) => scenes.some((scene) => scene === name))
  return {
    tables: [
      timeTable("Decision: nanoseconds per request, whole APIs", measured, asked(vendors)),
      timeTable("Decision: nanoseconds per request, by number of routes", measured, asked(sizes)),
      wrongTable(measured),
    ],
    bars: barsOf(measured, asked(vendors)),
    pictures: { "decision-time.svg": drawDecisionTime(measured) },
  }
}

/** One process per scene, and then again from the first: a noisy minute must not fall on one scene alone. */
async function measureScenes(run: RunWorker, plan: Plan): Promise<Measured[]> {
  const scenes = plan.scenes.map((name) => ({ name, scene: createScene(name) }))
  const reports: (Found & { readonly scene: SceneName })[] = []
  for (let process = 0; process < plan.processes; process++)
    for (const { name, scene } of scenes) {
      // The answers are the same in every process: the first one looks at more of them.
      const scrutiny = process === 0 ? plan.scrutiny : plan.patience
      const task: Task = { scene, turn: 4 * process, patience: plan.patience, scrutiny }
      // What process.ts prints is what it declares.
      const report = (await run(task)) as Found[]
      reports.push(...report.map((found) => ({ ...found, scene: name })))
    }
  return summarize(reports)
}

function summarize(reports: readonly (Found & { readonly scene: SceneName })[]): Measured[] {
  const bySceneAndName = new Map<string, (typeof reports)[number][]>()
  for (const report of reports) {
    const key = `${report.scene} ${report.name}`
    bySceneAndName.set(key, [...(bySceneAndName.get(key) ?? []), report])
  }
  return [...bySceneAndName.values()].flatMap((same) => {
    const times = same.map(({ nanoseconds }) => nanoseconds ?? Number.NaN)
    return same.slice(0, 1).map((first) => ({ ...first, nanoseconds: quietest(times) }))
  })
}

/** A bench of wrong answers would be worth nothing. */
function checkOurs(measured: readonly Measured[]): void {
  for (const { name, scene, wronglyAllowed, wronglyRefused } of measured)
    if ((name === whole || name === matchAndBit) && wronglyAllowed + wronglyRefused > 0)
      throw new Error(`${name}: ${scene}: ${wronglyAllowed + wronglyRefused} wrong answers`)
}

function timeTable(title: string, measured: readonly Measured[], scenes: readonly SceneName[]): Table {
  const names = [
    whole,
    matchAndBit,
    pathRule,
    ...[...routers, ...engines, ...commaLists].map(({ name }) => name),
  ]
  const reference = scenes.includes("github") ? "github" : 1222
  return {
    title,
    columns: ["contender", ...scenes.map(String), `× ours (${reference})`],
    rows: names.map((name) => [
      name,
      ...scenes.map((scene) => timeOf(measured, name, scene)),
      timeOf(measured, name, reference) / timeOf(measured, matchAndBit, reference),
    ]),
  }
}

function timeOf(measured: readonly Measured[], name: string, scene: SceneName): number {
  return measured.find((one) => one.name === name && one.scene === scene)?.nanoseconds ?? Number.NaN
}

function wrongTable(measured: readonly Measured[]): Table {
  const wrong = measured.filter(
    ({ name, wronglyAllowed, wronglyRefused }) => name !== pathRule && wronglyAllowed + wronglyRefused > 0,
  )
  return {
    title: "Decision: contenders that gave wrong answers",
    columns: ["contender", "routes", "wrongly allowed", "wrongly refused", "of"],
    rows: wrong.map((one) => [
      one.name,
      String(one.scene),
      one.wronglyAllowed,
      one.wronglyRefused,
      one.checked,
    ]),
  }
}

function barsOf(measured: readonly Measured[], apis: readonly SceneName[]): Bar[] {
  const times = (other: string, scene: SceneName) =>
    timeOf(measured, other, scene) / timeOf(measured, matchAndBit, scene)
  const faster = (other: string, bar: number): Bar[] => [
    atLeast(`match and bit test, path rule included, against ${other}: GitHub`, bar, times(other, "github")),
    atLeast(
      `the same, worst of ${apis.length} APIs`,
      bar,
      -largest(apis.map((scene) => -times(other, scene))),
    ),
  ]
  return [
    ...faster(memoirist, 1.6),
    ...faster(findMyWayName, 4),
    ...faster(casbinName, 150),
    ...faster(cedarName, 400),
    atLeast("path rule and match together against memoirist: GitHub", 1, times(memoirist, "github")),
    {
      what: "match and bit test: 5,000 routes against 1,222",
      sense: "at most",
      bar: 2,
      measured: timeOf(measured, matchAndBit, 5000) / timeOf(measured, matchAndBit, 1222),
      unit: "×",
    },
  ]
}

function atLeast(what: string, bar: number, measured: number): Bar {
  return { what, sense: "at least", bar, measured, unit: "× faster" }
}
