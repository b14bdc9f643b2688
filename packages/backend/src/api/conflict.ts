import { type Problem, problem } from "../problem.ts"

/** A write over a version that is not the current one. */
export function conflict(current: { readonly version: number }): Problem {
  return problem("conflict", `body: \`version\`: current version is ${current.version}`, {
    version: current.version,
  })
}
