/**
 * What a Lambda authorizer left: strings only, see `CallerContext`. An HTTP API hands it on in an object of its own, a
 * REST API flat, beside two fields that it adds. Sources: docs.aws.amazon.com/apigateway/latest/developerguide/
 * http-api-lambda-authorizer.html, api-gateway-lambda-authorizer-output.html
 */
import type { CallerContext } from "@claimgate/core"
import type { Caller, Decided, ReadResult } from "../caller.ts"
import { fieldsOf } from "../event/fields.ts"
import { matching, readEpoch, readRoles, readSeconds, readSubject } from "./identity.ts"

/** There is no context, or something in it is missing or malformed. */
export type NoContext = "no_caller"

type ContextField = keyof CallerContext

/** HTTP API: `requestContext.authorizer.lambda`; fields that a newer authorizer adds do not matter. */
export function readNestedContext(authorizer: unknown, source: Caller["source"]): ReadResult {
  return readContext(fieldsOf(fieldsOf(authorizer).lambda), source)
}

/** REST API: `requestContext.authorizer`; any field besides its own two is another kind of authorizer's. */
export function readFlatContext(authorizer: unknown, source: Caller["source"]): ReadResult {
  const fields = fieldsOf(authorizer)
  return Object.keys(fields).every((name) => expected.has(name)) ? readContext(fields, source) : nobody
}

const contextFields: Readonly<Record<ContextField, true>> = {
  subject: true,
  roles: true,
  epoch: true,
  exp: true,
  decision: true,
  because: true,
  route: true,
}
const expected: ReadonlySet<string> = new Set([
  ...Object.keys(contextFields),
  "principalId",
  "integrationLatency",
])

function readContext(fields: Partial<Record<ContextField, unknown>>, source: Caller["source"]): ReadResult {
  const subject = readSubject(fields.subject)
  const roles = readRoles(fields.roles)
  const epoch = readEpoch(fields.epoch)
  const exp = readSeconds(fields.exp)
  const decided = readDecided(fields.decision, fields.because)
  // Without a route nobody could tell what was allowed: every authorizer that stands here names one.
  const route = matching(fields.route, routeShape)
  if (subject === undefined || roles === undefined || epoch === undefined || exp === undefined) return nobody
  if (decided === undefined || route === undefined) return nobody
  return {
    known: true,
    caller: { subject, roles, epoch, source, exp, grounds: { kind: "decision", route, decided } },
  }
}

const routeShape = /^[A-Z]+ \/\S*$/
const reasonShape = /^[a-z][a-z_]{0,63}$/
const nobody: ReadResult = { known: false, because: "no_caller" }

function readDecided(decision: unknown, because: unknown): Decided | undefined {
  if (decision === "allowed") return because === undefined ? { decision } : undefined
  if (decision !== "recheck") return undefined
  const reason = matching(because, reasonShape)
  return reason === undefined ? undefined : { decision, because: reason }
}
