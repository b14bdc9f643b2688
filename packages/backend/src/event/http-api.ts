/**
 * An HTTP API's integration event, payload 2.0. Sources: docs.aws.amazon.com/apigateway/latest/developerguide/
 * http-api-develop-integrations-lambda.html; for the stage in `rawPath`, github.com/CodeGenieApp/serverless-express/
 * issues/465 and github.com/aws-powertools/powertools-lambda-python/issues/621.
 */
import { encodePath } from "@claimgate/core"
import { fieldsOf } from "./fields.ts"
import { assemble, type ReadEvent } from "./gateway-request.ts"

/** Reads an event of payload 2.0; anything else is no request. */
export function readHttpApiEvent(event: unknown): ReadEvent {
  const { version, rawPath, rawQueryString, headers, body, isBase64Encoded, requestContext } = fieldsOf(event)
  const { http, requestId, stage, authorizer } = fieldsOf(requestContext)
  const isPayload = version === "2.0" && typeof rawPath === "string" && typeof http === "object"
  if (!isPayload) return { ok: false, detail: "event: expected an HTTP API's payload 2.0", requestId: "" }
  const below = belowStage(rawPath, stage)
  return assemble({
    method: fieldsOf(http).method,
    // The gateway decodes the path before it hands it over.
    path: below === undefined ? undefined : encodePath(below),
    query: readQuery(rawQueryString),
    // Cookies come in a list of their own, and nothing here reads them.
    headers: Object.entries(fieldsOf(headers)),
    ...{ body, isBase64Encoded, requestId, authorizer },
  })
}

/** A stage that has a name leads the path, also behind a domain of one's own; `$default` does not. */
function belowStage(rawPath: string, stage: unknown): string | undefined {
  if (stage === "$default") return rawPath
  if (typeof stage !== "string") return undefined
  if (rawPath === `/${stage}`) return "/"
  return rawPath.startsWith(`/${stage}/`) ? rawPath.slice(stage.length + 1) : undefined
}

function readQuery(raw: unknown): string | undefined {
  return raw === undefined ? "" : typeof raw === "string" ? raw : undefined
}
