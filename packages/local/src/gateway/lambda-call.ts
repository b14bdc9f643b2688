import type { LambdaFunction } from "../function.ts"

type Result =
  | { readonly kind: "answer"; readonly payload: unknown }
  | { readonly kind: "error"; readonly errorMessage: string }
  | { readonly kind: "timeout" }

/** What a gateway learns from calling a function, and how long that took. */
export type CallResult = Result & { readonly milliseconds: number }

/** Calls a function and stops waiting after that many milliseconds of real time; never rejects. */
export async function callFunction(
  lambda: LambdaFunction,
  event: unknown,
  patience: number,
): Promise<CallResult> {
  const start = performance.now()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Result>((resolve) => {
    timer = setTimeout(() => resolve({ kind: "timeout" }), patience)
  })
  const result = await Promise.race([invoke(lambda, event), late])
  clearTimeout(timer)
  return { ...result, milliseconds: performance.now() - start }
}

async function invoke(lambda: LambdaFunction, event: unknown): Promise<Result> {
  try {
    const invocation = await lambda.invoke(event)
    if (invocation.ok) return { kind: "answer", payload: invocation.payload }
    return { kind: "error", errorMessage: invocation.errorMessage }
  } catch {
    return { kind: "error", errorMessage: `function \`${lambda.name}\` could not be called` }
  }
}
