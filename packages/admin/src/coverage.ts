/** What permissions come to, compared by meaning: today's routes, and also those that wildcards will mean tomorrow. */
import {
  type Catalog,
  expand,
  hasRoute,
  type Permission,
  type PermissionSegment,
  parsePermission,
  routeIds,
} from "@claimgate/core"

/**
 * Whether whoever holds `held` holds all that these permissions mean together, today and with any route that the API
 * may have tomorrow. Exceptions count on either side: what is given with one is less, and so is what is held.
 */
export function covers(catalog: Catalog, held: readonly string[], given: readonly string[]): boolean {
  const routes = expand(catalog, held)
  if (!routeIds(expand(catalog, given)).every((id) => hasRoute(routes, id))) return false
  const [mine, theirs] = [sidesOf(held), sidesOf(given)]
  const tomorrow = theirs.grants.filter(({ text }) => !isSettledToday(catalog, text))
  return tomorrow.every(
    (one) =>
      mine.grants.some((grant) => contains(grant, one)) &&
      mine.exceptions.every((exception) => isLeftOut(meet(exception, one), theirs.exceptions)),
  )
}

/**
 * Whether any route of an area, today's or tomorrow's, is among what these permissions mean together. `area` is a
 * permission such as `*:/api/admin/**`.
 */
export function reaches(given: readonly string[], area: string): boolean {
  const { grants, exceptions } = sidesOf(given)
  return grants.some((grant) => !isLeftOut(meet(grant, parsePermission(area)), exceptions))
}

interface Spelled extends Permission {
  readonly text: string
}

function sidesOf(permissions: readonly string[]) {
  const all: Spelled[] = permissions.map((text) => ({ ...parsePermission(text), text }))
  return { grants: all.filter(({ denies }) => !denies), exceptions: all.filter(({ denies }) => denies) }
}

/** A permission without wildcards means one route for good: if that is live, today's routes have said all. */
function isSettledToday(catalog: Catalog, text: string): boolean {
  return !isWildcard(parsePermission(text)) && routeIds(expand(catalog, [text])).length > 0
}

function isWildcard({ method, segments }: Permission): boolean {
  return method === "*" || segments.some(({ kind }) => kind === "one" || kind === "rest")
}

/** Whether one exception takes all of it away again; nothing is left out of nothing. */
function isLeftOut(part: Permission | undefined, exceptions: readonly Permission[]): boolean {
  return part === undefined || exceptions.some((exception) => contains(exception, part))
}

/** Whether `outer` covers every route, of whatever catalog, that `inner` covers; `!` counts for nothing. */
export function contains(outer: Permission, inner: Permission): boolean {
  if (outer.method !== "*" && outer.method !== inner.method) return false
  return containsPath(outer.segments, inner.segments)
}

function containsPath(outer: readonly PermissionSegment[], inner: readonly PermissionSegment[]): boolean {
  const [first, ...rest] = outer
  const [other, ...others] = inner
  if (first === undefined || other === undefined) return first === other
  if (first.kind === "rest") return true
  return containsSegment(first, other) && containsPath(rest, others)
}

function containsSegment(outer: PermissionSegment, inner: PermissionSegment): boolean {
  switch (outer.kind) {
    case "literal":
      return inner.kind === "literal" && inner.text === outer.text
    case "one":
      return inner.kind === "one" || inner.kind === "literal" || inner.kind === "parameter"
    default:
      return inner.kind === outer.kind
  }
}

/** What two permissions both cover, in any catalog; `!` counts for nothing. Undefined where that is nothing. */
export function meet(one: Permission, other: Permission): Permission | undefined {
  if (one.method !== "*" && other.method !== "*" && one.method !== other.method) return undefined
  const segments = meetPaths(one.segments, other.segments)
  return segments && { denies: false, method: one.method === "*" ? other.method : one.method, segments }
}

function meetPaths(
  one: readonly PermissionSegment[],
  other: readonly PermissionSegment[],
): readonly PermissionSegment[] | undefined {
  const [first, ...rest] = one
  const [second, ...others] = other
  if (first === undefined || second === undefined) return first === second ? [] : undefined
  if (first.kind === "rest") return other
  if (second.kind === "rest") return one
  const narrower = containsSegment(first, second)
    ? second
    : containsSegment(second, first)
      ? first
      : undefined
  const behind = narrower && meetPaths(rest, others)
  return behind && narrower && [narrower, ...behind]
}
