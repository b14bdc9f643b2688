/** What both gateways do around their own work: ids, time, log, trace headers, and an answer whatever happens. */
import { ClaimgateError, quote } from "@claimgate/core"
import { readsOfBackend } from "../store-reads.ts"
import type { AuthorizerAnswer } from "./authorizer-answer.ts"
import type { AuthorizerCache } from "./authorizer-cache.ts"
import type { Header, HttpRequest, HttpResponse } from "./http-message.ts"
import type { AuthorizerUse } from "./lambda-authorizer.ts"
import type { CallResult } from "./lambda-call.ts"
import type { Limits } from "./limits.ts"
import { type CacheUse, type RequestLog, type RequestLogEntry, withTrace, writeLog } from "./request-log.ts"
import { splitTarget } from "./request-target.ts"
import { type Listening, listen } from "./server.ts"

/** What a gateway needs from outside. */
export interface GatewayDeps {
  /** Milliseconds since the epoch: what tokens and cached answers are dated by. */
  readonly now: () => number
  readonly log?: RequestLog
}

/** A deployed API. */
export interface Gateway {
  /** Answers one request; never rejects. */
  handle(request: HttpRequest): Promise<HttpResponse>
  /** Serves on 127.0.0.1, on a free port for 0. */
  listen(port: number): Promise<Listening>
  /** Forgets all cached authorizer answers. */
  resetAuthorizersCache(): void
}

/** What an authorizer did for one request. */
export interface AuthorizerReport {
  readonly use: AuthorizerUse
  readonly cache: CacheUse
  readonly milliseconds: number
  readonly storeReads: number
}

/** For a route without authorizer, and for answers before one was asked. */
export const notAsked: AuthorizerReport = { use: "none", cache: "off", milliseconds: 0, storeReads: 0 }

/** An authorizer's word on a request: go on with this context, or this is the answer. */
export type Passage<Context, Answer> = { readonly report: AuthorizerReport } & (
  | { readonly allowed: true; readonly context: Context | undefined }
  | { readonly allowed: false; readonly answer: Answer; readonly why: string }
)

/** What authorizers are built with. */
export interface GateDeps {
  readonly now: () => number
  readonly limits: Limits
  readonly cache: AuthorizerCache<AuthorizerAnswer>
}

/** The gates of all of an API's authorizers, by name; refuses routes that name another one. */
export function createGates<Config, Gate>(
  authorizers: Readonly<Record<string, Config>>,
  routes: readonly { readonly routeKey: string; readonly authorizer?: string }[],
  create: (name: string, config: Config) => Gate,
): ReadonlyMap<string, Gate> {
  const stray = routes.find(
    ({ authorizer }) => authorizer !== undefined && !Object.hasOwn(authorizers, authorizer),
  )
  if (stray !== undefined)
    throw new ClaimgateError(
      "malformed_configuration",
      `route ${quote(stray.routeKey)}: expected an authorizer of its API, got ${quote(stray.authorizer ?? "")}`,
    )
  return new Map(Object.entries(authorizers).map(([name, config]) => [name, create(name, config)]))
}

/** HTTP API has one id and uses it for both. */
export interface RequestIds {
  readonly requestId: string
  readonly extendedRequestId: string
}

/** What an integration did for one request. */
export interface IntegrationReport {
  readonly milliseconds: number
  readonly storeReads: number
}

/** For a request that did not get as far. */
export const notIntegrated: IntegrationReport = { milliseconds: 0, storeReads: 0 }

/** Reads the report off a call. */
export function integrationReport({ milliseconds, dynamoRequests }: CallResult): IntegrationReport {
  return { milliseconds, storeReads: readsOfBackend(dynamoRequests) }
}

/** A request that has been served, and how. */
export interface Served {
  readonly response: HttpResponse
  readonly routeKey: string | null
  readonly authorizer: AuthorizerReport
  readonly integration: IntegrationReport
  readonly error: string | null
}

/** What one of the gateways brings along. */
export interface GatewayFrame {
  readonly api: string
  readonly trace: boolean
  readonly payloadBytes: number
  readonly newIds: () => RequestIds
  readonly idHeaders: (ids: RequestIds) => readonly Header[]
  readonly serve: (request: HttpRequest, ids: RequestIds) => Promise<Served>
  /** The answer where `serve` failed, which would be a fault of this stand-in. */
  readonly internalError: HttpResponse
  readonly resetAuthorizersCache: () => void
}

/** Puts the frame around a gateway's own work. */
export function createGateway(frame: GatewayFrame, { log }: GatewayDeps): Gateway {
  const handle = async (request: HttpRequest): Promise<HttpResponse> => {
    const start = performance.now()
    const ids = frame.newIds()
    const served = await serveSafely(frame, request, ids)
    const entry = logEntry(frame.api, request, ids, served, performance.now() - start)
    writeLog(log, entry)
    const { response } = served
    const stamped = { ...response, headers: [...response.headers, ...frame.idHeaders(ids)] }
    return frame.trace ? withTrace(stamped, entry) : stamped
  }
  return {
    handle,
    listen: (port) => listen(handle, port, frame.payloadBytes),
    resetAuthorizersCache: frame.resetAuthorizersCache,
  }
}

/** A request that the gateway answered before it asked anybody. */
export function answeredEarly(response: HttpResponse, error: string, routeKey: string | null = null): Served {
  return { response, routeKey, authorizer: notAsked, integration: notIntegrated, error }
}

async function serveSafely(frame: GatewayFrame, request: HttpRequest, ids: RequestIds): Promise<Served> {
  try {
    return await frame.serve(request, ids)
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown"
    return answeredEarly(frame.internalError, `fault of the gateway: ${why}`)
  }
}

function logEntry(
  api: string,
  request: HttpRequest,
  { requestId }: RequestIds,
  served: Served,
  total: number,
): RequestLogEntry {
  return {
    api,
    requestId,
    method: request.method,
    path: splitTarget(request.target)?.path ?? request.target,
    routeKey: served.routeKey,
    status: served.response.status,
    authorizer: served.authorizer.use,
    cache: served.authorizer.cache,
    storeReads: served.authorizer.storeReads + served.integration.storeReads,
    error: served.error,
    milliseconds: {
      total,
      authorizer: served.authorizer.milliseconds,
      integration: served.integration.milliseconds,
    },
  }
}
