/**
 * The gate before every handler: may this request reach this route? The same under all strategies. What came along
 * is trusted only about the route that it was said of, and only where the route's freshness allows.
 */
import { type Catalog, type Freshness, resolveRoute } from "@claimgate/core"
import type { Holdings } from "@claimgate/store"
import type { BoundRoute } from "./bind.ts"
import { type Caller, callerReader, type Stranger } from "./caller.ts"
import type { GatewayRequest } from "./event/gateway-request.ts"
import type { FrontDoor } from "./front-door.ts"
import { type Problem, problem, problemOf } from "./problem.ts"
import { createRecheck, type ReadForCaller } from "./recheck.ts"
import { type Word, wordOn } from "./word.ts"

export interface GateDeps {
  readonly door: FrontDoor
  readonly catalog: Catalog
  readonly read: ReadForCaller
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** What a decision rests on: the route alone; the token; what an authorizer read of the store and kept; the store. */
export type Source = "route" | "token" | "authorizer" | "store"

export interface Passed {
  readonly allowed: true
  readonly bound: BoundRoute
  /** Both undefined on public routes. */
  readonly caller: Caller | undefined
  readonly word?: Word
  readonly source: Source
  /** Where the store was read. */
  readonly holdings?: Holdings
  /** Whether a new token would say more than the one that was sent. */
  readonly behind: boolean
}

export interface Stopped {
  readonly allowed: false
  readonly caller: Caller | undefined
  readonly source: Source
  readonly problem: Problem
  readonly behind: boolean
  /** What was thrown, where the decision failed. */
  readonly fault?: unknown
}

/** Decides one request, given the route whose handler was found for it. Never rejects. */
export type Gate = (request: GatewayRequest, bound: BoundRoute | undefined) => Promise<Passed | Stopped>

/** Makes the gate of a door. */
export function createGate({ door, catalog, read, now }: GateDeps): Gate {
  const readCaller = callerReader(door)
  const recheck = createRecheck(catalog, read)

  async function decide(bound: BoundRoute, caller: Caller): Promise<Passed | Stopped> {
    const { route } = bound
    const source = caller.source === "store" ? "authorizer" : "token"
    // An authorizer's cached answer can outlive the token that it was given for.
    if (now() >= caller.exp * 1000) return stop(caller, source, expired)
    const word = wordOn(catalog, bound, caller)
    const refusal = refusalBy(word, caller, route.freshness)
    if (refusal !== undefined) return stop(caller, source, refusal)
    if (suffices(word, route))
      return { allowed: true, bound, caller, word, source, behind: isBehind(caller, word, undefined) }
    return askStore(bound, caller, word)
  }

  async function askStore(bound: BoundRoute, caller: Caller, word: Word): Promise<Passed | Stopped> {
    const source = "store"
    try {
      const maxAge = oldest(bound.route.freshness, word, caller)
      const { allowed, holdings } = await recheck(caller, word.says === "yes", bound.id, maxAge)
      const behind = isBehind(caller, word, holdings)
      if (!allowed) return { ...stop(caller, source, noPermission), behind }
      return { allowed, bound, caller, word, source, holdings, behind }
    } catch (fault) {
      // The token's word is not good enough here, and there is no other: nobody passes.
      return { ...stop(caller, source, problemOf(fault)), fault }
    }
  }

  return async (request, bound) => {
    const wrongRoute = checkRoute(catalog, request, bound)
    if (wrongRoute !== undefined || bound === undefined)
      return stop(undefined, "route", wrongRoute ?? noRoute)
    if (bound.route.access === "public")
      return { allowed: true, bound, caller: undefined, source: "route", behind: false }
    if (hasSeveralTokens(request)) return stop(undefined, "token", strange("several_tokens"))
    const found = readCaller(request.authorizer, now() / 1000)
    return found.known ? decide(bound, found.caller) : stop(undefined, "token", strange(found.because))
  }
}

/**
 * INVARIANT: the handler that was found is the one of the route that core's path rule and matcher find, so no
 * spelling of a path is one route to the authorizer and another one here (dispatch.test.ts).
 */
function checkRoute(
  catalog: Catalog,
  request: GatewayRequest,
  bound: BoundRoute | undefined,
): Problem | undefined {
  const resolved = resolveRoute(catalog, request.method, request.path)
  if (!resolved.ok && resolved.because === "bad_path") return badPath
  if (bound === undefined) return noRoute
  return resolved.ok && resolved.route === bound.id ? undefined : otherRoute
}

/**
 * Two Authorization headers are two tokens, and nobody knows which one a gateway has checked, or has kept an answer for.
 * Some gateways join them; no token has a comma.
 */
function hasSeveralTokens({ headers }: GatewayRequest): boolean {
  const sent = headers.filter(([name]) => name.toLowerCase() === "authorization")
  return sent
    .map(([, value]) => value)
    .join(",")
    .includes(",")
}

/** An authorizer's no is final. A claim's is where the token is what the route asks; elsewhere the store may know more. */
function refusalBy(word: Word, { grounds }: Caller, freshness: Freshness): Problem | undefined {
  if (word.says !== "no") return undefined
  if (word.because === "other_route") return otherRoute
  return grounds.kind === "decision" || freshness === "token" ? noPermission : undefined
}

/** Whether nobody else is asked: nothing was to be granted, or the route takes the token's word, and the token says yes. */
function suffices(word: Word, { access, freshness }: BoundRoute["route"]): boolean {
  return access === "signed-in" || (freshness === "token" && word.says === "yes")
}

/**
 * How old, in milliseconds, what the store has said may be at most when the route is decided by it: the route's own
 * bound, but none for what settles a doubt. An authorizer may doubt because it has heard of a change, of which a copy
 * does not know.
 */
function oldest(freshness: Freshness, word: Word, { grounds }: Caller): number {
  if (word.says === "unsure" && grounds.kind === "decision") return 0
  return ageAllowedBy(freshness)
}

/**
 * The same by the route alone. A token that is trusted has an age of its own, and names no permission one by one: who
 * asks the store on such a route gets what holds now.
 */
export function ageAllowedBy(freshness: Freshness): number {
  return typeof freshness === "string" ? 0 : freshness.within * 1000
}

/** Whether the token says less than its subject's newest one would; a token that was not asked is never behind. */
export function isBehind(caller: Caller, word: Word | undefined, holdings: Holdings | undefined): boolean {
  if (caller.source === "store") return false
  if (holdings !== undefined && holdings.epoch !== caller.epoch) return true
  if (word?.says !== "unsure") return false
  switch (word.because) {
    case "newer_route":
    case "unreadable_claim":
      return true
    case "stale_epoch":
      // The store knows better than the feed, once it was asked.
      return holdings === undefined
    default:
      // A reason without a name here, such as a feed that cannot be read, says nothing about the token.
      return false
  }
}

function stop(caller: Caller | undefined, source: Source, why: Problem): Stopped {
  return { allowed: false, caller, source, problem: why, behind: false }
}

const badPath = problem("malformed_input", "path: expected its one canonical spelling", {
  reason: "bad_path",
})

const noRoute = problem("no_such_route", "expected a method and path that the API has", {
  reason: "no_route",
})

const otherRoute = problem("forbidden", "the request was authorized for another route", {
  reason: "other_route",
})

const noPermission = problem("forbidden", "the caller holds no permission for this route", {
  reason: "no_permission",
})

const expired = invalidToken("expired", "the token has expired")

function strange(because: Stranger | "several_tokens"): Problem {
  return because === "no_caller"
    ? problem("unauthenticated", "expected a request that the gateway's authorizer let through", {
        reason: because,
      })
    : invalidToken(because, "the token is not one that this API takes")
}

/** RFC 6750 §3.1 */
function invalidToken(reason: string, detail: string): Problem {
  const challenge = `Bearer error="invalid_token", error_description="${detail}"`
  return problem("unauthenticated", detail, { reason, headers: { "www-authenticate": challenge } })
}
