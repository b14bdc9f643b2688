/** Where it is known what a subject holds. The claims in its token are one such place, the store is another. */
import { type Catalog, type CatalogRoute, type Doubt, decodeClaim, type RouteSet } from "@claimgate/core"
import type { VerifiedToken } from "./verify.ts"

/** What a source knows of a subject, with the words of the caller context for the rest of it. */
export interface Standing {
  /** What the subject holds; undefined where the source cannot tell. */
  readonly routes: RouteSet | undefined
  /** Why it cannot; `unreadable_claim` where it is left out. */
  readonly doubt?: Doubt
  /** Role names, comma-joined in order of name, or `guest`. */
  readonly roles: string
  /** Versions that `routes` follow from; empty where they are not known. */
  readonly epoch: string
}

/**
 * Tells what the subject of a verified token holds, asked for the sake of one route. It rejects where it should know and
 * could not find out, and then nobody is let through.
 */
export type Source = (token: VerifiedToken, route: CatalogRoute) => Standing | Promise<Standing>

/** The token's own claims: no I/O, and the same answer for as long as the token lives. */
export function claimSource(catalog: Catalog): (token: VerifiedToken) => Standing {
  return ({ permissions, role = "guest", epoch = "" }) => {
    const claim = decodeClaim(catalog, permissions)
    return { routes: claim.ok ? claim.routes : undefined, roles: role, epoch }
  }
}
