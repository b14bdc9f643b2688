/** Integration events as gateways send them: payload 2.0 and 1.0, behind each kind of authorizer or none. */
import type { CallerContext } from "@claimgate/core"
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2WithRequestContext } from "aws-lambda"

export interface Sent {
  /** `GET /api/users?limit=2`, the path as the gateway hands it over: decoded in payload 2.0, as sent in 1.0. */
  readonly request: string
  /** Null where no authorizer stood before the route. */
  readonly context?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly isBase64Encoded?: boolean
}

/** When the tests take place, in seconds since 1970. */
export const today = 1_750_000_000

/** What an authorizer says of a caller that it let through. */
export function allowedTo(
  route: string | undefined,
  changes: Partial<Record<keyof CallerContext, unknown>> = {},
): Record<string, unknown> {
  return withChanges(
    {
      subject: "11111111-1111-4111-8111-111111111111",
      roles: "editor",
      epoch: "0.1.1",
      exp: String(today + 600),
      decision: "allowed",
      ...(route === undefined ? {} : { route }),
    },
    changes,
  )
}

export const clientId = "web1client2of3the4tests"
export const issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Tests0001"
/** Which tokens count where the backend has to say so. */
export const tokens = {
  issuer,
  clientIds: [clientId, "localnightlyreportsjob0001"],
  tokenUse: "access",
} as const

/** The claims of an access token as an HTTP API's JWT authorizer hands them on: everything text. */
export function jwtClaims(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return withChanges(
    {
      sub: "11111111-1111-4111-8111-111111111111",
      iss: issuer,
      client_id: clientId,
      token_use: "access",
      iat: String(today - 300),
      exp: String(today + 600),
      auth_time: String(today - 300),
      jti: "8f4c2c8e-0000-4000-8000-000000000000",
      origin_jti: "8f4c2c8e-0000-4000-8000-000000000001",
      username: "11111111-1111-4111-8111-111111111111",
      scope: "aws.cognito.signin.user.admin",
      "cognito:groups": "[a b]",
      "custom:role": "editor",
      "custom:permissions": "-",
      "custom:epoch": "0.1.1",
    },
    changes,
  )
}

/** The same as a REST API's Cognito authorizer does: times as Java prints them, lists joined by commas. */
export function cognitoClaims(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return withChanges(
    {
      ...jwtClaims(),
      iat: "Sun Jun 15 15:01:40 UTC 2025",
      exp: "Sun Jun 15 15:16:40 UTC 2025",
      auth_time: "Sun Jun 15 15:01:40 UTC 2025",
      "cognito:groups": "a,b",
    },
    changes,
  )
}

function withChanges(fields: object, changes: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries({ ...fields, ...changes }).filter(([, value]) => value !== undefined),
  )
}

/** HTTP API behind a Lambda authorizer. */
export function eventOf(sent: Sent) {
  return httpEvent(sent, sent.context == null ? undefined : { lambda: sent.context })
}

/** HTTP API, payload 2.0, with whatever its authorizer left. */
export function httpEvent(
  { request, headers = {}, body, isBase64Encoded = false }: Sent,
  authorizer: unknown,
) {
  const { method, path: rawPath, query: rawQueryString } = partsOf(request)
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    headers: {
      host: "abc123.execute-api.eu-west-1.amazonaws.com",
      "x-forwarded-proto": "https",
      authorization: "Bearer not.for.logs",
      ...headers,
    },
    requestContext: {
      accountId: "000000000000",
      apiId: "abc123",
      ...(authorizer === undefined ? {} : { authorizer }),
      domainName: "abc123.execute-api.eu-west-1.amazonaws.com",
      domainPrefix: "abc123",
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: "$default",
      stage: "$default",
      time: "15/Jun/2025:15:06:40 +0000",
      timeEpoch: today * 1000,
    },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded,
  } satisfies Partial<Record<keyof APIGatewayProxyEventV2WithRequestContext<unknown>, unknown>>
}

/** REST API behind a Lambda authorizer. */
export function restEventOf(sent: Sent) {
  const beside = { principalId: "somebody", integrationLatency: 12 }
  return restEvent(sent, sent.context == null ? undefined : { ...beside, ...Object(sent.context) })
}

/** REST API, payload 1.0, stage `prod`, with whatever its authorizer left. */
export function restEvent(
  { request, headers = {}, body, isBase64Encoded = false }: Sent,
  authorizer: unknown,
) {
  const { method, path, query } = partsOf(request)
  const sent = {
    Host: "abc123.execute-api.eu-west-1.amazonaws.com",
    Authorization: "Bearer not.for.logs",
    "X-Forwarded-Proto": "https",
    ...headers,
  }
  const search = new URLSearchParams(query)
  const names = [...new Set(search.keys())]
  return {
    resource: "/{proxy+}",
    path,
    httpMethod: method,
    headers: sent,
    multiValueHeaders: Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, [value]])),
    queryStringParameters: names.length === 0 ? null : Object.fromEntries(search),
    multiValueQueryStringParameters:
      names.length === 0 ? null : Object.fromEntries(names.map((name) => [name, search.getAll(name)])),
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      accountId: "000000000000",
      apiId: "abc123",
      ...(authorizer === undefined ? {} : { authorizer }),
      domainName: "abc123.execute-api.eu-west-1.amazonaws.com",
      domainPrefix: "abc123",
      extendedRequestId: "JKJaXmPLvHcESHA=",
      httpMethod: method,
      identity: { sourceIp: "192.0.2.1", userAgent: "test" },
      path: `/prod${path}`,
      protocol: "HTTP/1.1",
      requestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
      requestTime: "15/Jun/2025:15:06:40 +0000",
      requestTimeEpoch: today * 1000,
      resourceId: "abcdef",
      resourcePath: "/{proxy+}",
      stage: "prod",
    },
    body: body ?? null,
    isBase64Encoded,
  } satisfies Partial<Record<keyof APIGatewayProxyEvent, unknown>>
}

function partsOf(request: string) {
  const space = request.indexOf(" ")
  const [path = "", query = ""] = request.slice(space + 1).split("?")
  return { method: request.slice(0, space), path, query }
}
