/** From a request to a decision, whatever the gateway: verify the token, find the route, ask what the subject holds. */
import {
  type CallerContext,
  type Catalog,
  type Doubt,
  decideRoute,
  describeFault,
  isCanonicalPath,
  type Refusal,
  type Resolution,
  resolveRoute,
  routeNamed,
} from "@claimgate/core"
import type { Source } from "./source.ts"
import type { BadToken } from "./token.ts"
import type { VerifiedToken, Verify } from "./verify.ts"

/** What a gateway says about a request. */
export interface AuthorizationRequest {
  readonly requestId: string
  readonly authorization: string | undefined
  readonly method: string
  /** Percent-encoded, as the path rule wants to see it. */
  readonly path: string
  /** `GET /api/users/{id}`: the route that the gateway chose, if it knows one. */
  readonly gatewayRoute?: string
  /** Whether the gateway may give this answer to other requests for `gatewayRoute`: then no path may matter to it. */
  readonly shared?: boolean
}

/**
 * The answer for the gateway: let through with a context, or one of two statuses. A 401 is what no gateway remembers; a
 * 403 may be remembered, so where the answer is shared it speaks of the route and never of the path.
 */
export type Authorization = { readonly status: 200; readonly context: CallerContext } | Refused

interface Refused {
  readonly status: 401 | 403
  readonly decision: "refused"
  readonly because: BadToken | Doubt | Refusal
  /** Whose token it was; undefined with a 401 for a token that could not be verified. */
  readonly subject: string | undefined
  /** The route that was asked for, where there is one. */
  readonly route: string | undefined
}

/** One line of the decision log. Never a token, nor anything of one but its subject. */
export interface DecisionLog {
  readonly event: "decision"
  readonly requestId: string
  readonly status: 200 | 401 | 403 | 500
  readonly decision: "allowed" | "recheck" | "refused" | "failed"
  readonly because?: string | undefined
  readonly subject?: string | undefined
  readonly method: string
  readonly path: string
  readonly route?: string | undefined
  /** Time that the decision took, in milliseconds. */
  readonly took: number
  /** How old the copy of the change feed was, in milliseconds; undefined where there is none, or it was not asked. */
  readonly feedAge?: number | undefined
}

export interface AuthorizeDeps {
  readonly verify: Verify
  readonly catalog: Catalog
  readonly source: Source
  /**
   * Who answers when the source cannot tell: `recheck` where the backend asks the store, `refuse` where nobody can.
   */
  readonly onDoubt: "recheck" | "refuse"
  readonly log: (entry: DecisionLog) => void
  /** Milliseconds, from any origin. */
  readonly now: () => number
  /** How old, in milliseconds, what a change feed says about a route is; undefined where it is not asked. */
  readonly feedAge?: (route: string | undefined) => number | undefined
}

export type Authorize = (request: AuthorizationRequest) => Promise<Authorization>

/** Makes the authorizer's logic. It rejects when it cannot decide, which every gateway answers with a 500. */
export function createAuthorize(deps: AuthorizeDeps): Authorize {
  return async (request) => {
    const started = deps.now()
    try {
      const verified = await deps.verify(request.authorization)
      const answer = verified.ok
        ? await decideFor(deps, request, verified.token)
        : refused(401, verified.because)
      write(deps, request, started, answer.status, answer.status === 200 ? answer.context : answer)
      return answer
    } catch (fault) {
      write(deps, request, started, 500, { decision: "failed", because: describeFault(fault) })
      throw fault
    }
  }
}

async function decideFor(
  { catalog, source, onDoubt }: AuthorizeDeps,
  request: AuthorizationRequest,
  token: VerifiedToken,
): Promise<Authorization> {
  const { subject } = token
  const found = routeOf(catalog, request)
  // A refusal for the path's sake must not become the answer for its route.
  if (!found.ok) return refused(request.shared ? 401 : 403, found.because, subject)
  // What was found has its place in the catalog.
  const asked = catalog.routes[found.route]!
  const told = source(token, asked)
  const { routes, doubt, roles, epoch } = told instanceof Promise ? await told : told
  const decided = decideRoute(catalog, routes, found.route, doubt)
  const route = `${asked.method} ${asked.path}`
  const context = { subject, roles, epoch, exp: String(token.exp), decision: "allowed", route } as const
  if (decided.allowed) return { status: 200, context }
  const { recheck, because } = decided
  // A new token would tell what this one cannot: 401, where nobody behind can ask the store.
  if (!recheck || onDoubt === "refuse") return refused(recheck ? 401 : 403, because, subject, route)
  return { status: 200, context: { ...context, decision: "recheck", because } }
}

function refused(
  status: Refused["status"],
  because: Refused["because"],
  subject?: string,
  route?: string,
): Refused {
  return { status, decision: "refused", because, subject, route }
}

/** The route that the gateway chose; its `ANY`, `{proxy+}` or `$default` names none, and then the match decides. */
function routeOf(catalog: Catalog, { gatewayRoute, method, path, shared }: AuthorizationRequest): Resolution {
  const named = gatewayRoute === undefined ? undefined : routeNamed(catalog, gatewayRoute)
  if (named === undefined && !shared) return resolveRoute(catalog, method, path)
  if (!isCanonicalPath(path)) return { ok: false, because: "bad_path" }
  return named === undefined ? { ok: false, because: "no_route" } : { ok: true, route: named }
}

type Said = Pick<DecisionLog, "decision" | "because" | "subject" | "route">

function write(
  deps: AuthorizeDeps,
  { requestId, method, path }: AuthorizationRequest,
  started: number,
  status: DecisionLog["status"],
  { decision, because, subject, route }: Said,
): void {
  const took = deps.now() - started
  const logged = path.slice(0, longestLoggedPath)
  try {
    deps.log({
      event: "decision",
      requestId,
      status,
      decision,
      because,
      subject,
      route,
      method,
      path: logged,
      took,
      feedAge: deps.feedAge?.(route),
    })
  } catch {
    // A log that fails must not change a decision.
  }
}

const longestLoggedPath = 512
