/**
 * A REST API of Amazon API Gateway, on this machine: payload format 1.0, TOKEN, REQUEST and Cognito authorizers,
 * gateway responses.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html
 *
 * Behaviour is marked where it is decided: [D] documented by AWS, [L] captured from live AWS by others,
 * [U] not verified, and then chosen so that nothing can depend on the friendly reading.
 */
import { ClaimgateError, methods, quote } from "@claimgate/core"
import type { LambdaFunction } from "../function.ts"
import type { AuthorizerAnswer } from "./authorizer-answer.ts"
import { type AuthorizerCache, createAuthorizerCache } from "./authorizer-cache.ts"
import { type AuthorizerContextV1, buildIntegrationEventV1 } from "./event-v1.ts"
import {
  arnOf,
  type Deployment,
  type DeploymentConfig,
  deploymentOf,
  type Exchange,
  longRequestId,
  shortRequestId,
} from "./exchange.ts"
import {
  answeredEarly,
  createGates,
  createGateway,
  type Gateway,
  type GatewayDeps,
  integrationReport,
  notAsked,
  notIntegrated,
  type RequestIds,
  type Served,
} from "./gateway.ts"
import { createGatewayResponder, type GatewayResponder, type GatewayResponses } from "./gateway-response.ts"
import {
  createResponse,
  type Header,
  type HttpRequest,
  type HttpResponse,
  headerOf,
  headerValues,
  messageResponse,
} from "./http-message.ts"
import { readAnswerV1 } from "./integration-answer.ts"
import { callFunction } from "./lambda-call.ts"
import { headerBytesOf, type Limits, restApiLimits } from "./limits.ts"
import { splitTarget } from "./request-target.ts"
import { createRestGate, type RestAuthorizer, type RestGate } from "./rest-api-authorizers.ts"
import { integrationFailed, integrationLate, noMethod } from "./rest-errors.ts"
import { chooseForRestApi, type RouteChooser } from "./route-choice.ts"
import { placeInRestApi } from "./stage-path.ts"

/** One method on one resource, and what it leads to. */
export interface RestApiMethod {
  /** `GET /users/{id}`, `ANY /files/{rest+}`: a method and its resource. */
  readonly routeKey: string
  readonly integration: LambdaFunction
  /** The name of one of the API's authorizers; open where it is left out. */
  readonly authorizer?: string
  /** For a Cognito authorizer: makes it take access tokens that have one of them. */
  readonly scopes?: readonly string[]
}

/** A REST API and its one stage. */
export interface RestApiConfig extends DeploymentConfig {
  /** Leads every path: a REST API has no `$default` stage. */
  readonly stage: string
  readonly routes: readonly RestApiMethod[]
  readonly authorizers?: Readonly<Record<string, RestAuthorizer>>
  readonly gatewayResponses?: GatewayResponses
  /** Answers `OPTIONS` on every resource that has no such method of its own, as a mock integration does. */
  readonly preflight?: readonly Header[]
  readonly binaryMediaTypes?: readonly string[]
  /** Shorter than AWS's own, for tests. */
  readonly limits?: Partial<Limits>
  /** `x-claimgate-*` headers on every answer; on where it is left out. */
  readonly trace?: boolean
}

/** Deploys a REST API; throws a `ClaimgateError` (`malformed_configuration`) on one that AWS would not take. */
export function createRestApi(config: RestApiConfig, deps: GatewayDeps): Gateway {
  const api = assemble(config, deps)
  return createGateway(
    {
      api: config.id,
      trace: config.trace ?? true,
      payloadBytes: api.limits.payloadBytes,
      newIds: () => ({ requestId: longRequestId(), extendedRequestId: shortRequestId() }),
      idHeaders: ({ requestId, extendedRequestId }) => [
        ["x-amzn-RequestId", requestId],
        ["x-amz-apigw-id", extendedRequestId],
      ],
      serve: (request, ids) => serve(api, request, ids),
      internalError: messageResponse(500, "Internal server error"),
      resetAuthorizersCache: api.cache.clear,
    },
    deps,
  )
}

interface RestApi {
  readonly deployment: Deployment
  readonly limits: Limits
  readonly choose: RouteChooser<RestApiMethod>
  readonly answerTo: GatewayResponder
  readonly preflight: readonly Header[] | undefined
  readonly binaryMediaTypes: readonly string[]
  readonly cache: AuthorizerCache<AuthorizerAnswer>
  readonly gates: ReadonlyMap<string, RestGate>
  readonly now: () => number
}

function assemble(config: RestApiConfig, { now }: GatewayDeps): RestApi {
  checkStage(config.stage)
  const limits = { ...restApiLimits, ...config.limits }
  const cache = createAuthorizerCache<AuthorizerAnswer>(now)
  return {
    deployment: deploymentOf(config, config.stage),
    limits,
    choose: chooseForRestApi(config.routes),
    answerTo: createGatewayResponder(config.gatewayResponses ?? {}),
    preflight: config.preflight,
    binaryMediaTypes: config.binaryMediaTypes ?? [],
    cache,
    gates: createGates(config.authorizers ?? {}, config.routes, (name, authorizer) =>
      createRestGate(name, authorizer, { now, limits, cache }),
    ),
    now,
  }
}

function checkStage(stage: string): void {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(stage))
    throw new ClaimgateError(
      "malformed_configuration",
      `stage ${quote(stage)}: expected letters, digits, hyphens and underscores`,
    )
}

async function serve(api: RestApi, sent: HttpRequest, ids: RequestIds): Promise<Served> {
  const tooLarge = refuseTooLarge(sent, api.limits)
  if (tooLarge !== undefined) return answeredEarly(tooLarge, "too large")
  const { request, method } = withOverride(sent)
  const parts = splitTarget(request.target)
  const place = parts === undefined ? undefined : placeInRestApi(parts.path, api.deployment)
  if (parts === undefined || place === undefined) return answeredEarly(forbidden, "no such stage")
  const choice = api.choose(method, place.path)
  if (api.preflight !== undefined && isPreflight(api, method, place.path))
    return answeredEarly(createResponse(204, api.preflight, ""), "preflight")
  const exchange: Exchange = {
    deployment: api.deployment,
    request,
    method,
    ...place,
    query: parts.query,
    // Without a resource, gateway responses find these empty.
    routeKey: choice?.route.routeKey ?? "",
    resourcePath: choice?.resourcePath ?? "",
    pathParameters: choice?.parameters ?? {},
    ...ids,
    timeEpoch: api.now(),
  }
  if (choice === undefined) return answeredEarly(api.answerTo(noMethod, exchange), "no method")
  return serveMethod(api, exchange, choice.route)
}

/** Whatever is asked, and by whomever: a mock integration looks at nothing. An `ANY` of the resource is passed over. */
function isPreflight({ choose }: RestApi, method: string, path: string): boolean {
  if (method !== "OPTIONS" || choose(method, path)?.route.routeKey.startsWith("OPTIONS ")) return false
  return methods.some((each) => choose(each, path) !== undefined)
}

/** The limits are [D]; the answers [L] for the body and [U] for the headers: 494 is what AWS's edge is known for. */
function refuseTooLarge(request: HttpRequest, limits: Limits): HttpResponse | undefined {
  if (headerBytesOf(request) > limits.headerBytes)
    return messageResponse(494, "Request Header Or Cookie Too Large")
  if (request.body.length > limits.payloadBytes) return messageResponse(413, "Request Too Long")
  return undefined
}

/** Before a stage is known there is no API whose gateway responses could apply. [U] */
const forbidden: HttpResponse = messageResponse(403, "Forbidden", [
  ["x-amzn-ErrorType", "ForbiddenException"],
])

/** `X-HTTP-Method-Override` replaces the method and is not forwarded [D]; that it does so before routing is [U]. */
function withOverride(request: HttpRequest): { readonly request: HttpRequest; readonly method: string } {
  const override = headerOf(request, "x-http-method-override")
  if (override === undefined) return { request, method: request.method }
  const headers = request.headers.filter(([name]) => name.toLowerCase() !== "x-http-method-override")
  return { request: { ...request, headers }, method: override.toUpperCase() }
}

async function serveMethod(api: RestApi, exchange: Exchange, route: RestApiMethod): Promise<Served> {
  const gate = route.authorizer === undefined ? undefined : api.gates.get(route.authorizer)
  if (gate === undefined) return integrate(api, exchange, route, notAsked, undefined)
  if (Buffer.byteLength(arnOf(exchange)) > api.limits.methodArnBytes)
    return answeredEarly(messageResponse(414, "Request URI too long"), "arn too long", route.routeKey)
  const passage = await gate(exchange, route.scopes ?? [])
  if (passage.allowed) return integrate(api, exchange, route, passage.report, passage.context)
  return {
    response: api.answerTo(passage.answer, exchange),
    routeKey: route.routeKey,
    authorizer: passage.report,
    integration: notIntegrated,
    error: passage.why,
  }
}

async function integrate(
  api: RestApi,
  exchange: Exchange,
  { routeKey, integration }: RestApiMethod,
  authorizer: Served["authorizer"],
  context: AuthorizerContextV1 | undefined,
): Promise<Served> {
  const event = buildIntegrationEventV1(exchange, context, api.binaryMediaTypes)
  const result = await callFunction(integration, event, api.limits.integrationMilliseconds)
  const served = { routeKey, authorizer, integration: integrationReport(result) }
  if (result.kind === "timeout")
    return { ...served, response: api.answerTo(integrationLate, exchange), error: "integration timed out" }
  const accept = headerValues(exchange.request.headers, "accept")[0]
  const answer =
    result.kind === "answer" ? readAnswerV1(result.payload, accept, api.binaryMediaTypes) : undefined
  if (answer !== undefined) return { ...served, response: answer, error: null }
  const error = result.kind === "error" ? "integration failed" : "integration gave a malformed answer"
  return { ...served, response: api.answerTo(integrationFailed, exchange), error }
}
