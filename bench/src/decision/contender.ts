import type { Catalog, RouteId } from "@claimgate/core"

/** Whether a request is allowed. The path is a fresh string; the method is a constant, as short texts of a parsed event are. */
export type Answer = (method: string, path: string) => boolean

/** What a contender may build from. */
export interface Held {
  readonly catalog: Catalog
  readonly granted: ReadonlySet<RouteId>
  readonly packed: string
  readonly comma: string
}

export interface Contender {
  readonly name: string
  /** Gets ready, outside the timing. Throws where the contender cannot hold these routes. */
  build(held: Held): Answer | Promise<Answer>
}
