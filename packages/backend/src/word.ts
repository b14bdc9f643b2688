/** What a caller's token says about one route: an authorizer has asked it already, or it is asked here. */
import { type Catalog, decideRoute, decodeClaim, type Refusal, routeNamed } from "@claimgate/core"
import type { BoundRoute } from "./bind.ts"
import type { Caller } from "./caller.ts"

export type Word =
  | { readonly says: "yes" }
  | { readonly says: "no"; readonly because: Refusal | "other_route" }
  /** It cannot tell; the reason is a `Doubt`, or an authorizer's own word for it. */
  | { readonly says: "unsure"; readonly because: string }

/** The token's word on the route whose handler was found. Decoded claims are remembered by core. */
export function wordOn(catalog: Catalog, { id }: BoundRoute, { grounds }: Caller): Word {
  if (grounds.kind === "decision") {
    const { route, decided } = grounds
    // What was said of one route says nothing of another one.
    if (routeNamed(catalog, route) !== id) return { says: "no", because: "other_route" }
    return decided.decision === "allowed" ? { says: "yes" } : { says: "unsure", because: decided.because }
  }
  const claim = decodeClaim(catalog, grounds.permissions)
  const decision = decideRoute(catalog, claim.ok ? claim.routes : undefined, id)
  if (decision.allowed) return { says: "yes" }
  return decision.recheck
    ? { says: "unsure", because: decision.because }
    : { says: "no", because: decision.because }
}
