/** What the picture of claim sizes shows: role-shaped sets, and sets of chance of every size. */
import type { Catalog, RouteId } from "@claimgate/core"
import { createRandom } from "../../../packages/core/test/random.ts"
import { median } from "../statistics.ts"
import { type Form, forms } from "./forms.ts"
import { roleFamilies } from "./permission-sets.ts"

export interface SizePoint {
  readonly form: Form
  readonly roleShaped: boolean
  /** How many routes the set holds. */
  readonly routes: number
  /** Characters of the claim. */
  readonly length: number
}

const shares = [
  0.003, 0.005, 0.01, 0.017, 0.026, 0.04, 0.065, 0.1, 0.16, 0.26, 0.37, 0.5, 0.65, 0.78, 0.86, 0.92, 0.96,
  0.985, 1,
]

/** All role-shaped sets of a form, or every `step`th of them where the form takes long to write. */
export function sizePoints(catalog: Catalog, form: Form, step: number): SizePoint[] {
  const write = forms[form]
  const roles = roleFamilies(catalog).flatMap(({ sets }) => sets.filter((_, index) => index % step === 0))
  return [
    ...roles.map((ids) => ({
      form,
      roleShaped: true,
      routes: ids.length,
      length: write(catalog, ids).length,
    })),
    ...[1, 2, ...shares.map((share) => Math.round(share * catalog.routes.length))].map((routes) => ({
      form,
      roleShaped: false,
      routes,
      length: median(drawSets(catalog, routes).map((ids) => write(catalog, ids).length)),
    })),
  ]
}

function drawSets(catalog: Catalog, count: number): RouteId[][] {
  const all = catalog.routes.map(({ id }) => id)
  return [1, 2, 3].map((seed) => createRandom(seed).sample(all, count))
}
