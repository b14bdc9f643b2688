/**
 * The permissions claim: a set of catalog routes as text that fits into a token. Three forms: `-` for the empty
 * set; plain, `GET:/api/users,POST:/api/reports`; and packed, a few dozen characters for any role (packed.ts).
 */
import { type Catalog, isLiveAt, newestRelease } from "./catalog.ts"
import { ClaimgateError } from "./errors.ts"
import { formatPacked, parsePacked } from "./packed.ts"
import { addRoute, type RouteSet, routeIds, routeSet } from "./route-set.ts"
import { findRoute, none } from "./trie.ts"

export type ClaimForm = "packed" | "plain"

/** What a claim carries, or why it cannot tell. */
export type DecodedClaim =
  | { readonly ok: true; readonly routes: RouteSet }
  | { readonly ok: false; readonly because: UnreadableClaim }

export type UnreadableClaim = "absent" | "too_long" | "malformed" | "unknown_release" | "wrong_check"

/** Longest claim that is written or read, in characters. */
export const maxClaimLength = 4096

const nothing = "-"

/**
 * Writes the live routes of a set, as the catalog's newest release numbers them. Throws `claim_too_large` past
 * 4,096 characters, and `malformed_input` for a set that was made for another release of the catalog.
 */
export function encodeClaim(catalog: Catalog, routes: RouteSet, form: ClaimForm = "packed"): string {
  const release = newestRelease(catalog)
  if (routes.horizon !== release.size)
    throw new ClaimgateError(
      "malformed_input",
      `claim: expected a set over ${release.size} routes, got ${routes.horizon}`,
    )
  const ids = routeIds(routes).filter((id) => isLiveAt(catalog.routes[id]!, release.lines))
  if (ids.length === 0) return nothing
  const text =
    form === "plain" ? formatPlain(catalog, ids) : formatPacked(catalog, routeSet(routes.horizon, ids))
  if (text.length > maxClaimLength)
    throw new ClaimgateError(
      "claim_too_large",
      `claim: ${ids.length} routes take ${text.length} characters in ${form} form: expected at most ${maxClaimLength}`,
    )
  return text
}

/** Reads a claim in any of its forms. Any text has an answer; it never throws. Answers are remembered per catalog. */
export function decodeClaim(catalog: Catalog, text: string | undefined): DecodedClaim {
  if (text === undefined || text === "") return { ok: false, because: "absent" }
  if (text.length > maxClaimLength) return { ok: false, because: "too_long" }
  const known = memoOf(catalog)
  const remembered = known.get(text)
  if (remembered !== undefined) return remembered
  const decoded = parseClaim(catalog, text)
  // Bounded: a full memo starts over, which costs the claims in use one decoding each.
  if (known.size >= mostRemembered) known.clear()
  known.set(text, decoded)
  return decoded
}

const mostRemembered = 1024
const memos = new WeakMap<Catalog, Map<string, DecodedClaim>>()

function memoOf(catalog: Catalog): Map<string, DecodedClaim> {
  const memo = memos.get(catalog) ?? new Map<string, DecodedClaim>()
  if (memo.size === 0) memos.set(catalog, memo)
  return memo
}

function parseClaim(catalog: Catalog, text: string): DecodedClaim {
  if (text === nothing) return { ok: true, routes: routeSet(newestRelease(catalog).size) }
  // Every plain route has these two; a packed claim that one wrong character got into never has.
  return text.includes(":/") ? parsePlain(catalog, text) : parsePacked(catalog, text)
}

function formatPlain(catalog: Catalog, ids: readonly number[]): string {
  return ids.map((id) => `${catalog.routes[id]!.method}:${catalog.routes[id]!.path}`).join(",")
}

/** An entry that is no live route, spelled out, is ignored: it grants nothing. */
function parsePlain(catalog: Catalog, text: string): DecodedClaim {
  const routes = routeSet(newestRelease(catalog).size)
  for (const entry of text.split(",")) {
    const colon = entry.indexOf(":")
    const id = findRoute(catalog.trie, entry.slice(0, colon), entry.slice(colon + 1))
    if (id !== none) addRoute(routes, id)
  }
  return { ok: true, routes }
}
