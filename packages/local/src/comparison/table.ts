/** The comparison as people read it: one table, what its numbers rest on, and what went wrong. */
import type { ComparedDoor, Comparison } from "./comparison.ts"
import type { Effect } from "./revocation.ts"
import { kinds, probed } from "./revocation-at-doors.ts"

/** Several lines; the last ones say which promise was not kept, where there is one. */
export function formatComparison({ extent, doors }: Comparison): string {
  const { requests, subjects, perSecond } = extent
  const lines = layOut([heading, ...doors.map(rowOf)])
  return [
    `Every door, by the same ${requests} requests of ${subjects} subjects, ${perSecond} a second (simulated)`,
    "",
    ...lines.map((line) => `  ${line}`.trimEnd()),
    "",
    ...notes.map((line) => `  ${line}`),
    ...doors.flatMap(complaintsAbout).map((line) => `✗ ${line}`),
  ].join("\n")
}

const heading = ["door", "gateway", "p50", "p99", "store reads", "authorizer calls", ...kinds.map(titleOf)]

/** What stands above several columns: from which one on. */
const groups: readonly (readonly [column: number, title: string])[] = [
  [2, "latency"],
  [4, "per 1,000 requests"],
  [6, "a revoke takes effect, by freshness"],
]

const notes: readonly string[] = [
  "latency: at the client, on this machine alone; a store read here is no trip over a network",
  "store reads: requests to DynamoDB for permissions or changes to them, by authorizer and backend;",
  "caches begin all but empty, so the more requests (`--requests N`), the fewer of them per 1,000",
  "a revoke: simulated seconds until a token from before it was refused; tried every second for ten",
  "seconds, every 5 for a minute, then every 30",
]

function titleOf(kind: (typeof kinds)[number]): string {
  const { freshness } = probed[kind].route
  return typeof freshness === "string" ? freshness : `within ${freshness.within} s`
}

function rowOf({ door, gateway, p50, p99, storeReads, authorizerCalls, revoke }: ComparedDoor): string[] {
  const counts = [storeReads, authorizerCalls].map((count) => count.toFixed(1).replace(".0", ""))
  return [
    door,
    gateway,
    milliseconds(p50),
    milliseconds(p99),
    ...counts,
    ...kinds.map((kind) => time(revoke[kind])),
  ]
}

function milliseconds(value: number): string {
  return `${value.toFixed(1)} ms`
}

function time({ seconds, allowedUntil }: Effect): string {
  if (seconds === null) return "never"
  return allowedUntil === null ? "at once" : `≤ ${seconds} s`
}

function complaintsAbout({ door, wrong, firstWrong, revoke }: ComparedDoor): string[] {
  const late = kinds.filter((kind) => !revoke[kind].ok)
  return [
    ...(wrong === 0 ? [] : [`${door}: ${wrong} answers were wrong; ${firstWrong}`]),
    ...late.map(
      (kind) =>
        `${door}: expected a revoke to reach \`${titleOf(kind)}\` routes within ${revoke[kind].promised} s`,
    ),
  ]
}

const gap = "   "

/** Columns as wide as their widest cell; the first two to the left, numbers to the right; groups above them. */
function layOut(rows: readonly (readonly string[])[]): string[] {
  const widths = heading.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  const startOf = (column: number) =>
    widths.slice(0, column).reduce((sum, width) => sum + width + gap.length, 0)
  const above = groups.reduce((line, [column, title]) => line.padEnd(startOf(column)) + title, "")
  const lines = rows.map((row) =>
    row.map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(gap),
  )
  return [above, ...lines]
}
