/** What a load run found, in words, and whether it is what was promised. */
import type { Answered } from "./generate.ts"
import type { Memory, Times } from "./messages.ts"

export interface LoadReport {
  readonly connections: number
  readonly seconds: number
  readonly answered: Answered
  /** Changes of permissions meanwhile. */
  readonly changes: number
  readonly memory: { readonly before: Memory; readonly after: Memory }
  /** Of a shorter run after the measured one. */
  readonly times: Times
}

/** How much memory may grow, as a share of what it was. */
export const growthBound = 0.1

/** How much the memory that is in use has grown, as a share. */
export function growthOf({ memory: { before, after } }: Pick<LoadReport, "memory">): number {
  return totalOf(after) / totalOf(before) - 1
}

function totalOf({ live }: Memory): number {
  return Object.values(live).reduce((sum, bytes) => sum + bytes, 0)
}

/** No wrong answer, no request that failed, no growth beyond the bound. */
export function isGood(report: LoadReport): boolean {
  const { wrong, failed, errors, requests } = report.answered
  return requests > 0 && wrong + failed + errors === 0 && growthOf(report) <= growthBound
}

export function formatLoad(report: LoadReport): string {
  const { answered, connections, seconds, changes } = report
  const { requests, throughput, p50, p99, allowed, refused, wrong, failed, errors, examples, storeReads } =
    answered
  return [
    `${connections} connections for ${seconds} s at the HTTP API, strategy hybrid, everything on this machine`,
    row("requests", `${requests}, of which ${allowed} let through and ${refused} refused`),
    row("throughput", `${Math.round(throughput)} requests/s`),
    row("latency", `p50 ${p50} ms, p99 ${p99} ms`),
    row("grants, revokes", `${changes} meanwhile`),
    row("store reads", `${perRequest(storeReads, requests)} per request`),
    row("wrong answers", String(wrong)),
    row("failures", `${failed} answers 5xx, ${errors} without an answer`),
    ...examples.map((example) => row("", example)),
    ...memoryRows(report),
    row("time", sharesOf(report.times)),
  ].join("\n")
}

function memoryRows(report: LoadReport): string[] {
  const { before, after } = report.memory
  const threads = Object.entries(after.live)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([thread, bytes]) => `${thread} ${megabytes(before.live[thread] ?? 0)} → ${megabytes(bytes)}`)
  const growth = `${(100 * growthOf(report)).toFixed(1)} %, at most ${100 * growthBound} %`
  return [
    row("memory in use", `${megabytes(totalOf(before))} → ${megabytes(totalOf(after))} MB (${growth})`),
    row("  by thread", threads.join(", ")),
    row("  resident", `${megabytes(before.resident)} → ${megabytes(after.resident)} MB`),
  ]
}

/** Largest first. */
function sharesOf(times: Times): string {
  const all = Object.values(times).reduce((sum, time) => sum + time, 0)
  return Object.entries(times)
    .toSorted(([, a], [, b]) => b - a)
    .map(([stage, time]) => `${stage} ${((100 * time) / all).toFixed(1)} %`)
    .join(", ")
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(16)}  ${text}`
}

function perRequest(count: number, requests: number): string {
  return (requests === 0 ? 0 : count / requests).toFixed(3)
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1)
}
