/** Who asks for a change, and how the audit is to know of it. */
import type { Attribution } from "@claimgate/store"
import type { Actor } from "./actor.ts"

export interface Asking extends Omit<Attribution, "actor" | "request"> {
  readonly actor: Actor
}

/** Under one idempotency key the same is asked, whatever is stored by then. */
export function attributionOf({ actor, ...asking }: Asking, request: object): Attribution {
  return { ...asking, actor: actor.name, request: JSON.stringify(request) }
}
