import { expect, it } from "vitest"
import { metricLine } from "../../packages/core/src/metric-line.ts"
import { crashPattern } from "../crashes.ts"

/** `?"one phrase" ?"another"`, as CloudWatch Logs matches a line of plain text. */
function isMatched(line: string): boolean {
  expect(crashPattern).toMatch(/^(\?"[^"]+"( |$))+$/)
  return [...crashPattern.matchAll(/\?"([^"]+)"/g)].some(([, phrase = ""]) => line.includes(phrase))
}

const id = "5b866fb1-7154-4af6-8078-6ef6ca4c2ddd"
const used = "Duration: 133.61 ms\tBilled Duration: 214 ms\tMemory Size: 128 MB\tMax Memory Used: 31 MB\t"

it.each([
  [
    "a crash at load",
    "INIT_REPORT Init Duration: 150.79 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError",
  ],
  [
    "a handler that cannot be loaded",
    "INIT_REPORT Init Duration: 150.79 ms\tPhase: init\tStatus: error\tError Type: Runtime.UserCodeSyntaxError",
  ],
  [
    "one that is still not, when it is called",
    "INIT_REPORT Init Duration: 4.87 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError",
  ],
  [
    "a module that throws as it is loaded",
    '2025-02-10T07:37:10.463Z\tundefined\tERROR\tUncaught Exception \t{"errorType":"ClaimgateError"}',
  ],
  ["loading that takes too long", "INIT_REPORT Init Duration: 9999.79 ms\tPhase: init\tStatus: timeout"],
  ["a crash", `REPORT RequestId: ${id}\t${used}Status: error\tError Type: Runtime.ExitError`],
  ["a lack of memory", `REPORT RequestId: ${id}\t${used}Status: error\tError Type: Runtime.OutOfMemory`],
  ["a time-out", `REPORT RequestId: ${id}\t${used}Status: timeout`],
  ["a crash, as it was written before", `RequestId: ${id} Error: Runtime exited without providing a reason`],
  [
    "a time-out, as it was written before",
    `2024-03-04T17:22:38.033Z ${id} Task timed out after 3.00 seconds`,
  ],
])("counts %s", (_, line) => {
  expect(isMatched(line)).toBe(true)
})

const decision = (path: string) =>
  metricLine(
    {
      event: "decision",
      requestId: "JKJaXmPLvHcESHA=",
      status: 401,
      decision: "refused",
      because: "expired",
      path,
    },
    { stage: "test", service: "hybrid-authorizer" },
    { count: "refused", by: "because" },
  )

it.each([
  [
    "the start of a process",
    "INIT_START Runtime Version: nodejs:22.v50\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:0",
  ],
  ["the start of a call", `START RequestId: ${id} Version: $LATEST`],
  ["a call that ended well", `REPORT RequestId: ${id}\t${used}Init Duration: 80.00 ms`],
  [
    "a 401, which is an error to Lambda",
    `2024-03-04T17:22:38.033Z\t${id}\tERROR\tInvoke Error \t{"errorType":"Error","errorMessage":"Unauthorized","stack":["Error: Unauthorized"]}`,
  ],
  ["the end of that", `REPORT RequestId: ${id}\t${used}Status: error\tError Type: Runtime.Unknown`],
  ["a refusal", decision("/api/users")],
  [
    "a path that has the words",
    decision("/INIT_REPORT%20Init%20Duration/Status:%20timeout/Runtime.ExitError"),
  ],
])("does not count %s", (_, line) => {
  expect(isMatched(line)).toBe(false)
})
