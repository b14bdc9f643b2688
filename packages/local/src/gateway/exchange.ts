/** One request on its way through a gateway, with what the gateway found out about it: what events are built from. */
import { randomBytes, randomUUID } from "node:crypto"
import { type Header, type HttpRequest, headerValues } from "./http-message.ts"

/** Where an API is deployed. */
export interface Deployment {
  readonly id: string
  readonly stage: string
  readonly region: string
  readonly accountId: string
  readonly domainName: string
  readonly stageVariables: Readonly<Record<string, string>>
}

/** A deployment as a configuration gives it. */
export interface DeploymentConfig {
  readonly id: string
  readonly region?: string
  readonly accountId?: string
  readonly stageVariables?: Readonly<Record<string, string>>
}

/** A request that has a route. */
export interface Exchange {
  readonly deployment: Deployment
  readonly request: HttpRequest
  /** The method that was routed; differs from the request's own where a header overrode it (REST API). */
  readonly method: string
  /** As sent, percent-encoded, with the stage. */
  readonly sentPath: string
  /** What the route was matched on, without the stage: decoded on HTTP API, percent-encoded on REST API. */
  readonly path: string
  /** As sent, without `?`. */
  readonly query: string
  readonly routeKey: string
  /** `/users/{id}`; the route key again for `$default`. */
  readonly resourcePath: string
  readonly pathParameters: Readonly<Record<string, string>>
  readonly requestId: string
  readonly extendedRequestId: string
  /** Milliseconds since the epoch. */
  readonly timeEpoch: number
}

/** Completes a deployment with names as AWS makes them. */
export function deploymentOf(config: DeploymentConfig, stage: string): Deployment {
  const region = config.region ?? "eu-west-1"
  return {
    id: config.id,
    stage,
    region,
    accountId: config.accountId ?? "123456789012",
    // INVARIANT: never the client's own Host header, which AWS checks before a request gets here.
    domainName: `${config.id}.execute-api.${region}.amazonaws.com`,
    stageVariables: config.stageVariables ?? {},
  }
}

/** An id as HTTP API gives its requests, and REST API its extended ones: 16 characters, the last a `=`. [L] */
export function shortRequestId(): string {
  return `${randomBytes(11).toString("base64url")}=`
}

/** An id as REST API gives its requests. [L] */
export function longRequestId(): string {
  return randomUUID()
}

/** The ARN that a policy's Resource is compared with: `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path`. */
export function arnOf({ deployment, method, path }: Exchange): string {
  const { region, accountId, id, stage } = deployment
  return `arn:aws:execute-api:${region}:${accountId}:${id}/${stage}/${method}${path}`
}

/** `12/Mar/2020:19:03:58 +0000`, as the request context writes time. [D] */
export function commonLogTime(epoch: number): string {
  const text = new Date(epoch).toUTCString()
  return `${text.slice(5, 7)}/${text.slice(8, 11)}/${text.slice(12, 16)}:${text.slice(17, 25)} +0000`
}

// They concern one connection only, or the gateway alone: none reaches an integration. [L] for REST API, [U] for HTTP API.
const dropped = new Set([
  "connection",
  "content-md5",
  "expect",
  "keep-alive",
  "max-forwards",
  "proxy-authenticate",
  "proxy-connection",
  "server",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "www-authenticate",
])

/** The request's headers as events carry them: without the connection's own, with the ones that AWS adds. */
export function forwardedHeaders(exchange: Exchange): Header[] {
  const { headers, sourceIp } = exchange.request
  const kept = headers.filter(([name]) => !dropped.has(name.toLowerCase()) && !isReplaced(name))
  const hops = [...headerValues(headers, "x-forwarded-for"), sourceIp].join(", ")
  return [
    ...kept,
    ["x-amzn-trace-id", `Root=${traceId(exchange.timeEpoch)}`],
    ["x-forwarded-for", hops],
    ["x-forwarded-port", "443"],
    ["x-forwarded-proto", "https"],
  ]
}

const replaced = new Set(["x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"])

function isReplaced(name: string): boolean {
  return replaced.has(name.toLowerCase())
}

function traceId(epoch: number): string {
  const seconds = Math.floor(epoch / 1000).toString(16)
  return `1-${seconds.padStart(8, "0")}-${randomBytes(12).toString("hex")}`
}
