/** The forms that a set of routes can take in a token, and how much there is to say at all. */
import { brotliCompressSync, constants, deflateRawSync } from "node:zlib"
import { type Catalog, encodeClaim, type RouteId } from "@claimgate/core"
import { routeSet } from "../../../packages/core/src/route-set.ts"
import { formatBitset } from "../../../packages/core/test/bitset.ts"
import { formatCommaList } from "../comma-list.ts"

export type Format = (catalog: Catalog, ids: readonly RouteId[]) => string

export const forms = {
  "comma list": (catalog, ids) => formatCommaList(catalog, inOrder(ids)),
  deflate: (catalog, ids) =>
    deflateRawSync(formatCommaList(catalog, inOrder(ids)), { level: 9 }).toString("base64url"),
  brotli: (catalog, ids) =>
    brotliCompressSync(formatCommaList(catalog, inOrder(ids)), {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      },
    }).toString("base64url"),
  bitset: (catalog, ids) => formatBitset(routeSet(catalog.routes.length, ids)),
  packed: (catalog, ids) => encodeClaim(catalog, routeSet(catalog.routes.length, ids)),
} as const satisfies Readonly<Record<string, Format>>

export type Form = keyof typeof forms

/** Characters that the payload of a set needs at least, six bits to each: log₂ C(n, k), rounded up. */
export function boundOf(catalog: Catalog, ids: readonly RouteId[]): number {
  const n = catalog.routes.length
  const k = ids.length
  let bits = 0
  for (let i = 1; i <= Math.min(k, n - k); i++) bits += Math.log2((n - i + 1) / i)
  return Math.ceil(bits / 6)
}

/** As the catalog lists them: neighbours share the most text. */
function inOrder(ids: readonly RouteId[]): RouteId[] {
  return [...ids].sort((a, b) => a - b)
}
