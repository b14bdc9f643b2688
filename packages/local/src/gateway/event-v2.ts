/**
 * Payload format 2.0, for integrations and Lambda authorizers of HTTP APIs.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
import type {
  APIGatewayEventRequestContextJWTAuthorizer,
  APIGatewayEventRequestContextLambdaAuthorizer,
  APIGatewayEventRequestContextV2,
  APIGatewayProxyEventV2WithRequestContext,
  APIGatewayRequestAuthorizerEventV2,
} from "aws-lambda"
import { arnOf, commonLogTime, type Exchange, forwardedHeaders } from "./exchange.ts"
import { headerValues } from "./http-message.ts"
import { bodyForHttpApi } from "./request-body.ts"
import { parseQuery } from "./request-target.ts"

/** What the authorizer of a route left for its integration; null where a Lambda authorizer gave no context. [U] */
export type AuthorizerContextV2 =
  | APIGatewayEventRequestContextLambdaAuthorizer<Readonly<Record<string, unknown>> | null>
  | APIGatewayEventRequestContextJWTAuthorizer

/** The published type, with the context of either kind of authorizer or of none. */
export type IntegrationEventV2 = APIGatewayProxyEventV2WithRequestContext<
  APIGatewayEventRequestContextV2 & { readonly authorizer?: AuthorizerContextV2 }
>

/** Real events leave `cookies` out where there are none; the published type does not say so. */
export type AuthorizerEventV2 = Omit<APIGatewayRequestAuthorizerEventV2, "cookies"> & {
  readonly cookies?: string[]
}

/** The event for an integration. Maps without entries, and the body of a request without one, are left out. [L] */
export function buildIntegrationEventV2(
  exchange: Exchange,
  authorizer: AuthorizerContextV2 | undefined,
): IntegrationEventV2 {
  const { text, isBase64Encoded } = bodyForHttpApi(exchange.request)
  const context = requestContext(exchange)
  return {
    version: "2.0",
    ...requestParts(exchange),
    requestContext: authorizer === undefined ? context : { ...context, authorizer },
    ...(text === null ? {} : { body: text }),
    isBase64Encoded,
  }
}

/** The event for a Lambda authorizer: no body, and the values of its identity sources in their order. */
export function buildAuthorizerEventV2(exchange: Exchange, identity: readonly string[]): AuthorizerEventV2 {
  return {
    version: "2.0",
    type: "REQUEST",
    routeArn: arnOf(exchange),
    identitySource: [...identity],
    ...requestParts(exchange),
    requestContext: requestContext(exchange),
  }
}

/** The path as 2.0 gives it: decoded, led by the stage where that is not `$default`. [L] */
export function rawPathOf({ deployment, path }: Exchange): string {
  return deployment.stage === "$default" ? path : `/${deployment.stage}${path}`
}

/** Names in lower case, repeated headers joined by `,`, cookies apart. [D] */
export function joinedHeaders(exchange: Exchange): Record<string, string> {
  const headers = forwardedHeaders(exchange)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => name !== "cookie")
  return { "content-length": String(exchange.request.body.length), ...join(headers) }
}

/** Names and values decoded, repeated names joined by `,`. [D] */
export function joinedQuery(query: string): Record<string, string> {
  return join(parseQuery(query))
}

// By way of a Map: a sender may call a header or a parameter `__proto__`.
function join(pairs: readonly (readonly [name: string, value: string])[]): Record<string, string> {
  const joined = new Map<string, string>()
  for (const [name, value] of pairs) {
    const before = joined.get(name)
    joined.set(name, before === undefined ? value : `${before},${value}`)
  }
  return Object.fromEntries(joined)
}

function requestParts(exchange: Exchange) {
  const { request, deployment, routeKey, query, pathParameters } = exchange
  const cookies = headerValues(request.headers, "cookie").flatMap((line) => line.split(/; */))
  return {
    routeKey,
    rawPath: rawPathOf(exchange),
    rawQueryString: query,
    ...(cookies.length === 0 ? {} : { cookies }),
    headers: joinedHeaders(exchange),
    ...present("queryStringParameters", joinedQuery(query)),
    ...present("pathParameters", pathParameters),
    ...present("stageVariables", deployment.stageVariables),
  }
}

function requestContext(exchange: Exchange): APIGatewayEventRequestContextV2 {
  const { deployment, request, method, routeKey, requestId, timeEpoch } = exchange
  return {
    accountId: deployment.accountId,
    apiId: deployment.id,
    domainName: deployment.domainName,
    domainPrefix: deployment.id,
    http: {
      method,
      path: rawPathOf(exchange),
      protocol: "HTTP/1.1",
      sourceIp: request.sourceIp,
      userAgent: headerValues(request.headers, "user-agent").join(","),
    },
    requestId,
    routeKey,
    stage: deployment.stage,
    time: commonLogTime(timeEpoch),
    timeEpoch,
  }
}

function present<Key extends string>(
  key: Key,
  entries: Readonly<Record<string, string>>,
): { readonly [K in Key]?: Record<string, string> } {
  if (Object.keys(entries).length === 0) return {}
  // A computed key widens to `string`; it is `Key` by construction.
  return { [key]: { ...entries } } as { readonly [K in Key]: Record<string, string> }
}
