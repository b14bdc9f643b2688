/**
 * HTTP API, payload 2.0, simple response. Sources: docs.aws.amazon.com/apigateway/latest/developerguide/
 * http-api-lambda-authorizer.html, http-api-develop-integrations-lambda.html
 */
import { encodePath } from "@claimgate/core"
import type { APIGatewaySimpleAuthorizerWithContextResult } from "aws-lambda"
import type { AuthorizationRequest, Authorize } from "./authorize.ts"
import { record, text } from "./event.ts"

export type HttpAnswer = APIGatewaySimpleAuthorizerWithContextResult<Record<string, string>>

/** Makes an HTTP API authorizer. A 401 is the one error that the gateway knows: exactly `Unauthorized`. */
export function createHttpAuthorizer(authorize: Authorize): (event: unknown) => Promise<HttpAnswer> {
  return async (event) => {
    const authorization = await authorize(parseHttpEvent(event))
    switch (authorization.status) {
      case 200:
        return { isAuthorized: true, context: { ...authorization.context } }
      case 401:
        throw new Error("Unauthorized")
      case 403:
        return { isAuthorized: false, context: {} }
    }
  }
}

/** Reads an authorizer event. Throws `malformed_input`, naming the field, which the gateway answers with a 500. */
export function parseHttpEvent(event: unknown): AuthorizationRequest {
  const { routeKey, rawPath, headers, identitySource, requestContext } = record(event, "event")
  const context = record(requestContext, "requestContext")
  const authorization = record(headers ?? {}, "headers").authorization
  const gatewayRoute = text(routeKey, "routeKey")
  return {
    requestId: text(context.requestId, "requestContext.requestId"),
    authorization: authorization === undefined ? undefined : text(authorization, "headers.authorization"),
    method: text(record(context.http, "requestContext.http").method, "requestContext.http.method"),
    // The gateway decodes the path before it hands it over.
    path: encodePath(text(rawPath, "rawPath")),
    gatewayRoute,
    // The values that the gateway remembers answers under.
    shared: Array.isArray(identitySource) && identitySource.includes(gatewayRoute),
  }
}
