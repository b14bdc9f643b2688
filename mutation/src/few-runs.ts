/**
 * fast-check with few runs of each property, and always from a seed: thousands of mutants meet each of them, and one
 * that was killed today must be killed tomorrow. The tests that run here get it in the package's place.
 */
import { createRequire } from "node:module"
import type fastCheck from "fast-check"

const most = 40

// The alias that leads here is for imports; this is the package itself.
const { default: fc }: { readonly default: typeof fastCheck } = createRequire(import.meta.url)("fast-check")

const few: Pick<typeof fc, "assert"> = {
  // The overloads differ in what they return, and all of them take these two.
  assert: ((property: never, parameters: { readonly numRuns?: number; readonly seed?: number } = {}) =>
    fc.assert(property, {
      ...parameters,
      numRuns: Math.min(parameters.numRuns ?? most, most),
      seed: parameters.seed ?? 1,
    })) as typeof fc.assert,
}

// biome-ignore lint/style/noDefaultExport: the package has one
export default { ...fc, ...few }
