/** The permission sets that the bars name, over one catalog, in families, and sets of chance beside them. */
import type { Catalog, RouteId } from "@claimgate/core"
import { createRandom } from "../../../packages/core/test/random.ts"
import { plainRoles, type RoleShape, ruggedRoles } from "../../../packages/core/test/role-shapes.ts"

export interface Family {
  readonly name: string
  /** Most characters that a packed claim of this shape may take. */
  readonly bar: 48 | 56 | 256
  readonly sets: readonly (readonly RouteId[])[]
}

/** Sets with the shapes that roles have. */
export function roleFamilies(catalog: Catalog): Family[] {
  return [...families(plainRoles(catalog), 48), ...families(ruggedRoles(catalog), 56)]
}

/** Sets without any shape, from one route to all but a few. */
export function chanceFamily(catalog: Catalog): Family {
  const all = catalog.routes.map(({ id }) => id)
  const random = createRandom(all.length)
  const shares = [0.001, 0.01, 0.05, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.97, 0.99, 0.999]
  const sets = shares.flatMap((share) =>
    Array.from({ length: 8 }, () => random.sample(all, Math.ceil(share * all.length))),
  )
  return { name: "any routes, by chance", bar: 256, sets }
}

function families(shapes: readonly RoleShape[], bar: Family["bar"]): Family[] {
  const byName = new Map<string, RouteId[][]>()
  for (const { name, ids } of shapes) {
    const family = name.startsWith("subtree ") ? "one subtree" : name.replace(/ \(seed \d+\)$/, "")
    byName.set(family, [...(byName.get(family) ?? []), [...new Set(ids)]])
  }
  return [...byName].map(([name, sets]) => ({ name, bar, sets }))
}
