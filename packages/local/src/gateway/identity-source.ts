/**
 * Identity sources: where an authorizer finds what it decides by, and what its answers are cached under.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.identity-sources
 * https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html#apigw-CreateAuthorizer-request-identitySource
 */
import { ClaimgateError, quote } from "@claimgate/core"
import { httpApiContext, restApiContext } from "./context-variables.ts"
import { joinedQuery } from "./event-v2.ts"
import type { Exchange } from "./exchange.ts"
import { headerValues } from "./http-message.ts"
import { parseQuery } from "./request-target.ts"

/** Finds one source's value in a request; undefined where it is missing or empty. */
export type IdentitySource = (exchange: Exchange) => string | undefined

/** HTTP API: `$request.header.X`, `$request.querystring.X`, `$context.X`, `$stageVariables.X`. [D] */
export function parseHttpApiSource(text: string): IdentitySource {
  return parse(text, {
    // Header names are compared without case, names in the query with it; repeated values are joined. [D] [U]
    "$request.header.": (name) => (exchange) => headerValues(exchange.request.headers, name).join(","),
    "$request.querystring.": (name) => (exchange) => ownValue(joinedQuery(exchange.query), name),
    "$context.": (name) => httpApiContext.get(name),
    "$stageVariables.": (name) => (exchange) => ownValue(exchange.deployment.stageVariables, name),
  })
}

/** REST API: `method.request.header.X`, `method.request.querystring.X`, `context.X`, `stageVariables.X`. [D] */
export function parseRestApiSource(text: string): IdentitySource {
  return parse(text, {
    // Of a repeated header or name the last counts, as in the event: [U].
    "method.request.header.": (name) => (exchange) => headerValues(exchange.request.headers, name).at(-1),
    "method.request.querystring.": (name) => (exchange) => lastInQuery(exchange.query, name),
    "context.": (name) => restApiContext.get(name),
    "stageVariables.": (name) => (exchange) => ownValue(exchange.deployment.stageVariables, name),
  })
}

/** The values of all sources, in their order; undefined where one is missing or empty: the answer is 401 then. */
export function readIdentity(sources: readonly IdentitySource[], exchange: Exchange): string[] | undefined {
  const values = sources.map((source) => source(exchange))
  return values.every(isThere) ? values : undefined
}

type SourceKinds = Readonly<
  Record<string, (name: string) => ((exchange: Exchange) => string | undefined) | undefined>
>

function parse(text: string, kinds: SourceKinds): IdentitySource {
  for (const [prefix, read] of Object.entries(kinds)) {
    const name = text.slice(prefix.length)
    const source = text.startsWith(prefix) && name !== "" ? read(name) : undefined
    if (source !== undefined) return (exchange) => source(exchange) || undefined
  }
  const expected = Object.keys(kinds).map((prefix) => `\`${prefix}NAME\``)
  throw new ClaimgateError(
    "malformed_configuration",
    `identity source ${quote(text)}: expected ${expected.join(", ")}, with a context variable that is known`,
  )
}

function ownValue(map: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined
}

function lastInQuery(query: string, name: string): string | undefined {
  return parseQuery(query).findLast(([sent]) => sent === name)?.[1]
}

function isThere(value: string | undefined): value is string {
  return value !== undefined
}
