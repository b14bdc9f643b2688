/** What a token says about one route, and how it compares with what is stored by now. */
import {
  type Catalog,
  type ClaimForm,
  ClaimgateError,
  decideRoute,
  decodeClaim,
  encodeClaim,
  expand,
  type RouteId,
  type UnreadableClaim,
} from "@claimgate/core"
import type { Holdings } from "@claimgate/store"

/** The claims of a token whose signature was verified, or is taken for good. */
export interface BroughtToken {
  /** `custom:permissions` */
  readonly permissions: string | undefined
  /** `custom:epoch` */
  readonly epoch: string | undefined
  /** Seconds since 1970; undefined where it does not matter. */
  readonly exp?: number | undefined
}

export interface TokenView {
  /** `none` was brought: then the rest is about the one that would be minted now. */
  readonly state: "none" | "current" | "behind" | "expired" | "unreadable"
  readonly epoch: string
  /** Characters of the permissions claim. */
  readonly length: number
  /** About the route; undefined where there is none. */
  readonly says: TokenWord | undefined
}

export type TokenWord =
  | { readonly word: "yes" }
  | { readonly word: "no" }
  /** A route that is newer than its release, or a claim that cannot be read. */
  | { readonly word: "cannot tell"; readonly because: "newer_route" | UnreadableClaim }

interface TokenInput {
  readonly catalog: Catalog
  /** The release that tokens are minted for. */
  readonly release: Catalog
  readonly form?: ClaimForm
  readonly holdings: Holdings
  readonly token?: BroughtToken | undefined
  readonly route: RouteId | undefined
  readonly now: number
}

/** Reads what was brought, or what would be minted. */
export function readToken({ catalog, release, holdings, token, route, now, form }: TokenInput): TokenView {
  const claim = token === undefined ? claimNow(release, holdings.permissions, form) : token.permissions
  const decoded = decodeClaim(catalog, claim)
  return {
    state: token === undefined ? "none" : stateOf(token, decoded.ok, holdings.epoch, now),
    epoch: token === undefined ? holdings.epoch : (token.epoch ?? ""),
    length: claim?.length ?? 0,
    says: route === undefined ? undefined : wordOn(catalog, claim, route),
  }
}

/** Undefined where no token could carry it. */
function claimNow(
  release: Catalog,
  permissions: readonly string[],
  form: ClaimForm | undefined,
): string | undefined {
  try {
    return encodeClaim(release, expand(release, permissions), form)
  } catch (fault) {
    if (fault instanceof ClaimgateError && fault.code === "claim_too_large") return undefined
    throw fault
  }
}

function stateOf(
  { exp = Infinity, epoch = "" }: BroughtToken,
  isReadable: boolean,
  current: string,
  now: number,
): TokenView["state"] {
  if (now >= exp * 1000) return "expired"
  if (!isReadable || !/^\d+(\.\d+)+$/.test(epoch)) return "unreadable"
  return epoch === current ? "current" : "behind"
}

function wordOn(catalog: Catalog, claim: string | undefined, route: RouteId): TokenWord {
  const decoded = decodeClaim(catalog, claim)
  const decision = decideRoute(catalog, decoded.ok ? decoded.routes : undefined, route)
  if (decision.allowed) return { word: "yes" }
  if (!decision.recheck) return { word: "no" }
  return { word: "cannot tell", because: decoded.ok ? "newer_route" : decoded.because }
}
