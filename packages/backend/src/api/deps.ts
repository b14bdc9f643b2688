import type { routes } from "@claimgate/catalog"
import type { Catalog } from "@claimgate/core"
import type { Handlers } from "../bind.ts"
import type { Data } from "../data/data.ts"

/** What the sample API's handlers work with. */
export interface ApiDeps {
  readonly data: Data
  readonly catalog: Catalog
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** A new id, never given out before. */
  readonly newId: () => string
}

/** The handlers of some of the table's routes, by name. */
export type HandlersOf<Name extends keyof typeof routes> = Pick<Handlers<typeof routes>, Name>
