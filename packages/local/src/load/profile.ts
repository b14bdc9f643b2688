/** From processor profiles of all threads to the time of each stage. */
import { readFileSync } from "node:fs"
import type { Profiler } from "node:inspector/promises"
import { fileURLToPath } from "node:url"
import type { Times } from "./messages.ts"

export type CpuProfile = Pick<Profiler.Profile, "nodes" | "samples" | "timeDeltas">

type Frame = Profiler.ProfileNode["callFrame"]

/** The source file that a line of code was bundled from; of code that is no bundle, its own address. */
export type SourceOf = (url: string, line: number) => string

/** Milliseconds by stage; what a thread did while it had nothing to do is left out. */
export function timesOf(profiles: Readonly<Record<string, CpuProfile>>, sourceOf: SourceOf): Times {
  const times: Record<string, number> = {}
  for (const [thread, profile] of Object.entries(profiles))
    for (const [stage, time] of stagesOf(thread, profile, sourceOf)) times[stage] = (times[stage] ?? 0) + time
  return times
}

function stagesOf(thread: string, { nodes, samples, timeDeltas }: CpuProfile, sourceOf: SourceOf) {
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  )
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const stages = new Map<number, string | undefined>()
  const stageOfNode = (id: number): string | undefined => {
    if (!stages.has(id)) {
      const path: Frame[] = []
      for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) path.push(frames.get(at)!)
      stages.set(id, stageOf(thread, path, sourceOf))
    }
    return stages.get(id)
  }
  return (samples ?? []).flatMap((id, at): [string, number][] => {
    const stage = stageOfNode(id)
    return stage === undefined ? [] : [[stage, (timeDeltas?.[at] ?? 0) / 1000]]
  })
}

/** The stage that a stack of calls belongs to, innermost first; undefined while nothing is done. */
function stageOf(thread: string, path: readonly Frame[], sourceOf: SourceOf): string | undefined {
  if (path[0]?.functionName === "(idle)") return undefined
  const sources = path.map(({ url, lineNumber }) => sourceOf(url, lineNumber))
  const within = (part: string) => sources.some((source) => source.includes(part))
  if (thread === "hybrid-authorizer") {
    if (within("authorizer/src/verify.ts")) return "verify"
    return path.some(({ functionName }) => functionName === "decideFor") ? "decide" : "authorizer, rest"
  }
  if (thread === "main")
    return within("/local/src/dynamo/") || within("/dynalite/") ? "stand-in: DynamoDB" : "gateway"
  return thread === "hybrid-backend" ? "backend" : "trigger"
}

/** Reads bundles as esbuild writes them: before the code of each file stands a comment with its path. */
export function createSourceOf(): SourceOf {
  const bundles = new Map<string, readonly string[]>()
  return (url, line) => {
    if (!url.startsWith("file:") || !url.endsWith(".mjs") || url.includes("/node_modules/")) return url
    const known = bundles.get(url) ?? readSources(fileURLToPath(url))
    bundles.set(url, known)
    return known[line] ?? url
  }
}

/** For each line the file that it comes from. */
function readSources(file: string): readonly string[] {
  let source = file
  return readFileSync(file, "utf8")
    .split("\n")
    .map((line) => {
      source = /^\/\/ (\S+\.[cm]?[jt]s)$/.exec(line)?.[1] ?? source
      return source
    })
}
