/** Integration events as an HTTP API sends them: payload 2.0, behind a Lambda authorizer or none. */
import type { CallerContext } from "@claimgate/core"
import type { APIGatewayProxyEventV2WithLambdaAuthorizer } from "aws-lambda"

export interface Sent {
  /** `GET /api/users?limit=2`, the path decoded as the gateway decodes it. */
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
  const context = {
    subject: "11111111-1111-4111-8111-111111111111",
    roles: "editor",
    epoch: "0.1.1",
    exp: String(today + 600),
    decision: "allowed",
    ...(route === undefined ? {} : { route }),
    ...changes,
  }
  return Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined))
}

/** The event for a request. */
export function eventOf({ request, context = null, headers = {}, body, isBase64Encoded = false }: Sent) {
  const space = request.indexOf(" ")
  const method = request.slice(0, space)
  const [rawPath = "", rawQueryString = ""] = request.slice(space + 1).split("?")
  const event = {
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
      ...(context === null ? {} : { authorizer: { lambda: context } }),
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
  } satisfies Partial<Record<keyof APIGatewayProxyEventV2WithLambdaAuthorizer<unknown>, unknown>>
  return event
}
