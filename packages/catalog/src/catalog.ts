/** The catalog of this API, as functions load it. */
import { type AccessByRoute, type Catalog, createCatalog } from "@claimgate/core"
import { compiled } from "./compiled.ts"

/** What `npm run catalog` writes: the lock file's content in the form that loads fastest. */
export interface CompiledCatalog {
  /** Log lines, each behind a line break. */
  readonly log: string
  readonly releases: readonly number[]
  readonly access: AccessByRoute
}

export const catalog: Catalog = createCatalog(
  compiled.log.split("\n").slice(1),
  compiled.releases,
  compiled.access,
)
