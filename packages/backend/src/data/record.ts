/** What records of every kind have in common: they can be missing, and they can have changed meanwhile. */
import { ClaimgateError, quote } from "@claimgate/core"

/** What a write over a version came to: the record as it is now, or as it was found where another write came first. */
export type Written<Item> =
  | { readonly ok: true; readonly item: Item }
  | { readonly ok: false; readonly current: Item }

/** `not_found`, in the same words everywhere. */
export function missing(kind: string, id: string): ClaimgateError {
  return new ClaimgateError("not_found", `${kind} ${quote(id)}: there is none`)
}

/** What `read` found, or `not_found`. */
export function existing<Item>(kind: string, id: string, found: Item | undefined | null): Item {
  if (found === undefined || found === null) throw missing(kind, id)
  return found
}
