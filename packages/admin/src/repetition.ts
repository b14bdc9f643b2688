/**
 * Requests that are sent again because their answer got lost. The store knows what it answered under an idempotency
 * key, also where the record has changed since, and what was asked would be a conflict by now.
 */
import { ClaimgateError } from "@claimgate/core"
import type { Attribution, Member, PermissionStore, Role } from "@claimgate/store"

/** What was answered under this key before about a member of that version; undefined where nothing was. */
export function answeredForMember(
  store: PermissionStore,
  subject: string,
  version: number,
  by: Attribution,
): Promise<Member | undefined> {
  const draft = { subject, roles: [], permissions: [], disabled: false }
  return answered(version, (past) => store.putMember(draft, past, by))
}

/** The same about a role. */
export function answeredForRole(
  store: PermissionStore,
  name: string,
  version: number,
  by: Attribution,
): Promise<Role | undefined> {
  return answered(version, (past) => store.putRole({ name, permissions: [] }, past, by))
}

/**
 * INVARIANT: versions only grow, so a write over one that is past is answered from the key, or refused, and never
 * done (administration.test.ts).
 */
async function answered<T>(version: number, write: (past: number) => Promise<T>): Promise<T | undefined> {
  if (version === 0) return undefined
  try {
    return await write(version - 1)
  } catch (fault) {
    if (fault instanceof ClaimgateError && fault.code === "conflict") return undefined
    throw fault
  }
}
