/** The catalog of this API, as functions load it. */
import { type Catalog, loadCatalog } from "@claimgate/core"
import { compiled } from "./compiled.ts"

export const catalog: Catalog = loadCatalog(compiled)
