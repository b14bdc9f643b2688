import type { Catalog, RouteId } from "@claimgate/core"

/** What most teams start from: `GET:/users,POST:/users/{id}`, whatever it takes. Core's own refuses past 4,096 characters. */
export function formatCommaList(catalog: Catalog, ids: Iterable<RouteId>): string {
  return [...ids].map((id) => `${catalog.routes[id]?.method}:${catalog.routes[id]?.path}`).join(",")
}
