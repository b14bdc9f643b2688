/** The core of Claimgate: routes, permissions, catalogs, claims and decisions. Imports nothing; runs anywhere. */
export {
  type AccessByRoute,
  type Catalog,
  type CatalogRoute,
  catalogAt,
  createCatalog,
  type LoggedCatalog,
  newestRelease,
  type Release,
} from "./catalog.ts"
export {
  type ClaimForm,
  type DecodedClaim,
  decodeClaim,
  encodeClaim,
  maxClaimLength,
  type UnreadableClaim,
} from "./claim.ts"
export { type CompiledCatalog, compileCatalog, loadCatalog } from "./compiled.ts"
export { condense } from "./condense.ts"
export type { CallerContext } from "./context.ts"
export { type Decision, type Doubt, decide, decideRoute, type Refusal } from "./decide.ts"
export { ClaimgateError, type ErrorCode, quote } from "./errors.ts"
export { describeFault } from "./fault.ts"
export { createLineWriter, type LogStream } from "./line-writer.ts"
export { type Resolution, resolveRoute, routeNamed } from "./match.ts"
export { type Measured, type Metric, type MetricSource, metricLine } from "./metric-line.ts"
export { encodePath, isCanonicalPath, maxPathLength } from "./path.ts"
export { expand, type Permission, type PermissionSegment, parsePermission } from "./permission.ts"
export type { Covering, PermissionOf } from "./permission-type.ts"
export {
  type Access,
  defineRoutes,
  type Freshness,
  isGreedy,
  isParameter,
  type Method,
  methods,
  methodsOf,
  parseRoute,
  type Route,
  type RouteDeclaration,
  type Routes,
  type RouteTable,
  type RouteText,
  shapeOf,
} from "./route.ts"
export { hasRoute, type RouteId, type RouteSet, routeIds } from "./route-set.ts"
