/**
 * The answers that REST API makes itself, and how an API may reshape them.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
import { restApiContext } from "./context-variables.ts"
import type { Exchange } from "./exchange.ts"
import { createResponse, type Header, type HttpResponse } from "./http-message.ts"
import { type IdentitySource, parseRestApiSource } from "./identity-source.ts"

/** The types that this stand-in has occasion for, and the two that the rest falls back to. */
export type GatewayResponseType =
  | "ACCESS_DENIED"
  | "AUTHORIZER_CONFIGURATION_ERROR"
  | "AUTHORIZER_FAILURE"
  | "DEFAULT_4XX"
  | "DEFAULT_5XX"
  | "INTEGRATION_TIMEOUT"
  | "MISSING_AUTHENTICATION_TOKEN"
  | "UNAUTHORIZED"

/** How an API wants one type of answer to look. */
export interface GatewayResponseConfig {
  readonly statusCode?: number
  /**
   * Values as AWS writes them: `'a literal'`, `context.X`, `stageVariables.X`, `method.request.header.X` or
   * `method.request.querystring.X`.
   */
  readonly headers?: Readonly<Record<string, string>>
  /** JSON with `$context.X` and `$stageVariables.X` in it, such as `{"message":$context.error.messageString}`. */
  readonly body?: string
}

/** The answers that an API reshapes. */
export type GatewayResponses = Readonly<Partial<Record<GatewayResponseType, GatewayResponseConfig>>>

/** What went wrong, before any reshaping. */
export interface GatewayError {
  readonly type: GatewayResponseType
  readonly status: number
  readonly message: string | null
  /** What `x-amzn-ErrorType` says. [L] */
  readonly errorType: string
}

/** Turns an error into an answer. */
export type GatewayResponder = (error: GatewayError, exchange: Exchange) => HttpResponse

/**
 * Answers errors by the configured response of their type, else of their class, else as AWS does by itself. [D]
 * Throws a `ClaimgateError` (`malformed_configuration`) on a header mapping that AWS would not take.
 */
export function createGatewayResponder(responses: GatewayResponses): GatewayResponder {
  const compiled = new Map(
    Object.entries(responses).map(([type, { headers, ...rest }]) => [
      type,
      { ...rest, headers: compileHeaders(headers ?? {}) },
    ]),
  )
  return (error, exchange) => {
    const chosen =
      compiled.get(error.type) ?? compiled.get(error.status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX")
    const own: readonly Header[] = [
      ["content-type", "application/json"],
      ["x-amzn-ErrorType", error.errorType],
    ]
    return createResponse(
      chosen?.statusCode ?? error.status,
      overridden(own, chosen?.headers(exchange) ?? []),
      renderTemplate(chosen?.body ?? defaultBody(error), error, exchange),
    )
  }
}

/** A header that the API sets takes the place of the gateway's own: [U] for `content-type`. */
function overridden(own: readonly Header[], set: readonly Header[]): readonly Header[] {
  const names = new Set(set.map(([name]) => name.toLowerCase()))
  return [...own.filter(([name]) => !names.has(name.toLowerCase())), ...set]
}

/** The one response that is spelled with a capital letter is a denial. [L] */
function defaultBody({ type }: GatewayError): string {
  return `{"${type === "ACCESS_DENIED" ? "Message" : "message"}":$context.error.messageString}`
}

function compileHeaders(mappings: Readonly<Record<string, string>>): (exchange: Exchange) => Header[] {
  const compiled = Object.entries(mappings).map(([name, mapping]) => [name, compileMapping(mapping)] as const)
  return (exchange) =>
    compiled.flatMap(([name, read]): Header[] => {
      const value = read(exchange)
      return value === undefined ? [] : [[name, value]]
    })
}

function compileMapping(mapping: string): IdentitySource {
  const [, literal] = /^'(.*)'$/.exec(mapping) ?? []
  return literal === undefined ? parseRestApiSource(mapping) : () => literal
}

/** Simple substitution, as AWS has it here: no conditions, no loops; what is not known becomes nothing. [D] */
function renderTemplate(template: string, error: GatewayError, exchange: Exchange): string {
  return template.replace(/\$(context|stageVariables)\.(\w+(?:\.\w+)*)/g, (_, map: string, name: string) =>
    map === "context"
      ? (errorContext.get(name)?.(error) ?? restApiContext.get(name)?.(exchange) ?? "")
      : (parseRestApiSource(`stageVariables.${name}`)(exchange) ?? ""),
  )
}

const errorContext: ReadonlyMap<string, (error: GatewayError) => string> = new Map([
  ["error.message", ({ message }: GatewayError) => message ?? ""],
  ["error.messageString", ({ message }: GatewayError) => JSON.stringify(message)],
  ["error.responseType", ({ type }: GatewayError) => type],
])
