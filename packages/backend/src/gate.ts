/**
 * The gate before every handler: may this request reach this route? The same under all strategies. What the
 * authorizer said is trusted only about the route that it was said of, and only where the route's freshness allows.
 */
import { type Catalog, resolveRoute, routeNamed } from "@claimgate/core"
import type { Holdings } from "@claimgate/store"
import type { BoundRoute } from "./bind.ts"
import { type Caller, callerReader } from "./caller.ts"
import type { GatewayRequest } from "./event.ts"
import { type Problem, problem, problemOf } from "./problem.ts"
import { createRecheck, type ReadHoldings } from "./recheck.ts"
import type { Strategy } from "./strategy.ts"

export interface GateDeps {
  readonly strategy: Strategy
  readonly catalog: Catalog
  readonly readHoldings: ReadHoldings
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** What a decision rests on: nothing but the route, the token, or the store. */
export type Source = "route" | "token" | "store"

export interface Passed {
  readonly allowed: true
  readonly bound: BoundRoute
  /** Undefined on public routes. */
  readonly caller: Caller | undefined
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

/** Makes the gate; throws `malformed_configuration` for a strategy that this backend does not serve. */
export function createGate({ strategy, catalog, readHoldings, now }: GateDeps): Gate {
  const readCaller = callerReader(strategy)
  const recheck = createRecheck(catalog, readHoldings)
  return async (request, bound) => {
    const wrongRoute = checkRoute(catalog, request, bound)
    if (wrongRoute !== undefined || bound === undefined)
      return stop(undefined, "route", wrongRoute ?? noRoute)
    const { access } = bound.route
    if (access === "public")
      return { allowed: true, bound, caller: undefined, source: "route", behind: false }

    const caller = readCaller(request.context)
    if (caller === undefined) return stop(caller, "token", noCaller)
    const wrongCaller = checkCaller(catalog, bound, caller, now())
    if (wrongCaller !== undefined) return stop(caller, "token", wrongCaller)

    if (access === "signed-in" || tokenSuffices(caller, bound))
      return { allowed: true, bound, caller, source: "token", behind: isBehind(caller, undefined) }
    try {
      const { allowed, holdings } = await recheck(caller, bound.id)
      const behind = isBehind(caller, holdings)
      if (!allowed) return { ...stop(caller, "store", noPermission), behind }
      return { allowed, bound, caller, source: "store", holdings, behind }
    } catch (fault) {
      // The token's word is not good enough here, and there is no other: nobody passes.
      return { ...stop(caller, "store", problemOf(fault)), fault }
    }
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

function checkCaller(catalog: Catalog, bound: BoundRoute, caller: Caller, now: number): Problem | undefined {
  // An authorizer's cached answer can outlive the token that it was given for.
  if (now >= caller.exp * 1000) return expired
  // Without a route nobody can tell what was allowed: these strategies' authorizers always name one.
  if (caller.route === undefined) return noCaller
  return routeNamed(catalog, caller.route) === bound.id ? undefined : otherRoute
}

/** Any bound on age but the token's own is held by reading the store now. */
function tokenSuffices({ decided }: Caller, { route }: BoundRoute): boolean {
  return decided.decision === "allowed" && route.freshness === "token"
}

/** Whether the token says less than its subject's newest one would. */
export function isBehind({ decided, epoch }: Caller, holdings: Holdings | undefined): boolean {
  if (holdings !== undefined && holdings.epoch !== epoch) return true
  if (decided.decision === "allowed") return false
  switch (decided.because) {
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

const noCaller = problem("unauthenticated", "expected a request that the gateway's authorizer let through", {
  reason: "no_caller",
})

const expired = problem("unauthenticated", "the token has expired", {
  reason: "expired",
  headers: { "www-authenticate": 'Bearer error="invalid_token", error_description="the token has expired"' },
})
