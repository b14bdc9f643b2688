/** What is refused at the time of writing, so that sign-in never meets it. */
import {
  type Catalog,
  type ClaimForm,
  ClaimgateError,
  catalogAt,
  encodeClaim,
  expand,
  quote,
  routeIds,
} from "@claimgate/core"
import { evaluate, type SubjectRecord } from "@claimgate/store"

/** Throws `uncovered_permission` for a permission, with or without `!`, that covers no route. */
export function expectCovers(catalog: Catalog, permission: string): void {
  if (routeIds(expand(catalog, [permission.replace(/^!/, "")])).length > 0) return
  throw new ClaimgateError(
    "uncovered_permission",
    `permission ${quote(permission)}: covers no route, expected at least one`,
  )
}

/**
 * Throws `claim_too_large`: a token could not carry it, and nobody could sign in. Looks at the release that tokens are
 * minted for, and at the newest one, which is next.
 */
export function expectCarried(
  { catalog, form }: { readonly catalog: Catalog; readonly form: ClaimForm },
  after: SubjectRecord,
): void {
  const { permissions } = evaluate(after)
  const published = after.release === undefined ? undefined : catalogAt(catalog, after.release)
  for (const release of new Set([published ?? catalog, catalog]))
    encodeClaim(release, expand(release, permissions), form)
}
