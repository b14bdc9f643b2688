/** The second look: what the store says of a subject, where its token cannot tell or is not asked. */
import { type Catalog, ClaimgateError, expand, hasRoute, type RouteId, type RouteSet } from "@claimgate/core"
import type { Holdings } from "@claimgate/store"
import type { ReadHoldings } from "./cache/reader.ts"
import { compareEpochs } from "./cache/supersede.ts"
import type { Caller } from "./caller.ts"

export type { ReadHoldings }

/** Reads what a caller holds, at most `maxAge` milliseconds old; `ReadHoldings` says what that means. */
export type ReadForCaller = (caller: Caller, maxAge: number) => Promise<Holdings>

/**
 * Makes a reader that a caller can prove to be behind: an epoch newer than the copy's was made of something newer than
 * the copy. Without it a new grant would work everywhere but on the routes whose copy is still young enough.
 */
export function keepingUp(readHoldings: ReadHoldings): ReadForCaller {
  return async (caller, maxAge) => {
    const holdings = await readHoldings(caller, maxAge)
    return maxAge > 0 && compareEpochs(caller.epoch, holdings.epoch) > 0 ? readHoldings(caller, 0) : holdings
  }
}

/** What the store said about one route. */
export interface Rechecked {
  readonly allowed: boolean
  readonly holdings: Holdings
}

/** Makes the recheck: the store's answer, and never a fallback to the token's. `tokenAllows` is the token's own. */
export function createRecheck(catalog: Catalog, read: ReadForCaller) {
  return async (caller: Caller, tokenAllows: boolean, route: RouteId, maxAge: number): Promise<Rechecked> => {
    const holdings = await read(caller, maxAge)
    // Equal versions: what the token was minted from still stands, and so does what was decided from it.
    const confirmed = tokenAllows && holdings.epoch === caller.epoch
    return { allowed: confirmed || hasRoute(routesOf(catalog, holdings), route), holdings }
  }
}

/**
 * The routes that holdings mean; a copy that is handed to many requests is looked through once. Throws
 * `malformed_record`: what is stored is not the caller's mistake.
 */
export function routesOf(catalog: Catalog, holdings: Holdings): RouteSet {
  const known = remembered.get(holdings)
  if (known?.catalog === catalog) return known.routes
  try {
    const routes = expand(catalog, holdings.permissions)
    remembered.set(holdings, { catalog, routes })
    return routes
  } catch (cause) {
    throw new ClaimgateError("malformed_record", "stored permissions: expected to be well-formed", { cause })
  }
}

const remembered = new WeakMap<Holdings, { readonly catalog: Catalog; readonly routes: RouteSet }>()
