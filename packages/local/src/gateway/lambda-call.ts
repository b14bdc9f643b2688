import type { LambdaFunction } from "../function.ts"

type Result =
  | { readonly kind: "answer"; readonly payload: unknown }
  | { readonly kind: "error"; readonly errorMessage: string }
  | { readonly kind: "timeout" }

type Counted = Result & Pick<CallResult, "dynamoRequests">

/** What a gateway learns from calling a function, how long that took, and what DynamoDB was asked for meanwhile. */
export type CallResult = Result & {
  readonly milliseconds: number
  readonly dynamoRequests: readonly string[]
}

/** Calls a function and stops waiting after that many milliseconds of real time; never rejects. */
export async function callFunction(
  lambda: LambdaFunction,
  event: unknown,
  patience: number,
): Promise<CallResult> {
  const start = performance.now()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Counted>((resolve) => {
    timer = setTimeout(() => resolve({ kind: "timeout", dynamoRequests: [] }), patience)
  })
  const result = await Promise.race([invoke(lambda, event), late])
  clearTimeout(timer)
  return { ...result, milliseconds: performance.now() - start }
}

async function invoke(lambda: LambdaFunction, event: unknown): Promise<Counted> {
  try {
    const invocation = await lambda.invoke(event)
    const { dynamoRequests = [] } = invocation
    if (invocation.ok) return { kind: "answer", payload: invocation.payload, dynamoRequests }
    return { kind: "error", errorMessage: invocation.errorMessage, dynamoRequests }
  } catch {
    const errorMessage = `function \`${lambda.name}\` could not be called`
    return { kind: "error", errorMessage, dynamoRequests: [] }
  }
}
