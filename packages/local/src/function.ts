/** What came back from a function: its JSON answer, or its error as Lambda reports one. */
export type Invocation = Outcome & {
  /** The operations that it asked DynamoDB for until it answered, in order; left out where nobody counts. */
  readonly dynamoRequests?: readonly string[]
}

type Outcome =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string }

/** A deployed function as its callers see it: JSON goes in, JSON or an error comes out. */
export interface LambdaFunction {
  readonly name: string
  /** Never rejects; a time-out is an error with the type `Sandbox.Timedout`. */
  invoke(event: unknown): Promise<Invocation>
}
