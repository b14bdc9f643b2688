/**
 * A REST API's integration event, payload 1.0. Source: docs.aws.amazon.com/apigateway/latest/developerguide/
 * set-up-lambda-proxy-integrations.html
 */
import { fieldsOf } from "./fields.ts"
import { assemble, type ReadEvent } from "./gateway-request.ts"

/** Reads an event of payload 1.0; anything else is no request. */
export function readRestApiEvent(event: unknown): ReadEvent {
  const fields = fieldsOf(event)
  const { version, path, httpMethod, body, isBase64Encoded } = fields
  const { requestId, elb, authorizer } = fieldsOf(fields.requestContext)
  const isPayload =
    (version === undefined || version === "1.0") &&
    typeof path === "string" &&
    typeof httpMethod === "string" &&
    // A load balancer's event is alike, and no authorizer stands before it.
    elb === undefined
  if (!isPayload) return { ok: false, detail: "event: expected a REST API's payload 1.0", requestId: "" }
  return assemble({
    method: httpMethod,
    // As it was sent, percent-encoded, and without the stage.
    path,
    query: formatQuery(pairsOf(fields.multiValueQueryStringParameters, fields.queryStringParameters)),
    headers: pairsOf(fields.multiValueHeaders, fields.headers),
    ...{ body, isBase64Encoded, requestId, authorizer },
  })
}

type Pair = readonly [name: string, value: unknown]

/** What was sent once or more; the maps of single values have the last one only, and both are null where there is none. */
function pairsOf(multiple: unknown, single: unknown): readonly Pair[] {
  if (multiple === undefined || multiple === null) return Object.entries(fieldsOf(single))
  return Object.entries(fieldsOf(multiple)).flatMap(([name, values]): readonly Pair[] =>
    Array.isArray(values) ? values.map((value: unknown) => [name, value] as const) : [[name, values]],
  )
}

/** They were decoded on the way, so they are encoded again; undefined where one is no text. */
function formatQuery(pairs: readonly Pair[]): string | undefined {
  const isText = (pair: Pair): pair is readonly [string, string] => typeof pair[1] === "string"
  if (!pairs.every(isText)) return undefined
  return new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString()
}
