import { expect, it } from "vitest"
import { type CpuProfile, timesOf } from "./profile.ts"

const frame = (functionName: string, url: string) => ({
  functionName,
  url,
  scriptId: "1",
  lineNumber: 0,
  columnNumber: 0,
})

/** A profile in which each stack, outermost first, was seen for one millisecond. */
function profileOf(...stacks: (readonly [string, string])[][]): CpuProfile {
  let next = 1
  const nodes: CpuProfile["nodes"] = []
  const samples: number[] = []
  for (const stack of stacks) {
    const ids = stack.map(() => next++)
    for (const [at, [name, url]] of stack.entries())
      nodes.push({ id: ids[at]!, callFrame: frame(name, url), children: ids.slice(at + 1, at + 2) })
    samples.push(ids.at(-1)!)
  }
  return { nodes, samples, timeDeltas: samples.map(() => 1000) }
}

it("a call belongs to the stage that it was made for, wherever its own code is", () => {
  const verify: [string, string] = ["(anonymous)", "packages/authorizer/src/verify.ts"]
  const times = timesOf(
    {
      "hybrid-authorizer": profileOf(
        [verify, ["verifyJwtSync", "node_modules/aws-jwt-verify/jwt.js"]],
        [verify],
        [
          ["decideFor", "packages/authorizer/src/authorize.ts"],
          ["find", "packages/core/src/match.ts"],
        ],
        [["write", "packages/authorizer/src/authorize.ts"]],
        [["(idle)", ""]],
      ),
      "hybrid-backend": profileOf([["(idle)", ""]], [["fetch", "hono"]]),
      main: profileOf([["parse", "node:http"]], [["put", "packages/local/src/dynamo/table.ts"]]),
    },
    (url) => `/${url.replace("packages", "").replace(/^\//, "")}`,
  )
  expect(times).toEqual({
    verify: 2,
    decide: 1,
    "authorizer, rest": 1,
    backend: 1,
    gateway: 1,
    "stand-in: DynamoDB": 1,
  })
})
