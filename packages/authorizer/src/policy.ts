/**
 * IAM policies for REST APIs: one statement, for the one request or for the one resource that was decided. Source:
 * docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
import { ClaimgateError, quote } from "@claimgate/core"
import { malformed } from "./event.ts"

/**
 * What a policy speaks of. `path` is the request's own method ARN: right where the answer is kept under method and path,
 * or not at all. `resource` is method and resource path with `*` for each parameter: right where it is kept under these.
 */
export type PolicyResource = "path" | "resource"

/** Reads `POLICY_RESOURCE`; throws `malformed_configuration`. */
export function parsePolicyResource(value: string | undefined): PolicyResource {
  if (value === "path" || value === "resource") return value
  throw new ClaimgateError(
    "malformed_configuration",
    `POLICY_RESOURCE: expected \`path\` or \`resource\`, got ${quote(value ?? "")}`,
  )
}

/** A method's ARN, taken apart. */
export interface MethodArn {
  /** `arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/` */
  readonly stage: string
  readonly method: string
  /** Percent-encoded, without the stage. */
  readonly path: string
}

const arnShape =
  /^(arn:aws[a-z-]*:execute-api:[a-z0-9-]+:\d{12}:[A-Za-z0-9]+\/[A-Za-z0-9_-]+\/)([A-Z]+)(\/.*)$/s

/** Takes a method's ARN apart. Throws `malformed_input`. */
export function parseMethodArn(arn: string): MethodArn {
  const [, stage, method, path] = arnShape.exec(arn) ?? []
  if (stage === undefined || method === undefined || path === undefined)
    throw malformed("methodArn", "`arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path`")
  return { stage, method, path }
}

/** The Resource that is this very request. A `*` of its path would be a wildcard: `?` is the least that covers it. */
export function resourceOfRequest({ stage, method, path }: MethodArn): string {
  // `${` would begin a policy variable.
  return fitting(`${stage}${method}${path.replace(/[*$]/g, "?")}`)
}

/** The Resource that is every request for a resource. `*` crosses `/`, so it is right under that resource's key only. */
export function resourceOfPath({ stage, method }: MethodArn, resourcePath: string): string {
  return fitting(`${stage}${method}${resourcePath.replace(/\{[^{}]*\}/g, "*")}`)
}

const longestResource = 512

/** What is too long becomes a prefix: wider, and still kept under a key that no other request has. */
function fitting(resource: string): string {
  return resource.length > longestResource ? `${resource.slice(0, longestResource - 1)}*` : resource
}

/** What a REST API is answered. */
export interface PolicyAnswer {
  readonly principalId: string
  readonly policyDocument: {
    readonly Version: "2012-10-17"
    readonly Statement: readonly [
      { readonly Action: "execute-api:Invoke"; readonly Effect: "Allow" | "Deny"; readonly Resource: string },
    ]
  }
  readonly context: Readonly<Record<string, string>>
}

/** The one statement about that Resource. */
export function policyOf(
  principalId: string,
  Effect: "Allow" | "Deny",
  Resource: string,
  context: Readonly<Record<string, string>>,
): PolicyAnswer {
  const Statement = [{ Action: "execute-api:Invoke", Effect, Resource }] as const
  return { principalId, policyDocument: { Version: "2012-10-17", Statement }, context }
}
