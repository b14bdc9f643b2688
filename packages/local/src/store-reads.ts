/**
 * How many reads of permissions a function's requests to DynamoDB are. An authorizer keeps nothing there but
 * permissions and the change feed; a backend reads the API's own data there too, and permissions with `BatchGetItem`
 * alone.
 */

/** Requests to DynamoDB, one by one as an invocation has them. */
type Operations = readonly string[]

export function readsOfAuthorizer(asked: Operations): number {
  return asked.length
}

export function readsOfBackend(asked: Operations): number {
  return asked.filter((operation) => operation === "BatchGetItem").length
}
