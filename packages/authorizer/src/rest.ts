/**
 * REST API: TOKEN and REQUEST events in, IAM policies out. Sources: docs.aws.amazon.com/apigateway/latest/developerguide/
 * api-gateway-lambda-authorizer-input.html, configure-api-gateway-lambda-authorization.html
 */
import type { AuthorizationRequest, Authorize } from "./authorize.ts"
import { malformed, record, text } from "./event.ts"
import {
  type MethodArn,
  type PolicyAnswer,
  type PolicyResource,
  parseMethodArn,
  policyOf,
  resourceOfPath,
  resourceOfRequest,
} from "./policy.ts"

/** A request, and what a policy about it speaks of. */
export interface RestRequest extends AuthorizationRequest {
  readonly resource: string
}

/**
 * Makes a REST API authorizer whose policies speak of that resource. A 401 is the one error that the gateway knows,
 * exactly `Unauthorized`, and none that it remembers. `invocation` is Lambda's own context: a TOKEN event has no id.
 */
export function createRestAuthorizer(
  authorize: Authorize,
  form: PolicyResource,
): (event: unknown, invocation?: unknown) => Promise<PolicyAnswer> {
  return async (event, invocation) => {
    const { resource, ...request } = parseRestEvent(event, form, invocation)
    const authorization = await authorize(request)
    switch (authorization.status) {
      case 200:
        return policyOf(authorization.context.subject, "Allow", resource, { ...authorization.context })
      case 401:
        throw new Error("Unauthorized")
      case 403:
        // Whom a 403 is for is known; the gateway takes no answer without a name.
        return policyOf(authorization.subject ?? "nobody", "Deny", resource, {})
    }
  }
}

/** Reads an event. Throws `malformed_input`, naming the field, which the gateway answers with a 500. */
export function parseRestEvent(event: unknown, form: PolicyResource, invocation?: unknown): RestRequest {
  const fields = record(event, "event")
  const arn = parseMethodArn(text(fields.methodArn, "methodArn"))
  if (fields.type === "REQUEST") return parseRequestEvent(fields, arn, form)
  if (fields.type !== "TOKEN") throw malformed("type", "`TOKEN` or `REQUEST`")
  // It sees one path and never the resource that others share with it.
  if (form === "resource") throw malformed("type", "`REQUEST`, as policies speak of a resource")
  return {
    requestId: requestIdOf(invocation),
    authorization: text(fields.authorizationToken, "authorizationToken"),
    method: arn.method,
    path: arn.path,
    resource: resourceOfRequest(arn),
  }
}

type Fields = Readonly<Record<string, unknown>>

/** With `path` the request's own path decides, as behind a proxy the resource is every route's; with `resource` that does. */
function parseRequestEvent(fields: Fields, arn: MethodArn, form: PolicyResource): RestRequest {
  const context = record(fields.requestContext, "requestContext")
  const method = text(fields.httpMethod, "httpMethod")
  const resourcePath = text(fields.resource, "resource")
  // The gateway judges the policy by its ARN, and keeps it under its resource path.
  if (method !== arn.method) throw malformed("httpMethod", "the method of `methodArn`")
  if (context.resourcePath !== resourcePath) throw malformed("requestContext.resourcePath", "`resource`")
  const request = {
    requestId: text(context.requestId, "requestContext.requestId"),
    authorization: authorizationOf(fields),
    method,
    // As sent and without the stage, which `requestContext.path` has in front.
    path: text(fields.path, "path"),
  }
  if (form === "path") return { ...request, resource: resourceOfRequest(arn) }
  const resource = resourceOfPath(arn, resourcePath)
  return { ...request, gatewayRoute: `${method} ${resourcePath}`, shared: true, resource }
}

/** All values of the header, whatever its case: joined, so that two of them are no token. */
function authorizationOf({ headers, multiValueHeaders }: Fields): string | undefined {
  const values = Object.entries(record(multiValueHeaders ?? headers ?? {}, "headers"))
    .filter(([name]) => name.toLowerCase() === "authorization")
    .flatMap(([, value]) => value)
    .map((value) => text(value, "headers.Authorization"))
  return values.length === 0 ? undefined : values.join(",")
}

function requestIdOf(invocation: unknown): string {
  const { awsRequestId } = record(invocation ?? {}, "invocation")
  return typeof awsRequestId === "string" ? awsRequestId : ""
}
