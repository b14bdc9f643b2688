/** The names of the errors that are made here; dynalite makes its own. */
export type ErrorName =
  | "AccessDeniedException"
  | "ConditionalCheckFailedException"
  | "IdempotentParameterMismatchException"
  | "IncompleteSignatureException"
  | "InternalServerError"
  | "MissingAuthenticationTokenException"
  | "ProvisionedThroughputExceededException"
  | "SerializationException"
  | "TransactionCanceledException"
  | "TransactionConflictException"
  | "UnknownOperationException"
  | "ValidationException"

/** An answer that is an error: the HTTP status and the body, JSON or (where the service does so) plain text. */
export class ServiceError extends Error {
  override readonly name = "ServiceError"
  readonly status: number
  readonly body: Readonly<Record<string, unknown>> | string

  constructor(status: number, body: Readonly<Record<string, unknown>> | string) {
    super(typeof body === "string" ? body : String(body.message ?? body.Message ?? body.__type))
    this.status = status
    this.body = body
  }
}

const coral = "com.amazon.coral.service"
const dynamo = "com.amazonaws.dynamodb.v20120810"
const namespaces: Readonly<Record<ErrorName, string>> = {
  AccessDeniedException: coral,
  ConditionalCheckFailedException: dynamo,
  IdempotentParameterMismatchException: dynamo,
  IncompleteSignatureException: coral,
  InternalServerError: dynamo,
  MissingAuthenticationTokenException: coral,
  ProvisionedThroughputExceededException: dynamo,
  SerializationException: coral,
  TransactionCanceledException: dynamo,
  TransactionConflictException: dynamo,
  UnknownOperationException: coral,
  ValidationException: "com.amazon.coral.validate",
}

/** An error by name, with a message or without, and further fields of its body. */
export function serviceError(name: ErrorName, message?: string, more?: Readonly<Record<string, unknown>>) {
  const status = name === "InternalServerError" ? 500 : 400
  const text = message === undefined ? {} : { message }
  return new ServiceError(status, { __type: `${namespaces[name]}#${name}`, ...text, ...more })
}

/** Any thrown thing as an answer: what dynalite made for the wire as it is, everything else as a bare 500. */
export function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error
  // Read as unknown, so that the assertion claims nothing.
  const { statusCode, body } = (error ?? {}) as { statusCode?: unknown; body?: unknown }
  if (typeof statusCode === "number" && typeof body === "object" && body !== null)
    return new ServiceError(statusCode, { ...body })
  return serviceError("InternalServerError", "Internal server error")
}

/** The error's name without its namespace, or nothing for a plain-text error. */
export function nameOf(error: ServiceError): string | undefined {
  if (typeof error.body === "string") return undefined
  return String(error.body.__type).split("#")[1]
}
