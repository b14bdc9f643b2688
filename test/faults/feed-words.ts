/** With which word a request reaches the backend, behind an authorizer that reads the change feed. */
import type { Asked } from "./api.ts"
import type { Hybrid } from "./hybrid.ts"

export interface Told extends Pick<Asked, "status" | "took"> {
  readonly decision: unknown
  readonly because: unknown
}

/** Tells how a request fares, with the usual token where none is given. */
export type Tell = (token?: string) => Promise<Told>

export const allowed = { status: 200, decision: "allowed", because: undefined }
/** The authorizer knows nothing, and the backend is to ask the store. */
export const recheck = { status: 200, decision: "recheck", because: "feed_unavailable" }
/** The token is behind, and the backend is to ask the store. */
export const stale = { status: 200, decision: "recheck", because: "stale_epoch" }

/** Asks one request after another: what reaches the backend is taken for the last one's. */
export function createTeller(
  { askInside, inside }: Pick<Hybrid, "askInside" | "inside">,
  usual: string,
): Tell {
  return async (token = usual) => {
    const before = inside.events.length
    const { status, took } = await askInside("GET /api/users", token)
    // The gateway's own event, which the local stack builds.
    const event = inside.events[before] as
      | { requestContext: { authorizer: { lambda: { decision: unknown; because?: unknown } } } }
      | undefined
    const { decision, because } = event?.requestContext.authorizer.lambda ?? {}
    return { status, took, decision, because }
  }
}
