/** Sets of routes with the shapes that roles have, over a real catalog: what the claim's budgets are about. */
import type { Catalog } from "../src/catalog.ts"
import type { RouteId } from "../src/route-set.ts"
import { createRandom, type Random } from "./random.ts"

export interface RoleShape {
  readonly name: string
  readonly ids: readonly RouteId[]
}

const seeds = Array.from({ length: 40 }, (_, index) => index + 1)

/** Shapes that a claim of 48 characters must hold. */
export function plainRoles(catalog: Catalog): RoleShape[] {
  const all = catalog.routes.map((route) => route.id)
  const { allGet, allButDelete, threeReadOnly, getAndWrites } = bases(catalog)
  return [
    { name: "all GET", ids: allGet() },
    { name: "all but DELETE", ids: allButDelete() },
    ...subtrees(catalog).map(({ prefix, ids }) => ({ name: `subtree ${prefix}`, ids })),
    ...seeded("three subtrees, read only", threeReadOnly),
    ...seeded("GET, and writes in two subtrees", getAndWrites),
    ...seeded("all but 10", (random) => without(all, random.sample(all, 10))),
    ...seeded("12 random routes", (random) => random.sample(all, 12)),
  ]
}

/** Shapes that a claim of 56 characters must hold. */
export function ruggedRoles(catalog: Catalog): RoleShape[] {
  const all = catalog.routes.map((route) => route.id)
  const trees = subtrees(catalog)
  const used = [...new Set(catalog.routes.map((route) => route.method))]
  const { allGet, allButDelete, oneSubtree, threeReadOnly, getAndWrites } = bases(catalog)
  const excepted = (name: string, base: (random: Random) => readonly RouteId[]) =>
    seeded(`${name}, with 15 random exceptions`, (random) => toggle(base(random), random.sample(all, 15)))
  return [
    ...seeded("eight subtrees, random methods", (random) =>
      random.sample(trees, 8).flatMap(({ ids }) => {
        const granted = random.sample(used, 1 + random.below(used.length))
        return ids.filter((id) => granted.includes(catalog.routes[id]!.method))
      }),
    ),
    ...excepted("all", () => all),
    ...excepted("all GET", allGet),
    ...excepted("all but DELETE", allButDelete),
    ...excepted("one subtree", oneSubtree),
    ...excepted("three subtrees, read only", threeReadOnly),
    ...excepted("GET, and writes in two subtrees", getAndWrites),
  ]
}

/** What roles are made of; all but the first two by choice of chance. */
function bases(catalog: Catalog) {
  const trees = subtrees(catalog)
  const all = catalog.routes.map((route) => route.id)
  const has = (id: RouteId, method: string) => catalog.routes[id]!.method === method
  const within = (random: Random, count: number) => random.sample(trees, count).flatMap(({ ids }) => ids)
  return {
    allGet: () => all.filter((id) => has(id, "GET")),
    allButDelete: () => all.filter((id) => !has(id, "DELETE")),
    oneSubtree: (random: Random) => within(random, 1),
    threeReadOnly: (random: Random) => within(random, 3).filter((id) => has(id, "GET")),
    getAndWrites(random: Random) {
      const writable = new Set(within(random, 2))
      return all.filter((id) => has(id, "GET") || writable.has(id))
    },
  }
}

interface Subtree {
  readonly prefix: string
  readonly ids: readonly RouteId[]
}

/** Every path prefix of one to three segments with at least five routes at or below it, and not all of them. */
export function subtrees(catalog: Catalog): Subtree[] {
  const byPrefix = new Map<string, RouteId[]>()
  for (const { id, path } of catalog.routes) {
    const parts = path.split("/").slice(1)
    for (let depth = 1; depth <= Math.min(3, parts.length); depth++) {
      const prefix = `/${parts.slice(0, depth).join("/")}`
      byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), id])
    }
  }
  return [...byPrefix]
    .map(([prefix, ids]) => ({ prefix, ids }))
    .filter(({ ids }) => ids.length >= 5 && ids.length < catalog.routes.length)
}

function seeded(name: string, choose: (random: Random) => readonly RouteId[]): RoleShape[] {
  return seeds.map((seed) => ({ name: `${name} (seed ${seed})`, ids: choose(createRandom(seed)) }))
}

function without(ids: readonly RouteId[], gone: readonly RouteId[]): RouteId[] {
  const out = new Set(gone)
  return ids.filter((id) => !out.has(id))
}

/** `ids`, with each of `exceptions` put in where it is missing and taken out where it is there. */
function toggle(ids: readonly RouteId[], exceptions: readonly RouteId[]): RouteId[] {
  return [...new Set([...without(ids, exceptions), ...without(exceptions, ids)])]
}
