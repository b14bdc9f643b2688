import { CognitoFailure } from "./failure.ts"
import { operations } from "./operations.ts"
import type { UserPool } from "./pool.ts"

/** A request of the AWS JSON 1.1 protocol, its headers already picked out. */
export interface ApiRequest {
  /** `x-amz-target`. */
  readonly target: string | undefined
  readonly authorization: string | undefined
  readonly body: string
}

/** An answer of the protocol; `failure` is the exception's name where it is one. */
export interface ApiResponse {
  readonly status: number
  readonly body: object
  readonly failure?: { readonly code: string; readonly message: string }
}

const SERVICE = "AWSCognitoIdentityProviderService."

/**
 * Answers a request. It never rejects: what goes wrong
 * inside is an `InternalErrorException` without any detail.
 */
export async function answerApi(pool: UserPool, request: ApiRequest): Promise<ApiResponse> {
  try {
    return { status: 200, body: await run(pool, request) }
  } catch (error) {
    return formatFailure(
      error instanceof CognitoFailure
        ? error
        : new CognitoFailure("InternalErrorException", "An internal error occurred."),
    )
  }
}

/** An exception as the protocol carries it. */
export function formatFailure({ code, message }: CognitoFailure): ApiResponse {
  const status = { InternalErrorException: 500, RequestEntityTooLargeException: 413 }[code as string] ?? 400
  return { status, body: { __type: code, message }, failure: { code, message } }
}

/** Runs an operation without HTTP, as an administrator who needs no credentials: for seeding a pool. */
export async function callOperation(pool: UserPool, name: string, input: object): Promise<object> {
  return findOperation(SERVICE + name).run(pool, input)
}

async function run(pool: UserPool, { target, authorization, body }: ApiRequest): Promise<object> {
  const operation = findOperation(target)
  if (operation.access === "administrator") checkSigned(authorization)
  return operation.run(pool, parseBody(body))
}

function findOperation(target: string | undefined) {
  const operation = target?.startsWith(SERVICE) ? operations.get(target.slice(SERVICE.length)) : undefined
  if (operation === undefined)
    throw new CognitoFailure("UnknownOperationException", "The requested operation is not known.")
  return operation
}

/**
 * Administrators sign with AWS credentials. A local pool knows nobody's secret key, so it looks for a
 * well-formed Signature Version 4 header and believes it: listen on the loopback address only.
 */
function checkSigned(authorization: string | undefined): void {
  if (authorization === undefined)
    throw new CognitoFailure("MissingAuthenticationTokenException", "Missing Authentication Token")
  const parts = ["Credential=", "SignedHeaders=", "Signature="]
  if (!authorization.startsWith("AWS4-HMAC-SHA256 ") || !parts.every((part) => authorization.includes(part)))
    throw new CognitoFailure(
      "IncompleteSignatureException",
      "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders' parameters.",
    )
}

function parseBody(body: string): object {
  const value = readJson(body)
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new CognitoFailure("SerializationException", "The request body is not a JSON object.")
  return value
}

function readJson(body: string): unknown {
  try {
    // The protocol reads null as absent; a reviver that returns undefined drops the member.
    return JSON.parse(body, (_name, value: unknown) => (value === null ? undefined : value))
  } catch {
    return undefined
  }
}
