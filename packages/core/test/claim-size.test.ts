/** The budgets of the packed claim: how long it gets, for any set and for sets with the shapes that roles have. */
import { describe, expect, test } from "vitest"
import type { Catalog } from "../src/catalog.ts"
import { decodeClaim, encodeClaim } from "../src/claim.ts"
import { type RouteId, routeSet } from "../src/route-set.ts"
import { vendorCatalog, vendors } from "./catalogs.ts"
import { createRandom } from "./random.ts"
import { plainRoles, type RoleShape, ruggedRoles } from "./role-shapes.ts"

const headerLength = 9

describe.each(vendors)("over the whole API of %s", (vendor) => {
  const catalog = vendorCatalog(vendor)

  test("a role-shaped set takes at most 48 characters", () => {
    const roles = plainRoles(catalog)
    expect(roles.length).toBeGreaterThan(200)
    expect(longerThan(48, catalog, roles)).toEqual([])
  })

  test("one of eight subtrees with random methods, or with 15 random exceptions, at most 56", () => {
    expect(longerThan(56, catalog, ruggedRoles(catalog))).toEqual([])
  })

  test("any set takes at most 256, and its payload at most four digits more than the information in it", () => {
    const over = anySets(catalog)
      .map(({ name, ids }) => ({ name, ...sizes(catalog, ids) }))
      .filter(({ length, excess }) => length > 256 || excess > 4)
    expect(over).toEqual([])
  })

  test("and none is read back as anything else", () => {
    for (const { name, ids } of [...anySets(catalog), ...ruggedRoles(catalog)].filter(
      (_, i) => i % 5 === 0,
    )) {
      const held = routeSet(catalog.routes.length, ids)
      const decoded = decodeClaim(catalog, encodeClaim(catalog, held))
      if (!decoded.ok || decoded.routes.words.some((word, i) => word !== held.words[i])) expect.fail(name)
    }
  })
})

test("the information in a set is that of a choice among all sets of its size", () => {
  expect(information(4, 2)).toBeCloseTo(Math.log2(6))
  expect(information(10, 0)).toBeCloseTo(0)
  expect(information(1447, 723)).toBeCloseTo(1441.4, 0)
})

/** The roles whose claim is longer than that, with its length. */
function longerThan(limit: number, catalog: Catalog, roles: readonly RoleShape[]): [string, number][] {
  return roles
    .map(({ name, ids }): [string, number] => [name, sizes(catalog, ids).length])
    .filter(([, length]) => length > limit)
}

/** The claim's length, and how many digits its payload has more than the information in the set takes. */
function sizes(catalog: Catalog, ids: readonly RouteId[]): { length: number; excess: number } {
  const count = new Set(ids).size
  const { length } = encodeClaim(catalog, routeSet(catalog.routes.length, ids))
  const bound = Math.ceil(information(catalog.routes.length, count) / 6)
  return { length, excess: length - headerLength - bound }
}

/** log₂ of the number of ways to choose `k` out of `n`, in bits. */
function information(n: number, k: number): number {
  let bits = 0
  for (let i = 1; i <= Math.min(k, n - k); i++) bits += Math.log2((n - i + 1) / i)
  return bits
}

/** Sets without the shape of any role: of chance at any density, all, none, one, all but one, regular ones, and halves. */
function anySets(catalog: Catalog): RoleShape[] {
  const all = catalog.routes.map(({ id }) => id)
  const densities = [0.1, 0.3, 1, 3, 10, 25, 40, 50, 60, 75, 90, 97, 99, 99.7, 99.9]
  const random = createRandom(all.length)
  const chance = densities.flatMap((percent) =>
    Array.from({ length: 8 }, (_, i) => ({
      name: `${percent} percent, number ${i}`,
      ids: all.filter(() => random.next() < percent / 100),
    })),
  )
  const single = random.sample(all, 20).concat(0, all.length - 1)
  const regular = [2, 3, 5, 7, 13, 31, 64, 100, 500].flatMap((n) => [
    { name: `every ${n}th`, ids: all.filter((id) => id % n === 0) },
    { name: `all but every ${n}th`, ids: all.filter((id) => id % n !== 0) },
    { name: `every other ${n}`, ids: all.filter((id) => Math.floor(id / n) % 2 === 0) },
    {
      name: `half of every other ${n}`,
      ids: all.filter((id) => Math.floor(id / n) % 2 && random.next() < 0.5),
    },
  ])
  return [
    { name: "all", ids: all },
    { name: "none", ids: [] },
    ...single.map((id) => ({ name: `only ${id}`, ids: [id] })),
    ...single.map((id) => ({ name: `all but ${id}`, ids: all.filter((one) => one !== id) })),
    { name: "the first half", ids: all.slice(0, all.length / 2) },
    { name: "the second half", ids: all.slice(all.length / 2) },
    ...chance,
    ...regular,
  ]
}
