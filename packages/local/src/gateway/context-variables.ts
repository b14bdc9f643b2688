/**
 * `$context`, as identity sources and gateway responses can name it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
import { rawPathOf } from "./event-v2.ts"
import { commonLogTime, type Exchange } from "./exchange.ts"
import { headerValues } from "./http-message.ts"

/** Variables by name, without the `$context.` before it. */
export type ContextVariables = ReadonlyMap<string, (exchange: Exchange) => string>

const shared: readonly (readonly [name: string, read: (exchange: Exchange) => string])[] = [
  ["accountId", ({ deployment }) => deployment.accountId],
  ["apiId", ({ deployment }) => deployment.id],
  ["domainName", ({ deployment }) => deployment.domainName],
  ["domainPrefix", ({ deployment }) => deployment.id],
  ["extendedRequestId", ({ extendedRequestId }) => extendedRequestId],
  ["httpMethod", ({ method }) => method],
  ["identity.sourceIp", ({ request }) => request.sourceIp],
  ["identity.userAgent", ({ request }) => headerValues(request.headers, "user-agent").at(-1) ?? ""],
  ["protocol", () => "HTTP/1.1"],
  ["requestId", ({ requestId }) => requestId],
  ["requestTime", ({ timeEpoch }) => commonLogTime(timeEpoch)],
  ["requestTimeEpoch", ({ timeEpoch }) => String(timeEpoch)],
  ["stage", ({ deployment }) => deployment.stage],
]

/** What an HTTP API knows of a request; its `path` is decoded, as `rawPath` is: [U]. */
export const httpApiContext: ContextVariables = new Map([
  ...shared,
  ["path", rawPathOf],
  ["routeKey", ({ routeKey }: Exchange) => routeKey],
])

/** What a REST API knows of a request; its `path` is as sent, with the stage. [D] */
export const restApiContext: ContextVariables = new Map([
  ...shared,
  ["path", ({ sentPath }: Exchange) => sentPath],
  ["resourceId", ({ routeKey }: Exchange) => routeKey],
  ["resourcePath", ({ resourcePath }: Exchange) => resourcePath],
])
