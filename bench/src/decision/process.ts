/** One process of the decision bench: takes a scene, checks every contender's answers, times them, prints JSON. */
import { json } from "node:stream/consumers"
import { loadCatalog } from "@claimgate/core"
import { fresh, type Lane, timeLanes } from "../rounds.ts"
import { claimgate, passesRule, pathRule } from "./claimgate.ts"
import { commaLists } from "./comma-lists.ts"
import type { Answer, Contender, Held } from "./contender.ts"
import { engines } from "./engines.ts"
import { routers } from "./routers.ts"
import type { Request, Scene } from "./scene.ts"

export interface Task {
  readonly scene: Scene
  /** Which contender has the first turn. */
  readonly turn: number
  /** Milliseconds that one contender may take to be timed; to be warmed up, twice as many. */
  readonly patience: number
  /** Milliseconds that one contender's answers may take to be compared with the truth. */
  readonly scrutiny: number
}

/** What a process found out about one contender. */
export interface Found {
  readonly name: string
  /** Per request; null where the contender could not hold the routes. */
  readonly nanoseconds: number | null
  /** How many answers were compared with the truth. */
  readonly checked: number
  readonly wronglyAllowed: number
  readonly wronglyRefused: number
}

interface Ready extends Found {
  readonly answer: Answer
}

interface Requests {
  readonly methods: readonly string[]
  readonly paths: readonly string[]
}

const contenders: readonly Contender[] = [
  ...claimgate,
  { name: pathRule, build: () => passesRule },
  ...routers,
  ...engines,
  ...commaLists,
]

// The parent is decision.ts, which writes exactly one task.
const task = (await json(process.stdin)) as Task
process.stdout.write(JSON.stringify(await run(task)))

async function run({ scene, turn, patience, scrutiny }: Task): Promise<Found[]> {
  const catalog = loadCatalog(scene.compiled)
  const held = { catalog, granted: new Set(scene.granted), packed: scene.packed, comma: scene.comma }
  const ready: Ready[] = []
  const failed: Found[] = []
  for (const contender of rotate(contenders, turn)) {
    const answer = await build(contender, held)
    if (answer !== undefined) ready.push(check(contender.name, answer, scene.requests, scrutiny))
    else
      failed.push({
        name: contender.name,
        nanoseconds: null,
        checked: 0,
        wronglyAllowed: 0,
        wronglyRefused: 0,
      })
  }
  const timings = await timeLanes(ready.map((one) => laneFor(one, scene.requests, patience)))
  const timed = ready.map(({ answer, ...found }, index) => ({
    ...found,
    nanoseconds: timings[index]?.nanoseconds ?? null,
  }))
  return [...timed, ...failed]
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}

/** Undefined where it cannot hold the routes: some routers say so by throwing. */
async function build(contender: Contender, held: Held): Promise<Answer | undefined> {
  try {
    return await contender.build(held)
  } catch {
    return undefined
  }
}

/** Compares answers with the truth, for as long as scrutiny allows. */
function check(name: string, answer: Answer, requests: readonly Request[], scrutiny: number): Ready {
  const started = performance.now()
  let checked = 0
  let wronglyAllowed = 0
  let wronglyRefused = 0
  for (const { method, path, allowed } of requests) {
    if (checked >= 50 && performance.now() - started > scrutiny) break
    const said = answer(method, fresh(path))
    if (said && !allowed) wronglyAllowed++
    if (!said && allowed) wronglyRefused++
    checked++
  }
  return { name, answer, nanoseconds: null, checked, wronglyAllowed, wronglyRefused }
}

/** Quick ones get many rounds over all requests, slow ones few over the first of them. */
function laneFor(
  { name, answer, checked }: Ready,
  requests: readonly Request[],
  patience: number,
): Lane<Requests> {
  const loop = createLoop(name)
  const prepare = (calls: number) => refresh(requests.slice(0, calls))
  const run = ({ methods, paths }: Requests) => loop(answer, methods, paths)
  const some = Math.min(checked, 500)
  const affordable = (patience * 1e6) / warmUp(() => run(prepare(some)), some, patience)
  const calls = Math.round(Math.min(requests.length, Math.max(100, affordable / 3)))
  const rounds = Math.round(Math.min(120, Math.max(3, affordable / calls)))
  return { name, calls, rounds, prepare: () => prepare(calls), run }
}

function refresh(requests: readonly Request[]): Requests {
  return {
    methods: requests.map(({ method }) => method),
    paths: requests.map(({ path }) => fresh(path)),
  }
}

/** Goes on until patience ends, so that the compiler has seen enough; nanoseconds per call at the end. */
function warmUp(round: () => unknown, calls: number, patience: number): number {
  const started = performance.now()
  let last = Number.POSITIVE_INFINITY
  for (let now = started; now - started < 2 * patience; ) {
    round()
    const ended = performance.now()
    last = Math.min(last, ended - now)
    now = ended
  }
  return Math.max(1, (last * 1e6) / calls)
}

type Loop = (answer: Answer, methods: readonly string[], paths: readonly string[]) => number

/** Each contender has a loop of its own: in a shared one the call would be optimized for whoever came first. */
function createLoop(name: string): Loop {
  const body = `/* ${name} */
    let allowed = 0
    for (let i = 0; i < paths.length; i++) if (answer(methods[i], paths[i])) allowed++
    return allowed`
  // Written right above.
  return new Function("answer", "methods", "paths", body) as Loop
}
