/** `claimgate catalog`: every route with its permanent id. */
import { type Catalog, newestRelease, type Routes } from "@claimgate/core"
import { columns, type Output } from "../output.ts"

/** Runs the command. */
export function runCatalog(catalog: Catalog, table: Routes, withRetired: boolean, output: Output): void {
  const routes = catalog.routes
    .filter((route) => withRetired || route.retiredAt === Infinity)
    .map(({ id, method, path, access, retiredAt }) => {
      const declared = Object.values(table).find(
        (route) => route.path === path && (route.method === method || route.method === "ANY"),
      )
      const isRetired = retiredAt !== Infinity
      return { id, route: `${method} ${path}`, access, freshness: declared?.freshness, retired: isRetired }
    })
  const { fingerprint } = newestRelease(catalog)
  const rows = routes.map(({ id, route, access, freshness, retired }) => [
    String(id),
    route,
    retired ? "retired" : access,
    access !== "granted" || freshness === undefined || freshness === "token"
      ? ""
      : freshness === "now"
        ? "now"
        : `within ${freshness.within} s`,
  ])
  output.answer({ release: fingerprint, routes }, [`release ${fingerprint}`, ...columns(rows)])
}
