/**
 * The catalog: an append-only log of every route that ever existed. A route's place among the added lines is its
 * permanent id, so a claim can name routes by number for as long as its token lives. The log grows in releases;
 * each is named by a fingerprint over all lines up to there.
 */

import { formatDigits } from "./base64url.ts"
import { ClaimgateError, quote } from "./errors.ts"
import { mixText } from "./mix.ts"
import { type Access, isAccess, type Method, methodsOf, parseRoute, shapeOf } from "./route.ts"
import type { RouteId } from "./route-set.ts"
import { buildTrie, type RouteTrie } from "./trie.ts"

/** One route that was ever added, live or retired. */
export interface CatalogRoute {
  readonly id: RouteId
  readonly method: Method
  /** With the parameter names of the line that added it. */
  readonly path: string
  readonly access: Access
  /** Number of log lines before the one that added it. */
  readonly addedAt: number
  /** Number of log lines before the one that retired it; Infinity while it is live. */
  readonly retiredAt: number
}

/** A state of the log that was published. */
export interface Release {
  /** Five base64url characters. */
  readonly fingerprint: string
  /** How many lines the log had. */
  readonly lines: number
  /** How many ids were taken. */
  readonly size: number
}

export interface Catalog {
  /** In order of publication; the last one is this catalog itself. */
  readonly releases: readonly Release[]
  /** By id. */
  readonly routes: readonly CatalogRoute[]
  readonly trie: RouteTrie
}

/** A catalog with the log that it was built from. */
export interface LoggedCatalog extends Catalog {
  readonly log: readonly string[]
}

/** Access of the routes that are not `granted`, by their line in the log: `{ "GET /health": "public" }`. */
export type AccessByRoute = Readonly<Record<string, Access>>

/**
 * Builds a catalog from log lines: `GET /users/{id}` adds a route, `ANY /files/{rest+}` seven, `-GET /old` retires
 * one. `releases` are the numbers of lines at which the log was published, ascending, the last one the whole log.
 * Throws `malformed_catalog` or `malformed_route`, naming the line.
 */
export function createCatalog(
  log: readonly string[],
  releases: readonly number[] = [log.length],
  access: AccessByRoute = {},
): LoggedCatalog {
  checkReleases(log, releases)
  const entries = log.flatMap(parseLine)
  const routes = replay(entries, access)
  return { log, releases: fingerprint(entries, releases), routes, trie: buildTrie(routes) }
}

/** The last release: the one that ids are given out by. */
export function newestRelease(catalog: Catalog): Release {
  const newest = catalog.releases.at(-1)
  if (newest === undefined)
    throw new ClaimgateError("malformed_catalog", "catalog: expected at least one release")
  return newest
}

/** Whether the route existed, and was not retired, in a state of the log of that many lines. */
export function isLiveAt(route: CatalogRoute, lines: number): boolean {
  return route.addedAt < lines && route.retiredAt >= lines
}

/** The catalog as it was at an earlier release, or undefined where no release has that fingerprint. */
export function catalogAt(catalog: Catalog, fingerprint: string): Catalog | undefined {
  const index = catalog.releases.findIndex((release) => release.fingerprint === fingerprint)
  const release = catalog.releases[index]
  if (release === undefined) return undefined
  if (index === catalog.releases.length - 1) return catalog
  const routes = catalog.routes
    .slice(0, release.size)
    .map((route) => (route.retiredAt < release.lines ? route : { ...route, retiredAt: Infinity }))
  return { releases: catalog.releases.slice(0, index + 1), routes, trie: buildTrie(routes) }
}

function checkReleases(log: readonly string[], releases: readonly number[]): void {
  let previous = -1
  for (const lines of releases) {
    if (!Number.isInteger(lines) || lines <= previous || lines > log.length)
      throw bad(`release at ${lines} lines: expected ascending numbers up to ${log.length}`)
    previous = lines
  }
  if (previous !== log.length)
    throw bad(`expected the last release to end at line ${log.length}, got ${previous}`)
}

/** What one log line does to one route; an `ANY` line is seven of them. */
interface Entry {
  readonly line: number
  readonly adds: boolean
  readonly method: Method
  readonly path: string
  /** Method and path without parameter names. */
  readonly shape: string
}

function parseLine(text: string, line: number): Entry[] {
  const adds = !text.startsWith("-")
  const { method, path } = parseRouteAt(adds ? text : text.slice(1), `line ${line + 1}`)
  return methodsOf(method).map((one) => ({ line, adds, method: one, path, shape: `${one} ${shapeOf(path)}` }))
}

function parseRouteAt(text: string, place: string): ReturnType<typeof parseRoute> {
  try {
    return parseRoute(text)
  } catch (cause) {
    throw bad(`${place}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** Applies the log from its first line; throws where a line adds what is live or retires what is not. */
function replay(entries: readonly Entry[], access: AccessByRoute): CatalogRoute[] {
  const routes: CatalogRoute[] = []
  const live = new Map<string, CatalogRoute>()
  for (const { line, adds, method, path, shape } of entries) {
    const known = live.get(shape)
    if (adds) {
      if (known !== undefined)
        throw bad(`line ${line + 1}: ${quote(shape)} is live since line ${known.addedAt + 1}`)
      const route = {
        id: routes.length,
        method,
        path,
        access: "granted",
        addedAt: line,
        retiredAt: Infinity,
      } as const
      live.set(shape, route)
      routes.push(route)
    } else {
      if (known === undefined)
        throw bad(`line ${line + 1}: ${quote(shape)} is not live, so it cannot be retired`)
      live.delete(shape)
      routes[known.id] = { ...known, retiredAt: line }
    }
  }
  for (const [text, value] of Object.entries(access)) setAccess(routes, live, text, value)
  return routes
}

function setAccess(
  routes: CatalogRoute[],
  live: ReadonlyMap<string, CatalogRoute>,
  text: string,
  access: Access,
): void {
  // Any other word would open the route: what is not `granted` asks for no permission.
  if (!isAccess(access)) throw bad(`access of ${quote(text)}: expected "granted", "signed-in" or "public"`)
  const { method, path } = parseRouteAt(text, "access")
  for (const one of methodsOf(method)) {
    const shape = `${one} ${shapeOf(path)}`
    const known = live.get(shape)
    if (known === undefined) throw bad(`access of ${quote(shape)}: expected a live route`)
    routes[known.id] = { ...known, access }
  }
}

/** Names each release by a chain over all entries up to there; parameter names do not count. */
function fingerprint(entries: readonly Entry[], releases: readonly number[]): Release[] {
  const names = new Set<string>()
  let state = 0
  let size = 0
  let next = 0
  return releases.map((lines) => {
    for (let entry = entries[next]; entry !== undefined && entry.line < lines; entry = entries[++next]) {
      state = mixText(state, entry.adds ? entry.shape : `-${entry.shape}`)
      if (entry.adds) size++
    }
    const name = formatDigits(state >>> 2, 5)
    if (names.has(name))
      throw bad(`two releases share the fingerprint \`${name}\`: publish one of them with another route more`)
    names.add(name)
    return { fingerprint: name, lines, size }
  })
}

function bad(message: string, options?: ErrorOptions): ClaimgateError {
  return new ClaimgateError("malformed_catalog", `catalog: ${message}`, options)
}
