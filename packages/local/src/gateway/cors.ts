/**
 * The CORS configuration of an HTTP API. REST API has none: there an `OPTIONS` method answers, or nobody.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
import { ClaimgateError } from "@claimgate/core"
import { createResponse, type Header, type HttpRequest, type HttpResponse, headerOf } from "./http-message.ts"

/** What an API allows to pages of other origins. */
export interface CorsConfig {
  /** Origins, `*`, or all of a scheme: `https://*`. */
  readonly allowOrigins: readonly string[]
  readonly allowMethods?: readonly string[]
  readonly allowHeaders?: readonly string[]
  readonly exposeHeaders?: readonly string[]
  readonly allowCredentials?: boolean
  /** Seconds that a browser may keep the answer to a preflight. */
  readonly maxAge?: number
}

/** CORS as a gateway does it, without asking the integration. */
export interface Cors {
  isPreflight(request: HttpRequest): boolean
  /** 204, with CORS headers where the origin is one of the API's, without them where it is not. [U] */
  answerPreflight(request: HttpRequest): HttpResponse
  /** Replaces whatever CORS headers an integration set by the API's own. [D] */
  decorate(request: HttpRequest, response: HttpResponse): HttpResponse
}

/** Refuses credentials for any origin, as a browser would. */
export function createCors(config: CorsConfig): Cors {
  if (config.allowCredentials === true && config.allowOrigins.includes("*"))
    throw new ClaimgateError(
      "malformed_configuration",
      "cors: expected named origins where credentials are allowed, got `*`",
    )
  return {
    isPreflight: (request) =>
      request.method === "OPTIONS" &&
      headerOf(request, "origin") !== undefined &&
      headerOf(request, "access-control-request-method") !== undefined,
    answerPreflight: (request) => createResponse(204, preflightHeaders(config, request), ""),
    decorate: (request, response) => ({
      ...response,
      headers: [
        ...response.headers.filter(([name]) => !name.toLowerCase().startsWith("access-control-")),
        ...responseHeaders(config, request),
      ],
    }),
  }
}

function preflightHeaders(config: CorsConfig, request: HttpRequest): Header[] {
  const origin = originHeaders(config, request)
  if (origin.length === 0) return []
  return [
    ...origin,
    ...listHeader("access-control-allow-methods", config.allowMethods),
    ...listHeader("access-control-allow-headers", config.allowHeaders),
    ...(config.maxAge === undefined
      ? []
      : ([["access-control-max-age", String(config.maxAge)]] satisfies Header[])),
  ]
}

function responseHeaders(config: CorsConfig, request: HttpRequest): Header[] {
  const origin = originHeaders(config, request)
  if (origin.length === 0) return []
  return [...origin, ...listHeader("access-control-expose-headers", config.exposeHeaders)]
}

function originHeaders(config: CorsConfig, request: HttpRequest): Header[] {
  const origin = headerOf(request, "origin")
  if (origin === undefined || !config.allowOrigins.some((allowed) => covers(allowed, origin))) return []
  const shown = config.allowOrigins.includes("*") ? "*" : origin
  const credentials: Header[] =
    config.allowCredentials === true ? [["access-control-allow-credentials", "true"]] : []
  return [["access-control-allow-origin", shown], ...credentials]
}

function covers(allowed: string, origin: string): boolean {
  if (allowed === "*" || allowed === origin) return true
  return allowed.endsWith("://*") && origin.startsWith(allowed.slice(0, -1))
}

function listHeader(name: string, values: readonly string[] | undefined): Header[] {
  return values === undefined || values.length === 0 ? [] : [[name, values.join(",")]]
}
