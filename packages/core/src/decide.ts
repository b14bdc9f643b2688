/** The decision: may the holder of these routes make this request? Deny on doubt, and always with a reason. */
import type { Catalog } from "./catalog.ts"
import { resolveRoute } from "./match.ts"
import { hasRoute, type RouteId, type RouteSet } from "./route-set.ts"

/** Why a request is refused for good: a newer token of the same subject would not help by itself. */
export type Refusal = "bad_path" | "no_route" | "no_permission"

/** Why a token cannot tell: whoever can, asks the store; nobody else lets the request through. */
export type Doubt =
  | "newer_route"
  | "unreadable_claim"
  | "stale_epoch"
  | "unreadable_epoch"
  | "feed_unavailable"

export type Decision =
  | { readonly allowed: true; readonly route: RouteId }
  | { readonly allowed: false; readonly recheck: false; readonly because: Refusal; readonly route?: RouteId }
  | { readonly allowed: false; readonly recheck: true; readonly because: Doubt; readonly route: RouteId }

/**
 * Decides a request by a verified subject, from the method and the percent-encoded path. `routes` is what its token
 * holds, or undefined where nobody could read that: then only open routes are allowed, and the rest is a recheck.
 */
export function decide(
  catalog: Catalog,
  routes: RouteSet | undefined,
  method: string,
  path: string,
): Decision {
  const resolved = resolveRoute(catalog, method, path)
  if (!resolved.ok) return { allowed: false, recheck: false, because: resolved.because }
  return decideRoute(catalog, routes, resolved.route)
}

/** The same for a request whose route is known already; `doubt` is why nobody could read what the subject holds. */
export function decideRoute(
  catalog: Catalog,
  routes: RouteSet | undefined,
  route: RouteId,
  doubt: Doubt = "unreadable_claim",
): Decision {
  const known = catalog.routes[route]
  if (known === undefined || known.retiredAt !== Infinity)
    return { allowed: false, recheck: false, because: "no_route" }
  if (known.access !== "granted") return { allowed: true, route }
  if (routes === undefined) return { allowed: false, recheck: true, because: doubt, route }
  if (hasRoute(routes, route)) return { allowed: true, route }
  if (route >= routes.horizon) return { allowed: false, recheck: true, because: "newer_route", route }
  return { allowed: false, recheck: false, because: "no_permission", route }
}
