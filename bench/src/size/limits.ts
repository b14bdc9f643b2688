/** Where a token outgrows what carries it. */
import type { Catalog } from "@claimgate/core"
import { createRandom } from "../../../packages/core/test/random.ts"
import { median } from "../statistics.ts"
import { type Form, forms } from "./forms.ts"

/** RFC 6265 §6.1: what every browser keeps of one cookie. */
export const cookieLimit = 4096
/** API Gateway's quota on the request line and all header values together; here the token has it to itself. */
export const headerLimit = 10_240

/** Characters of a claim with which a token reaches a size, when it takes `bare` without the claim. */
export function roomFor(limit: number, bare: number): number {
  return Math.floor(((limit - bare) * 3) / 4)
}

/** The first number of routes, drawn by chance, whose claim has no room; infinite where every number has. */
export function outgrows(catalog: Catalog, form: Form, room: number): number {
  return median([1, 2, 3].map((seed) => firstTooMany(catalog, form, room, seed)))
}

function firstTooMany(catalog: Catalog, form: Form, room: number, seed: number): number {
  const all = catalog.routes.map(({ id }) => id)
  const drawn = createRandom(seed).sample(all, all.length)
  const fits = (count: number) => forms[form](catalog, drawn.slice(0, count)).length <= room
  if (fits(all.length)) return Number.POSITIVE_INFINITY
  let [most, tooMany] = [0, all.length]
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2)
    if (fits(middle)) most = middle
    else tooMany = middle
  }
  return tooMany
}
