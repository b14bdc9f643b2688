/**
 * An HTTP API's integration event, payload 2.0, as one request. Source: docs.aws.amazon.com/apigateway/latest/
 * developerguide/http-api-develop-integrations-lambda.html
 */
import { encodePath } from "@claimgate/core"

/** What a gateway says about a request, whatever its event looks like. */
export interface GatewayRequest {
  readonly method: string
  /** In the one canonical, percent-encoded spelling, where the path has one. */
  readonly path: string
  /** The gateway's id of the request, empty where it gave none. */
  readonly requestId: string
  /** What the Lambda authorizer left, unchecked; undefined where no authorizer stood before the route. */
  readonly context: unknown
}

/** Reads an event; undefined for anything that is no payload 2.0. */
export function readHttpEvent(event: unknown): GatewayRequest | undefined {
  const { rawPath, requestContext } = fieldsOf(event)
  const { http, requestId, authorizer } = fieldsOf(requestContext)
  const { method } = fieldsOf(http)
  if (typeof rawPath !== "string" || typeof method !== "string") return undefined
  return {
    method,
    // The gateway decodes the path before it hands it over.
    path: encodePath(rawPath),
    requestId: typeof requestId === "string" ? requestId : "",
    context: fieldsOf(authorizer).lambda,
  }
}

/** The fields of an object, none of anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  // Any object can be read by name; its values stay unknown.
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
}
