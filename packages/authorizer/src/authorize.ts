/** From a request to a decision, whatever the gateway: verify the token, find the route, look at the claim. */
import {
  type CallerContext,
  type Catalog,
  type CatalogRoute,
  type Decision,
  decideRoute,
  decodeClaim,
  isCanonicalPath,
  type Resolution,
  resolveRoute,
  routeNamed,
} from "@claimgate/core"
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
}

/** The answer for the gateway: let through with a context, or one of two statuses. */
export type Authorization =
  | { readonly status: 200; readonly context: CallerContext }
  | { readonly status: 401 | 403; readonly because: string }

/** One line of the decision log. Never a token, nor anything of one but its subject. */
export interface DecisionLog {
  readonly event: "decision"
  readonly requestId: string
  readonly status: 200 | 401 | 403 | 500
  readonly decision: "allowed" | "recheck" | "refused" | "failed"
  readonly because?: string | undefined
  readonly subject?: string
  readonly method: string
  readonly path: string
  readonly route?: string | undefined
  /** Time that the decision took, in milliseconds. */
  readonly took: number
}

export interface AuthorizeDeps {
  readonly verify: Verify
  readonly catalog: Catalog
  /**
   * Who answers when the token cannot tell: `recheck` where the backend asks the store, `refuse` where nobody can.
   */
  readonly onDoubt: "recheck" | "refuse"
  readonly log: (entry: DecisionLog) => void
  /** Milliseconds, from any origin. */
  readonly now: () => number
}

export type Authorize = (request: AuthorizationRequest) => Promise<Authorization>

/** Makes the authorizer's logic. It rejects when it cannot decide, which every gateway answers with a 500. */
export function createAuthorize(deps: AuthorizeDeps): Authorize {
  return async (request) => {
    const started = deps.now()
    const log = (entry: Pick<DecisionLog, "status" | "decision" | "because" | "subject" | "route">) =>
      write(deps, request, entry, deps.now() - started)
    try {
      const verified = await deps.verify(request.authorization)
      if (!verified.ok) return unauthenticated(verified.because, log)
      const decision = decideRequest(deps.catalog, verified.token, request)
      return answer(deps, verified.token, decision, log)
    } catch (fault) {
      log({
        status: 500,
        decision: "failed",
        because: fault instanceof Error ? fault.message : String(fault),
      })
      throw fault
    }
  }
}

type Log = (entry: Pick<DecisionLog, "status" | "decision" | "because" | "subject" | "route">) => void

function unauthenticated(because: BadToken, log: Log): Authorization {
  log({ status: 401, decision: "refused", because })
  return { status: 401, because }
}

function decideRequest(catalog: Catalog, token: VerifiedToken, request: AuthorizationRequest): Decision {
  const route = routeOf(catalog, request)
  if (!route.ok) return { allowed: false, recheck: false, because: route.because }
  const claim = decodeClaim(catalog, token.permissions)
  return decideRoute(catalog, claim.ok ? claim.routes : undefined, route.route)
}

/** The route that the gateway chose; its `ANY`, `{proxy+}` or `$default` names none, and then the match decides. */
function routeOf(catalog: Catalog, { gatewayRoute, method, path }: AuthorizationRequest): Resolution {
  const named = gatewayRoute === undefined ? undefined : routeNamed(catalog, gatewayRoute)
  if (named === undefined) return resolveRoute(catalog, method, path)
  return isCanonicalPath(path) ? { ok: true, route: named } : { ok: false, because: "bad_path" }
}

function answer(
  { catalog, onDoubt }: AuthorizeDeps,
  token: VerifiedToken,
  decision: Decision,
  log: Log,
): Authorization {
  const { subject } = token
  const route = nameOf(decision.route === undefined ? undefined : catalog.routes[decision.route])
  const because = decision.allowed ? undefined : decision.because
  const status = statusOf(decision, onDoubt)
  log({
    status,
    decision: status === 200 ? (decision.allowed ? "allowed" : "recheck") : "refused",
    because,
    subject,
    route,
  })
  if (status !== 200) return { status, because: because ?? "" }
  const decided =
    because === undefined ? ({ decision: "allowed" } as const) : ({ decision: "recheck", because } as const)
  return { status, context: contextOf(token, route, decided) }
}

/** A new token would tell what this one cannot: 401, where nobody behind can ask the store. */
function statusOf(decision: Decision, onDoubt: AuthorizeDeps["onDoubt"]): Authorization["status"] {
  if (decision.allowed) return 200
  if (!decision.recheck) return 403
  return onDoubt === "refuse" ? 401 : 200
}

function contextOf(
  token: VerifiedToken,
  route: string | undefined,
  decided: Pick<CallerContext, "decision" | "because">,
): CallerContext {
  return {
    subject: token.subject,
    roles: token.role ?? "guest",
    epoch: token.epoch ?? "",
    exp: String(token.exp),
    ...(route === undefined ? {} : { route }),
    ...decided,
  }
}

function nameOf(route: CatalogRoute | undefined): string | undefined {
  return route && `${route.method} ${route.path}`
}

function write(
  deps: AuthorizeDeps,
  request: AuthorizationRequest,
  entry: Pick<DecisionLog, "status" | "decision" | "because" | "subject" | "route">,
  took: number,
): void {
  const { requestId, method, path } = request
  try {
    deps.log({ event: "decision", requestId, ...entry, method, path: path.slice(0, longestLoggedPath), took })
  } catch {
    // A log that fails must not change a decision.
  }
}

const longestLoggedPath = 512
