/** What becomes of one request at each way in: who decides, from what, and under which key the answer is kept. */
import type { NoRoute, Reason, RouteView } from "./explain.ts"
import type { TokenView } from "./explain-token.ts"

export type ExplainedStrategy = "hybrid" | "claims" | "cached" | "backend"

/** A way in, as far as it matters here. A plan of the catalog's gateway.ts has these fields under the same names. */
export interface ExplainedDoor {
  readonly strategy: ExplainedStrategy
  /** Seconds that the gateway keeps an authorizer's answer; 0 keeps none. */
  readonly ttlSeconds: number
  /** What that answer is kept under, as API Gateway spells it: `$context.routeKey`, `method.request.header.Authorization`. */
  readonly identitySources: readonly string[]
}

export interface DoorView {
  readonly strategy: ExplainedStrategy
  readonly status: 200 | 400 | 401 | 403 | 404
  readonly by: "gateway" | "authorizer" | "backend"
  /** `copy` of what the store said, at most as old as the route allows. */
  readonly from: "route" | "token" | "store" | "copy"
  readonly because: string
  /** The parts of the key that the authorizer's answer is kept under; undefined where none is kept. */
  readonly cacheKey?: readonly string[]
  readonly ttlSeconds?: number
}

/** What is known about the request by now. */
export interface DoorFacts {
  readonly method: string
  readonly path: string
  readonly route: RouteView | NoRoute
  /** By what is stored now. */
  readonly allowed: boolean
  readonly because: Reason
  readonly token: TokenView
}

const token = "method.request.header.Authorization"

/** The four strategies, with the settings that infra gives them unless told otherwise. */
export const usualDoors: readonly ExplainedDoor[] = [
  { strategy: "hybrid", ttlSeconds: 0, identitySources: ["$request.header.Authorization"] },
  { strategy: "claims", ttlSeconds: 0, identitySources: ["$request.header.Authorization"] },
  {
    strategy: "cached",
    ttlSeconds: 300,
    identitySources: [token, "context.httpMethod", "context.resourcePath"],
  },
  { strategy: "backend", ttlSeconds: 0, identitySources: ["$request.header.Authorization"] },
]

type Answer = Pick<DoorView, "status" | "by" | "from" | "because">

/** Explains one way in. */
export function explainDoor(door: ExplainedDoor, facts: DoorFacts): DoorView {
  return { strategy: door.strategy, ...answerAt(door.strategy, facts), ...keptUnder(door, facts) }
}

function answerAt(strategy: ExplainedStrategy, facts: DoorFacts): Answer {
  const { route, token } = facts
  if (!route.found) return withoutRoute(strategy, route)
  if (route.access === "public") return { status: 200, by: "gateway", from: "route", because: "public" }
  const first = strategy === "backend" ? "gateway" : "authorizer"
  if (token.state === "expired") return { status: 401, by: first, from: "token", because: "expired" }
  if (route.access === "signed-in") return { status: 200, by: first, from: "token", because: "signed_in" }
  return strategy === "cached" ? atCached(facts, route) : byToken(strategy, facts, route)
}

/** The path rule is the authorizer's; under `backend` nobody looks before the backend does. */
function withoutRoute(strategy: ExplainedStrategy, { because }: NoRoute): Answer {
  if (because === "no_route") return { status: 404, by: "gateway", from: "route", because }
  return strategy === "backend"
    ? { status: 400, by: "backend", from: "route", because }
    : { status: 403, by: "authorizer", from: "route", because }
}

/** The authorizer reads the store when the gateway has no answer kept, and the backend where the route asks again. */
function atCached(facts: DoorFacts, { freshness }: RouteView): Answer {
  if (!facts.allowed) return { ...stored(facts), by: "authorizer" }
  return freshness === "token" ? { ...stored(facts), by: "authorizer" } : atBackend(facts, freshness)
}

function byToken(
  strategy: Exclude<ExplainedStrategy, "cached">,
  facts: DoorFacts,
  { freshness }: RouteView,
): Answer {
  const { says, state } = facts.token
  const by = strategy === "backend" ? "backend" : "authorizer"
  const isBehind = strategy === "hybrid" && (state === "behind" || state === "unreadable")
  if (isBehind || says === undefined || says.word === "cannot tell") {
    const doubt = says?.word === "cannot tell" ? says.because : "stale_epoch"
    if (strategy === "claims") return { status: 401, by, from: "token", because: doubt }
    // The authorizer may have heard of a change that no copy knows of.
    const asked = atBackend(facts, strategy === "hybrid" ? "now" : freshness)
    return { ...asked, because: `${doubt}, then ${asked.because}` }
  }
  if (says.word === "no" && (strategy !== "backend" || freshness === "token"))
    return { status: 403, by, from: "token", because: "no_permission" }
  return freshness === "token"
    ? { status: 200, by, from: "token", because: "held" }
    : atBackend(facts, freshness)
}

/** The backend's second look; `token` is read as `now` there, because it is only asked where the token cannot tell. */
function atBackend(facts: DoorFacts, freshness: RouteView["freshness"]): Answer {
  return { ...stored(facts), by: "backend", from: typeof freshness === "string" ? "store" : "copy" }
}

function stored({ allowed, because }: DoorFacts): Omit<Answer, "by"> {
  return { status: allowed ? 200 : 403, from: "store", because }
}

/** Nothing is kept of an answer that no authorizer gave, nor of a 401. */
function keptUnder({ strategy, ttlSeconds, identitySources }: ExplainedDoor, facts: DoorFacts) {
  const { route } = facts
  const isAsked = strategy !== "backend" && route.found && route.access !== "public"
  if (!isAsked || ttlSeconds === 0 || facts.token.state === "expired") return {}
  return {
    ttlSeconds,
    cacheKey: identitySources.map((source) => `${source} = ${partOf(source, facts, route)}`),
  }
}

function partOf(source: string, { method, path }: DoorFacts, { route }: RouteView): string {
  switch (source.replace(/^\$/, "").toLowerCase()) {
    case "context.routekey":
      return route
    case "context.httpmethod":
      return method
    case "context.path":
      return path
    case "context.resourcepath":
      return route.slice(route.indexOf(" ") + 1)
    default:
      return /header\.authorization$/i.test(source) ? "the whole token" : "as sent"
  }
}
