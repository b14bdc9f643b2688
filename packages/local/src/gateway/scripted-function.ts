/** Functions for tests of the gateways: they answer from a script and remember what they were asked. */
import type { Invocation, LambdaFunction } from "../function.ts"

/** A function and its memory. */
export interface ScriptedFunction extends LambdaFunction {
  /** Every event so far, as it looks after its way through JSON. */
  readonly events: readonly unknown[]
}

/** A function that answers with what the script returns; what the script throws is an error by its message. */
export function scriptedFunction(name: string, script: (event: never) => unknown): ScriptedFunction {
  const events: unknown[] = []
  return {
    name,
    events,
    async invoke(event): Promise<Invocation> {
      const received: unknown = JSON.parse(JSON.stringify(event))
      events.push(received)
      try {
        // A script says itself which event it expects.
        const payload: unknown = await script(received as never)
        return { ok: true, payload: payload === undefined ? null : JSON.parse(JSON.stringify(payload)) }
      } catch (error) {
        return { ok: false, errorType: "Error", errorMessage: error instanceof Error ? error.message : "" }
      }
    },
  }
}

/** An integration that answers 200 and says who it is. */
export function echo(name: string): ScriptedFunction {
  return scriptedFunction(name, () => ({ statusCode: 200, body: name }))
}

/** A promise that nobody keeps. */
export function never(): Promise<never> {
  return new Promise(() => {})
}
