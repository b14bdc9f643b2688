/** The second look: what the store says of a subject now, where its token cannot tell or is not asked. */
import { type Catalog, ClaimgateError, expand, hasRoute, type RouteId, type RouteSet } from "@claimgate/core"
import { evaluate, type Holdings, type PermissionStore } from "@claimgate/store"
import type { Caller } from "./caller.ts"

/** Reads what a caller holds now. Throws what `PermissionStore.load` throws. */
export type ReadHoldings = (caller: Caller) => Promise<Holdings>

/** Makes the reader over a store: one request while the token names every role that the subject has. */
export function holdingsReader(store: PermissionStore): ReadHoldings {
  return async ({ subject, roles }) => evaluate(await store.load(subject, roles.filter(isStored)))
}

/** `guest` stands for no role at all. */
function isStored(role: string): boolean {
  return role !== "guest"
}

/** What the store said about one route. */
export interface Rechecked {
  readonly allowed: boolean
  readonly holdings: Holdings
}

/** Makes the recheck: the store's answer, and never a fallback to the token's. */
export function createRecheck(catalog: Catalog, readHoldings: ReadHoldings) {
  return async (caller: Caller, route: RouteId): Promise<Rechecked> => {
    const holdings = await readHoldings(caller)
    // Equal versions: what the token was minted from still stands, and so does what was decided from it.
    const confirmed = caller.decided.decision === "allowed" && holdings.epoch === caller.epoch
    return { allowed: confirmed || hasRoute(routesOf(catalog, holdings), route), holdings }
  }
}

/** The routes that holdings mean. Throws `malformed_record`: what is stored is not the caller's mistake. */
export function routesOf(catalog: Catalog, holdings: Holdings): RouteSet {
  try {
    return expand(catalog, holdings.permissions)
  } catch (cause) {
    throw new ClaimgateError("malformed_record", "stored permissions: expected to be well-formed", { cause })
  }
}
