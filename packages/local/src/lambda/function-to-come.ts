import type { LambdaFunction } from "../function.ts"

/** A function that others can be given before it is deployed; it answers calls with an error until then. */
export interface FunctionToCome extends LambdaFunction {
  become(real: LambdaFunction): void
}

/** Names one that is to come. The user pool's trigger is one: the trigger needs the table, the pool the trigger. */
export function functionToCome(name: string): FunctionToCome {
  let real: LambdaFunction | undefined
  return {
    name,
    become(known) {
      real = known
    },
    invoke: async (event) =>
      real?.invoke(event) ?? {
        ok: false,
        errorType: "Runtime.NotStarted",
        errorMessage: "the function is not deployed yet",
      },
  }
}
