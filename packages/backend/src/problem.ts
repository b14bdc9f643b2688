/** Everything that goes wrong, as RFC 9457 problem details: a stable code, never a token, a key or a stack. */
import { ClaimgateError, type ErrorCode } from "@claimgate/core"

/** The statuses that a problem can have, with the words that RFC 9110 has for them. */
const titles = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const

export type ProblemStatus = keyof typeof titles

/** A problem as a value: handlers return one as they return a response. */
export interface Problem {
  readonly status: ProblemStatus
  readonly code: ErrorCode
  /** One line for the person who reads the answer. */
  readonly detail: string
  /** Why a request was refused, in one word: `no_permission`, `expired`. */
  readonly reason?: string
  /** The version that is current, with a 409. */
  readonly version?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** A problem with the status that its code has everywhere, and the headers that go with it. */
export function problem(
  code: ErrorCode,
  detail: string,
  more: Partial<Omit<Problem, "code" | "detail">> = {},
): Problem {
  const status = statusOf(code)
  return { status, code, detail, headers: headersOf(status), ...more }
}

/** The problem that a thrown fault is for the caller: what is wrong inside stays inside. */
export function problemOf(fault: unknown): Problem {
  if (!(fault instanceof ClaimgateError)) return inside("internal")
  return statusOf(fault.code) < 500 ? problem(fault.code, fault.message) : inside(fault.code)
}

/** Something that was thrown, and what it is to the caller. */
export interface Thrown {
  readonly thrown: unknown
  readonly problem: Problem
}

export function thrown(fault: unknown): Thrown {
  return { thrown: fault, problem: problemOf(fault) }
}

function inside(code: ErrorCode): Problem {
  return statusOf(code) === 503
    ? problem("dependency_failed", "something that the answer depends on does not respond: try again")
    : problem("internal", "the request could not be answered: the log has the reason, by request id")
}

function statusOf(code: ErrorCode): ProblemStatus {
  switch (code) {
    case "malformed_route":
    case "malformed_permission":
    case "malformed_name":
    case "malformed_input":
    case "uncovered_permission":
    case "claim_too_large":
      return 400
    case "unauthenticated":
      return 401
    case "forbidden":
      return 403
    case "no_such_route":
    case "not_found":
      return 404
    case "conflict":
      return 409
    case "dependency_failed":
      return 503
    case "malformed_catalog":
    case "malformed_record":
    case "malformed_configuration":
    case "internal":
      return 500
  }
}

/** RFC 6750 §3 for 401; RFC 9110 §10.2.3 for 503. */
function headersOf(status: ProblemStatus): Readonly<Record<string, string>> {
  if (status === 401) return { "www-authenticate": "Bearer" }
  return status === 503 ? { "retry-after": "1" } : {}
}

/** Writes a problem as a response; the instance is the gateway's id of the request. */
export function problemResponse({ headers, ...said }: Problem, requestId: string): Response {
  const body = {
    type: "about:blank",
    title: titles[said.status],
    ...said,
    ...(requestShape.test(requestId) ? { instance: requestId } : {}),
  }
  return new Response(JSON.stringify(body), {
    status: said.status,
    headers: { ...headers, "content-type": "application/problem+json" },
  })
}

/** An instance is a URI reference; ids that could be read as anything else are left out. */
const requestShape = /^[\w=-]{1,128}$/
