import type { Administration } from "@claimgate/admin"
import type { ClaimForm } from "@claimgate/core"
import type { PermissionStore } from "@claimgate/store"
import type { ApiDeps } from "../deps.ts"

/** What the admin API's handlers work with. */
export interface AdminDeps extends Pick<ApiDeps, "catalog" | "now"> {
  readonly store: PermissionStore
  readonly administration: Administration
  /** How the stage's trigger writes claims. */
  readonly form: ClaimForm
  /** Ends all sessions of a subject at its user pool; undefined where the function knows of none. */
  readonly signOut: SignOut | undefined
}

/** Throws `not_found` where the pool has no such user, and `dependency_failed` where it does not answer. */
export type SignOut = (subject: string) => Promise<void>
