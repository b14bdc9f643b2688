/**
 * What a REST API answers itself: problem details as the backend's (RFC 9457), and the headers that a browser needs to
 * show them to a page. Source: docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
import { ClaimgateError, type ErrorCode, quote } from "@claimgate/core"

/** One type of answer. */
export interface GatewayResponse {
  /** The gateway's own where it is left out. */
  readonly statusCode?: number
  /** By header name; values as AWS writes mappings: `'a literal'`. */
  readonly headers: Readonly<Record<string, string>>
  /** The template for `application/json`; the gateway's own where it is left out. */
  readonly body?: string
}

/** Answers by the type that AWS has for them. */
export type GatewayResponses = Readonly<
  Record<
    | "UNAUTHORIZED"
    | "ACCESS_DENIED"
    | "MISSING_AUTHENTICATION_TOKEN"
    | "AUTHORIZER_FAILURE"
    | "AUTHORIZER_CONFIGURATION_ERROR"
    | "DEFAULT_4XX"
    | "DEFAULT_5XX",
    GatewayResponse
  >
>

/**
 * The answers of a REST API. `allowOrigin` is the one origin whose pages may read them: a template cannot choose among
 * several, and must not repeat whatever origin asks. Throws `malformed_configuration` where it is no origin.
 */
export function gatewayResponses(allowOrigin: string | undefined): GatewayResponses {
  const cors = allowOrigin === undefined ? {} : corsHeaders(parseOrigin(allowOrigin))
  const failed = problem({ status: 500, title: "Internal Server Error", ...internal }, cors)
  return {
    UNAUTHORIZED: problem(
      { status: 401, title: "Unauthorized", code: "unauthenticated", detail: "expected a valid token" },
      { ...cors, "WWW-Authenticate": `'Bearer error="invalid_token"'` },
    ),
    ACCESS_DENIED: problem(
      { status: 403, title: "Forbidden", code: "forbidden", detail: "the caller may not make this request" },
      cors,
    ),
    // A method or path that the API does not have: AWS asks for a token then, and answers 403.
    MISSING_AUTHENTICATION_TOKEN: problem(
      { status: 404, title: "Not Found", code: "no_such_route", detail: "expected a route that the API has" },
      cors,
    ),
    AUTHORIZER_FAILURE: failed,
    AUTHORIZER_CONFIGURATION_ERROR: failed,
    // Several statuses share these two, so neither names one.
    DEFAULT_4XX: { headers: cors },
    DEFAULT_5XX: problem(internal, cors),
  }
}

interface Said {
  readonly status?: number
  readonly title?: string
  readonly code: ErrorCode
  readonly detail: string
}

const internal: Said = {
  code: "internal",
  detail: "the request could not be answered: the log has the reason, by request id",
}

function problem(said: Said, headers: Readonly<Record<string, string>>): GatewayResponse {
  const body = { type: "about:blank", ...said, instance: "$context.requestId" }
  return {
    ...(said.status === undefined ? {} : { statusCode: said.status }),
    headers: { "Content-Type": "'application/problem+json'", "Cache-Control": "'no-store'", ...headers },
    body: JSON.stringify(body),
  }
}

function corsHeaders(origin: string): Readonly<Record<string, string>> {
  return {
    "Access-Control-Allow-Origin": `'${origin}'`,
    "Access-Control-Expose-Headers": "'WWW-Authenticate'",
  }
}

/** RFC 6454 §6.2: scheme, host and port, nothing else. */
function parseOrigin(text: string): string {
  if (/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/.test(text)) return text
  throw new ClaimgateError(
    "malformed_configuration",
    `allowOrigin ${quote(text)}: expected one origin, such as \`https://app.example\``,
  )
}
