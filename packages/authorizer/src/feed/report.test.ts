import { ClaimgateError } from "@claimgate/core"
import { expect, it } from "vitest"
import { createReport, type FeedLog } from "./report.ts"

const answer = `{"message":"The Canonical String should have been 'POST / x-amz-security-token:IQoJb3JpZ2lu'"}`
const rows: readonly (readonly [what: string, fault: unknown, because: string])[] = [
  [
    "ours, whole",
    new ClaimgateError("dependency_failed", "change feed: expected an answer"),
    "change feed: expected an answer",
  ],
  [
    "foreign, by its name",
    Object.assign(new Error(answer), { name: "InvalidSignature" }),
    "InvalidSignature",
  ],
  ["text that was thrown, by its type", answer, "string"],
]
it.each(rows)("an outage's fault is said: %s", (_, fault, because) => {
  const lines: FeedLog[] = []
  const report = createReport((entry) => lines.push(entry))
  report.bad(fault, 1, undefined)
  report.bad(fault, 2, 4000)
  expect(lines).toEqual([{ event: "feed", outcome: "failing", because, age: 4000 }])
})
