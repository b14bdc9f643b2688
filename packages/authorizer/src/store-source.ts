/** The store, read for each decision: what the strategy `cached` decides by, and its gateway then remembers. */
import { type Catalog, expand } from "@claimgate/core"
import { evaluate, type PermissionStore } from "@claimgate/store"
import type { Source } from "./source.ts"

/**
 * Reads what a subject holds now; the token only says who it is, and which roles to expect. Rejects where the store does
 * not answer, or holds what cannot be read: a failed call, which no gateway remembers.
 */
export function storeSource(catalog: Catalog, store: Pick<PermissionStore, "load">): Source {
  return async ({ subject, role = "guest" }) => {
    // One request where the token names the roles that the subject has, two otherwise.
    const expected = role === "guest" ? [] : role.split(",")
    const { roles, permissions, epoch } = evaluate(await store.load(subject, expected))
    return { routes: expand(catalog, permissions), roles: roles.join(",") || "guest", epoch }
  }
}
