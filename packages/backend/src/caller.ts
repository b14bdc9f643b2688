/** Who asks, as the gateway's authorizer says: read once, checked field by field, trusted from then on. */
import { type CallerContext, ClaimgateError, type Doubt } from "@claimgate/core"
import { parseSubject } from "@claimgate/store"
import { fieldsOf } from "./event.ts"
import type { Strategy } from "./strategy.ts"

/** What was decided about the request before it came here. */
export type Decided =
  | { readonly decision: "allowed" }
  /** The token could not tell; the reason is the authorizer's own word for it, a `Doubt` where it is known here. */
  | { readonly decision: "recheck"; readonly because: Doubt | (string & {}) }

export interface Caller {
  /** A Cognito `sub`, or `client:<client id>`. */
  readonly subject: string
  /** The token's role names in order of name; `guest` alone where it has none. */
  readonly roles: readonly string[]
  /** The token's `custom:epoch`; empty where it had none. */
  readonly epoch: string
  /** When the token expires, in seconds since 1970. */
  readonly exp: number
  readonly decided: Decided
  /** `GET /api/users/{id}`: the route that was decided, where the authorizer's answer serves one route only. */
  readonly route: string | undefined
}

/** Reads the caller from what the gateway's authorizer left; undefined where anything is missing or malformed. */
export type ReadCaller = (context: unknown) => Caller | undefined

/** The reader for a strategy; throws `malformed_configuration` for one whose callers come in another shape. */
export function callerReader(strategy: Strategy): ReadCaller {
  switch (strategy) {
    case "hybrid":
    case "claims":
      return readCallerContext
    case "cached":
    case "backend":
      throw new ClaimgateError(
        "malformed_configuration",
        `strategy \`${strategy}\`: expected \`hybrid\` or \`claims\`, whose callers a Lambda authorizer describes`,
      )
  }
}

/** Reads the caller context that a Lambda authorizer left: strings only, see `CallerContext`. */
export function readCallerContext(context: unknown): Caller | undefined {
  const fields: Partial<Record<keyof CallerContext, unknown>> = fieldsOf(context)
  const subject = readSubject(fields.subject)
  const roles = matching(fields.roles, rolesShape)?.split(",")
  const epoch = matching(fields.epoch, epochShape)
  const exp = matching(fields.exp, expShape)
  const decided = readDecided(fields.decision, fields.because)
  const route = fields.route === undefined ? undefined : matching(fields.route, routeShape)
  if (subject === undefined || roles === undefined || epoch === undefined || exp === undefined)
    return undefined
  if (decided === undefined || roles.length > mostRoles) return undefined
  if (route === undefined && fields.route !== undefined) return undefined
  return { subject, roles, epoch, exp: Number(exp), decided, route }
}

const mostRoles = 16
const longestField = 4096
const rolesShape = /^[a-z][a-z0-9-]{0,31}(,[a-z][a-z0-9-]{0,31})*$/
const epochShape = /^(\d+(\.\d+)*)?$/
const expShape = /^[1-9]\d{0,14}$/
const routeShape = /^[A-Z]+ \/\S*$/
const reasonShape = /^[a-z][a-z_]{0,63}$/

function matching(value: unknown, shape: RegExp): string | undefined {
  return typeof value === "string" && value.length <= longestField && shape.test(value) ? value : undefined
}

/** A subject that the store would not take is nobody. */
function readSubject(value: unknown): string | undefined {
  try {
    return typeof value === "string" ? parseSubject(value) : undefined
  } catch {
    return undefined
  }
}

function readDecided(decision: unknown, because: unknown): Decided | undefined {
  if (decision === "allowed") return because === undefined ? { decision } : undefined
  if (decision !== "recheck") return undefined
  const reason = matching(because, reasonShape)
  return reason === undefined ? undefined : { decision, because: reason }
}
