/**
 * Why a subject's request is let through or not: every step from what is stored to a decision, as data. Pure, over
 * what one `load` has read; `formatExplanation` puts it into words.
 */
import {
  type Access,
  type Catalog,
  type ClaimForm,
  catalogAt,
  expand,
  type Freshness,
  hasRoute,
  newestRelease,
  type RouteId,
  type Routes,
  resolveRoute,
  routeNamed,
} from "@claimgate/core"
import { builtInRoles, evaluate, type SubjectRecord } from "@claimgate/store"
import { type DoorView, type ExplainedDoor, explainDoor, usualDoors } from "./explain-doors.ts"
import { type BroughtToken, readToken, type TokenView } from "./explain-token.ts"

export interface ExplainInput {
  readonly catalog: Catalog
  /** The route table: it knows how fresh each route wants its decision. */
  readonly routes: Routes
  readonly record: SubjectRecord
  /** What a verified token says; without it, the one that would be minted now is taken. */
  readonly token?: BroughtToken | undefined
  /** How the stage's trigger writes claims; packed, if absent. */
  readonly form?: ClaimForm
  /** Milliseconds since 1970. */
  readonly now: number
  readonly method: string
  /** Percent-encoded, without a query. */
  readonly path: string
  /** The ways in that are explained; all four strategies as they usually are, if absent. */
  readonly doors?: readonly ExplainedDoor[]
}

/** All of it, ready for JSON. */
export interface Explanation {
  readonly subject: string
  readonly method: string
  readonly path: string
  /** By what is stored now: what a route with freshness `now` comes to. */
  readonly allowed: boolean
  readonly because: Reason
  readonly member: MemberView
  readonly roles: readonly RoleView[]
  readonly route: RouteView | NoRoute
  /** The permissions that cover the route, and where each is from. */
  readonly matched: readonly Matched[]
  readonly epoch: string
  /** The release that tokens are minted for, and whether they can hold the route. */
  readonly release: { readonly fingerprint: string; readonly published: boolean; readonly hasRoute: boolean }
  readonly token: TokenView
  readonly doors: readonly DoorView[]
}

export type Reason =
  | "held"
  | "signed_in"
  | "public"
  | "bad_path"
  | "no_route"
  | "no_permission"
  | "taken_away"
  | "no_member"
  | "member_disabled"
  | "member_deleted"

export interface MemberView {
  readonly state: "active" | "disabled" | "deleted" | "missing"
  /** 0 where there never was one. */
  readonly version: number
}

export interface RoleView {
  readonly name: string
  /** `missing` was never stored; neither that nor `deleted` grants anything. */
  readonly state: "built-in" | "stored" | "deleted" | "missing"
  readonly version: number
}

export interface RouteView {
  readonly found: true
  /** `GET /api/users/{id}` */
  readonly route: string
  readonly access: Access
  readonly freshness: Freshness
}

export interface NoRoute {
  readonly found: false
  readonly because: "bad_path" | "no_route"
}

export interface Matched {
  readonly permission: string
  /** A role's name; undefined for a grant of the member's own. */
  readonly role?: string
  readonly effect: "gives" | "takes away"
}

/** Explains one request. Throws `malformed_permission` for stored permissions that cannot be read. */
export function explain(input: ExplainInput): Explanation {
  const { catalog, routes, record, method, path } = input
  const resolved = resolveRoute(catalog, method, path)
  const id = resolved.ok ? resolved.route : undefined
  const route: RouteView | NoRoute = resolved.ok
    ? viewRoute(catalog, routes, resolved.route)
    : { found: false, because: resolved.because }
  const member = viewMember(record)
  const matched = id === undefined || member.state !== "active" ? [] : matchedIn(catalog, record, id)
  const because = reasonOf(route, member, matched)
  const allowed = because === "held" || because === "signed_in" || because === "public"
  const release = viewRelease(catalog, record, id)
  const holdings = evaluate(record)
  const token = readToken({ ...input, holdings, release: release.catalog, route: id })
  const facts = { method, path, route, allowed, because, token }
  return {
    ...{ subject: record.subject, method, path, allowed, because, member },
    roles: viewRoles(record),
    route,
    matched,
    epoch: holdings.epoch,
    release: release.view,
    token,
    doors: (input.doors ?? usualDoors).map((door) => explainDoor(door, facts)),
  }
}

function viewRoute(catalog: Catalog, routes: Routes, id: RouteId): RouteView {
  // Found by resolveRoute, so it has its place.
  const { method, path, access } = catalog.routes[id]!
  const declared = Object.values(routes).find(
    (one) => routeNamed(catalog, `${one.method === "ANY" ? method : one.method} ${one.path}`) === id,
  )
  return { found: true, route: `${method} ${path}`, access, freshness: declared?.freshness ?? "token" }
}

function viewMember({ member }: SubjectRecord): MemberView {
  if (member === undefined) return { state: "missing", version: 0 }
  const { version } = member
  if (member.deleted) return { state: "deleted", version }
  return { state: member.disabled ? "disabled" : "active", version }
}

function viewRoles({ member, roles }: SubjectRecord): RoleView[] {
  return [...(member?.roles ?? [])].sort().map((name) => {
    if (builtInRoles.has(name)) return { name, state: "built-in", version: 0 }
    const role = roles.find((one) => one.name === name)
    if (role === undefined) return { name, state: "missing", version: 0 }
    return { name, state: role.deleted ? "deleted" : "stored", version: role.version }
  })
}

function matchedIn(catalog: Catalog, { member, roles }: SubjectRecord, id: RouteId): Matched[] {
  const ofRole = (name: string) => {
    const role = roles.find((one) => one.name === name)
    return builtInRoles.get(name) ?? (role === undefined || role.deleted ? [] : role.permissions)
  }
  const entries = [
    ...(member?.roles ?? []).flatMap((role) => ofRole(role).map((permission) => ({ permission, role }))),
    ...(member?.permissions ?? []).map((permission) => ({ permission })),
  ]
  return entries
    .filter(({ permission }) => hasRoute(expand(catalog, [permission.replace(/^!/, "")]), id))
    .map((entry) => ({ ...entry, effect: entry.permission.startsWith("!") ? "takes away" : "gives" }))
}

function reasonOf(route: RouteView | NoRoute, { state }: MemberView, matched: readonly Matched[]): Reason {
  if (!route.found) return route.because
  if (route.access === "public") return "public"
  if (route.access === "signed-in") return "signed_in"
  if (state === "missing") return "no_member"
  if (state !== "active") return state === "disabled" ? "member_disabled" : "member_deleted"
  if (matched.some(({ effect }) => effect === "takes away")) return "taken_away"
  return matched.length > 0 ? "held" : "no_permission"
}

function viewRelease(catalog: Catalog, { release }: SubjectRecord, id: RouteId | undefined) {
  const published = release === undefined ? undefined : catalogAt(catalog, release)
  const minted = published ?? catalog
  const { fingerprint, size } = newestRelease(minted)
  return {
    catalog: minted,
    view: { fingerprint, published: published !== undefined, hasRoute: id !== undefined && id < size },
  }
}
