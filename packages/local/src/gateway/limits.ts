import type { HttpRequest } from "./http-message.ts"

/**
 * What API Gateway grants a request, in milliseconds and bytes. Tests shorten them through a gateway's configuration.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export interface Limits {
  /** How long a Lambda authorizer may take. [D] */
  readonly authorizerMilliseconds: number
  /** How long an integration may take: 30 s on HTTP API, 29 s on REST API. [D] */
  readonly integrationMilliseconds: number
  /** HTTP API: request line and header values together; REST API: header values. [D] */
  readonly headerBytes: number
  /** The request's body. [D] */
  readonly payloadBytes: number
  /** How long the endpoint that publishes the keys may take. [D] */
  readonly keysMilliseconds: number
  /** The size of what it publishes. [D] */
  readonly keysBytes: number
  /** A method's ARN where authorization is on, REST API only. [D] */
  readonly methodArnBytes: number
}

const common = {
  authorizerMilliseconds: 10_000,
  headerBytes: 10_240,
  payloadBytes: 10_485_760,
  keysMilliseconds: 1_500,
  keysBytes: 150_000,
  methodArnBytes: 1_600,
}

/** The limits of HTTP API. */
export const httpApiLimits: Limits = { ...common, integrationMilliseconds: 30_000 }
/** The limits of REST API. */
export const restApiLimits: Limits = { ...common, integrationMilliseconds: 29_000 }

/** The bytes of all header values together. */
export function headerBytesOf(request: HttpRequest): number {
  return request.headers.reduce((sum, [, value]) => sum + Buffer.byteLength(value), 0)
}

/** The bytes of the request line. */
export function requestLineBytesOf({ method, target }: HttpRequest): number {
  return Buffer.byteLength(`${method} ${target} HTTP/1.1`)
}
