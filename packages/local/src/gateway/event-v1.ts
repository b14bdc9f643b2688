/**
 * Payload format 1.0: the only one of REST API, and an older one that HTTP API authorizers can still ask for.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
import type {
  APIGatewayEventIdentity,
  APIGatewayProxyEvent,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayTokenAuthorizerEvent,
} from "aws-lambda"
import { rawPathOf } from "./event-v2.ts"
import { arnOf, commonLogTime, type Exchange, forwardedHeaders } from "./exchange.ts"
import { headerValues } from "./http-message.ts"
import { bodyForRestApi } from "./request-body.ts"
import { parseQuery } from "./request-target.ts"

/** What the authorizer of a method left for its integration, flat. */
export type AuthorizerContextV1 = Readonly<Record<string, unknown>>

type RequestContextV1 = APIGatewayProxyEvent["requestContext"]

/** The published type demands an `authorizer`, which requests to an authorizer and to open methods do not have. */
type AnonymousContextV1 = Omit<RequestContextV1, "authorizer">

/** HTTP API adds these to what REST API sends. [D] */
export interface AuthorizerEventV1OfHttpApi extends APIGatewayRequestAuthorizerEvent {
  readonly version: "1.0"
  readonly identitySource: string
  readonly authorizationToken: string
}

/** REST API: the event for an integration; maps without entries are null. [L] */
export function buildIntegrationEventV1(
  exchange: Exchange,
  authorizer: AuthorizerContextV1 | undefined,
  binaryMediaTypes: readonly string[],
): APIGatewayProxyEvent {
  const { text, isBase64Encoded } = bodyForRestApi(exchange.request, binaryMediaTypes)
  const parts = requestParts(exchange)
  return {
    ...parts,
    queryStringParameters: orNull(parts.queryStringParameters),
    multiValueQueryStringParameters: orNull(parts.multiValueQueryStringParameters),
    pathParameters: orNull(parts.pathParameters),
    stageVariables: orNull(parts.stageVariables),
    requestContext: contextWith(requestContext(exchange), authorizer),
    body: text,
    isBase64Encoded,
  }
}

/** REST API: the event for a REQUEST authorizer; maps without entries are empty, not null. [L] */
export function buildRequestAuthorizerEvent(exchange: Exchange): APIGatewayRequestAuthorizerEvent {
  return {
    type: "REQUEST",
    methodArn: arnOf(exchange),
    ...requestParts(exchange),
    // The type asks for `authorizer: undefined`; JSON, which is what a function gets, leaves it out.
    requestContext: { ...requestContext(exchange), authorizer: undefined },
  }
}

/** REST API: the event for a TOKEN authorizer, which sees nothing of the request but its token. [D] */
export function buildTokenAuthorizerEvent(exchange: Exchange, token: string): APIGatewayTokenAuthorizerEvent {
  return { type: "TOKEN", methodArn: arnOf(exchange), authorizationToken: token }
}

/**
 * HTTP API: the event for a Lambda authorizer that asked for format 1.0. Its `path` stays percent-encoded, the one in its
 * request context does not. [D] [L]
 */
export function buildAuthorizerEventV1OfHttpApi(
  exchange: Exchange,
  identity: readonly string[],
): AuthorizerEventV1OfHttpApi {
  const joined = identity.join(",")
  const event = buildRequestAuthorizerEvent(exchange)
  return {
    version: "1.0",
    ...event,
    path: exchange.sentPath,
    requestContext: { ...event.requestContext, path: rawPathOf(exchange) },
    identitySource: joined,
    authorizationToken: joined,
  }
}

function requestParts(exchange: Exchange) {
  const { resourcePath, path, method, pathParameters, deployment } = exchange
  const headers = capitalise(forwardedHeaders(exchange))
  const query = parseQuery(exchange.query)
  return {
    resource: resourcePath,
    path,
    httpMethod: method,
    headers: lastOf(headers),
    multiValueHeaders: allOf(headers),
    queryStringParameters: lastOf(query),
    multiValueQueryStringParameters: allOf(query),
    pathParameters: { ...pathParameters },
    stageVariables: { ...deployment.stageVariables },
  }
}

function requestContext(exchange: Exchange): AnonymousContextV1 {
  const { deployment, method, timeEpoch } = exchange
  return {
    accountId: deployment.accountId,
    apiId: deployment.id,
    domainName: deployment.domainName,
    domainPrefix: deployment.id,
    extendedRequestId: exchange.extendedRequestId,
    httpMethod: method,
    identity: identityOf(exchange),
    path: exchange.sentPath,
    protocol: "HTTP/1.1",
    requestId: exchange.requestId,
    requestTime: commonLogTime(timeEpoch),
    requestTimeEpoch: timeEpoch,
    resourceId: exchange.routeKey,
    resourcePath: exchange.resourcePath,
    stage: deployment.stage,
  }
}

function contextWith(
  context: AnonymousContextV1,
  authorizer: AuthorizerContextV1 | undefined,
): RequestContextV1 {
  // Without an authorizer the key is not there at all, which the type has no way to say.
  return (authorizer === undefined ? context : { ...context, authorizer }) as RequestContextV1
}

function identityOf({ request }: Exchange): APIGatewayEventIdentity {
  return {
    accessKey: null,
    accountId: null,
    apiKey: null,
    apiKeyId: null,
    caller: null,
    clientCert: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: request.sourceIp,
    user: null,
    userAgent: headerValues(request.headers, "user-agent").at(-1) ?? null,
    userArn: null,
  }
}

type Pairs = readonly (readonly [name: string, value: string])[]

// REST API forwards names as sent, but for these, whose case it sets itself. [L]
const capitalised: ReadonlyMap<string, string> = new Map(
  [
    "Authorization",
    "Host",
    "User-Agent",
    "X-Amzn-Trace-Id",
    "X-Forwarded-For",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
  ].map((name) => [name.toLowerCase(), name]),
)

function capitalise(headers: Pairs): Pairs {
  return headers
    .filter(([name]) => name.toLowerCase() !== "content-length")
    .map(([name, value]) => [capitalised.get(name.toLowerCase()) ?? name, value] as const)
}

/** Of repeated names the single-value maps keep the last. [L] */
function lastOf(pairs: Pairs): Record<string, string> {
  return Object.fromEntries(pairs)
}

// By way of a Map: a sender may call a header or a parameter `__proto__`.
function allOf(pairs: Pairs): Record<string, string[]> {
  const all = new Map<string, string[]>()
  for (const [name, value] of pairs) all.set(name, [...(all.get(name) ?? []), value])
  return Object.fromEntries(all)
}

function orNull<Value>(map: Record<string, Value>): Record<string, Value> | null {
  return Object.keys(map).length === 0 ? null : map
}
