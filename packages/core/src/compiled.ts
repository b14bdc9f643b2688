/**
 * A catalog as functions load it: what building it from the log found out, without the checks. Written at build time
 * by `compileCatalog`, read at each cold start by `loadCatalog`, which trusts it.
 */
import type { Catalog, CatalogRoute } from "./catalog.ts"
import type { Access, Method } from "./route.ts"
import type { RouteId } from "./route-set.ts"
import { buildTrie } from "./trie.ts"

export interface CompiledCatalog {
  /** `METHOD /path` of every route that was ever added, by id, one per line. */
  readonly routes: string
  /** Of each release: fingerprint, lines of the log, ids taken. */
  readonly releases: readonly (readonly [fingerprint: string, lines: number, size: number])[]
  /** Retired routes, and the line of the log that retired them. */
  readonly retired: readonly (readonly [id: RouteId, line: number])[]
  /** Routes that are not `granted`. */
  readonly open: readonly (readonly [id: RouteId, access: Access])[]
}

/** Takes a catalog apart into plain data. */
export function compileCatalog({ routes, releases }: Catalog): CompiledCatalog {
  return {
    routes: routes.map(({ method, path }) => `${method} ${path}`).join("\n"),
    releases: releases.map(({ fingerprint, lines, size }) => [fingerprint, lines, size]),
    retired: routes.filter(({ retiredAt }) => retiredAt !== Infinity).map(({ id, retiredAt }) => [id, retiredAt]),
    open: routes.filter(({ access }) => access !== "granted").map(({ id, access }) => [id, access]),
  }
}

/**
 * Puts it together again. Of a route's place in the log it only knows the release: `addedAt` is the first line that
 * it may have been.
 */
export function loadCatalog(compiled: CompiledCatalog): Catalog {
  const releases = compiled.releases.map(([fingerprint, lines, size]) => ({ fingerprint, lines, size }))
  const retired = new Map(compiled.retired)
  const open = new Map(compiled.open)
  let release = 0
  let addedAt = 0
  const load = (text: string, id: RouteId): CatalogRoute => {
    for (; id >= (releases[release]?.size ?? Infinity); release++) addedAt = releases[release]!.lines
    const space = text.indexOf(" ")
    // Written by compileCatalog, from a catalog whose methods were checked.
    const method = text.slice(0, space) as Method
    const path = text.slice(space + 1)
    return { id, method, path, access: open.get(id) ?? "granted", addedAt, retiredAt: retired.get(id) ?? Infinity }
  }
  const routes = compiled.routes === "" ? [] : compiled.routes.split("\n").map(load)
  return { releases, routes, trie: buildTrie(routes) }
}
