/**
 * An HTTP API of Amazon API Gateway, on this machine: payload format 2.0, Lambda and JWT authorizers, CORS.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html
 *
 * Behaviour is marked where it is decided: [D] documented by AWS, [L] captured from live AWS by others,
 * [U] not verified, and then chosen so that nothing can depend on the friendly reading.
 */
import type { LambdaFunction } from "../function.ts"
import type { AuthorizerAnswer } from "./authorizer-answer.ts"
import { type AuthorizerCache, createAuthorizerCache } from "./authorizer-cache.ts"
import { type Cors, type CorsConfig, createCors } from "./cors.ts"
import { type AuthorizerContextV2, buildIntegrationEventV2 } from "./event-v2.ts"
import {
  type Deployment,
  type DeploymentConfig,
  deploymentOf,
  type Exchange,
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
import {
  createHttpApiGate,
  type HttpApiAuthorizer,
  type HttpApiGate,
  type HttpApiPassage,
} from "./http-api-authorizers.ts"
import { type HttpRequest, type HttpResponse, messageResponse } from "./http-message.ts"
import { readAnswerV2 } from "./integration-answer.ts"
import { callFunction } from "./lambda-call.ts"
import { headerBytesOf, httpApiLimits, type Limits, requestLineBytesOf } from "./limits.ts"
import { splitTarget } from "./request-target.ts"
import { chooseForHttpApi, type RouteChooser } from "./route-choice.ts"
import { pathInHttpApi } from "./stage-path.ts"

/** One route and what it leads to. */
export interface HttpApiRoute {
  /** `GET /users/{id}`, `ANY /files/{rest+}` or `$default`. */
  readonly routeKey: string
  readonly integration: LambdaFunction
  /** The name of one of the API's authorizers; open where it is left out. */
  readonly authorizer?: string
  /** For a JWT authorizer: one of them must be in the token. */
  readonly scopes?: readonly string[]
}

/** An HTTP API and its one stage. */
export interface HttpApiConfig extends DeploymentConfig {
  /** `$default` where it is left out; any other one leads every path. */
  readonly stage?: string
  readonly routes: readonly HttpApiRoute[]
  readonly authorizers?: Readonly<Record<string, HttpApiAuthorizer>>
  readonly cors?: CorsConfig
  /** Shorter than AWS's own, for tests. */
  readonly limits?: Partial<Limits>
  /** `x-claimgate-*` headers on every answer; on where it is left out. */
  readonly trace?: boolean
}

/** Deploys an HTTP API; throws a `ClaimgateError` (`malformed_configuration`) on one that AWS would not take. */
export function createHttpApi(config: HttpApiConfig, deps: GatewayDeps): Gateway {
  const api = assemble(config, deps)
  return createGateway(
    {
      api: config.id,
      trace: config.trace ?? true,
      payloadBytes: api.limits.payloadBytes,
      newIds,
      idHeaders: ({ requestId }) => [["apigw-requestid", requestId]],
      serve: (request, ids) => serve(api, request, ids),
      internalError,
      resetAuthorizersCache: api.cache.clear,
    },
    deps,
  )
}

interface HttpApi {
  readonly deployment: Deployment
  readonly limits: Limits
  readonly choose: RouteChooser<HttpApiRoute>
  readonly cors: Cors | undefined
  readonly cache: AuthorizerCache<AuthorizerAnswer>
  readonly gates: ReadonlyMap<string, HttpApiGate>
  readonly now: () => number
}

function assemble(config: HttpApiConfig, { now }: GatewayDeps): HttpApi {
  const limits = { ...httpApiLimits, ...config.limits }
  const cache = createAuthorizerCache<AuthorizerAnswer>(now)
  return {
    deployment: deploymentOf(config, config.stage ?? "$default"),
    limits,
    choose: chooseForHttpApi(config.routes),
    cors: config.cors === undefined ? undefined : createCors(config.cors),
    cache,
    gates: createGates(config.authorizers ?? {}, config.routes, (name, authorizer) =>
      createHttpApiGate(name, authorizer, { now, limits, cache }),
    ),
    now,
  }
}

function newIds(): RequestIds {
  const requestId = shortRequestId()
  return { requestId, extendedRequestId: requestId }
}

const internalError = messageResponse(500, "Internal Server Error")

async function serve(api: HttpApi, request: HttpRequest, ids: RequestIds): Promise<Served> {
  const parts = splitTarget(request.target)
  const tooLarge = refuseTooLarge(request, api.limits)
  if (tooLarge !== undefined) return answeredEarly(tooLarge, "too large")
  if (parts === undefined) return answeredEarly(messageResponse(400, "Bad Request"), "no such target")
  const path = pathInHttpApi(parts.path, api.deployment)
  const choice = path === undefined ? undefined : api.choose(request.method, path)
  if (path === undefined || choice === undefined) return withoutRoute(api, request)
  const exchange: Exchange = {
    deployment: api.deployment,
    request,
    method: request.method,
    sentPath: parts.path,
    path,
    query: parts.query,
    routeKey: choice.route.routeKey,
    resourcePath: choice.resourcePath,
    pathParameters: choice.parameters,
    ...ids,
    timeEpoch: api.now(),
  }
  return serveRoute(api, exchange, choice.route)
}

/** The limits are [D]; the answers [L] for the body and [U] for the headers. */
function refuseTooLarge(request: HttpRequest, limits: Limits): HttpResponse | undefined {
  if (requestLineBytesOf(request) + headerBytesOf(request) > limits.headerBytes)
    return messageResponse(431, "Request Header Fields Too Large")
  if (request.body.length > limits.payloadBytes) return messageResponse(413, "Request Entity Too Large")
  return undefined
}

function withoutRoute({ cors }: HttpApi, request: HttpRequest): Served {
  if (cors?.isPreflight(request)) return answeredEarly(cors.answerPreflight(request), "preflight")
  return answeredEarly(messageResponse(404, "Not Found"), "no route")
}

/**
 * A preflight that a route takes, be it `$default` or `ANY`, has to pass that route's authorizer first, as AWS
 * documents for `$default` [D]; then the gateway answers it and not the integration [U].
 */
async function serveRoute(api: HttpApi, exchange: Exchange, route: HttpApiRoute): Promise<Served> {
  const passage = await passGate(api, exchange, route)
  const served = { routeKey: route.routeKey, authorizer: passage.report, integration: notIntegrated }
  if (!passage.allowed) return { ...served, response: passage.answer, error: passage.why }
  if (api.cors?.isPreflight(exchange.request))
    return { ...served, response: api.cors.answerPreflight(exchange.request), error: "preflight" }
  return { ...served, ...(await integrate(api, exchange, route.integration, passage.context)) }
}

async function passGate(
  { gates }: HttpApi,
  exchange: Exchange,
  route: HttpApiRoute,
): Promise<HttpApiPassage> {
  const gate = route.authorizer === undefined ? undefined : gates.get(route.authorizer)
  if (gate === undefined) return { allowed: true, context: undefined, report: notAsked }
  return gate(exchange, route.scopes ?? [])
}

/** A failed or malformed answer is a 500 [D] [L], a late one a 503 [L]; CORS headers go on real answers only [U]. */
async function integrate(
  { limits, cors }: HttpApi,
  exchange: Exchange,
  backend: LambdaFunction,
  context: AuthorizerContextV2 | undefined,
): Promise<Pick<Served, "response" | "error" | "integration">> {
  const event = buildIntegrationEventV2(exchange, context)
  const result = await callFunction(backend, event, limits.integrationMilliseconds)
  const integration = integrationReport(result)
  if (result.kind === "timeout") {
    const response = messageResponse(503, "Service Unavailable")
    return { response, error: "integration timed out", integration }
  }
  const answer = result.kind === "answer" ? readAnswerV2(result.payload) : undefined
  if (answer === undefined) {
    const error = result.kind === "error" ? "integration failed" : "integration gave a malformed answer"
    return { response: internalError, error, integration }
  }
  const response = cors?.decorate(exchange.request, answer) ?? answer
  return { response, error: null, integration }
}
