/** A function that is started by the first call for it, as Lambda starts one. */
import type { Invocation } from "../function.ts"
import type { RunningFunction } from "./running-function.ts"

/**
 * Wraps a function's start. Calls that come while it starts wait for the same start; one that failed is the answer
 * to all of them, and the next call tries again. `log` gets why it failed.
 */
export function startAtFirstCall(
  name: string,
  start: () => Promise<RunningFunction>,
  log: (line: string) => void,
): RunningFunction {
  let running: RunningFunction | undefined
  let starting: Promise<RunningFunction> | undefined
  let isClosed = false
  const begin = async () => {
    try {
      running = await start()
      return running
    } catch (fault) {
      starting = undefined
      log(messageOf(fault))
      throw fault
    }
  }
  return {
    name,
    sources: () => running?.sources() ?? [],
    async invoke(event) {
      if (isClosed) return failed("the function was closed")
      starting ??= begin()
      try {
        return await (await starting).invoke(event)
      } catch (fault) {
        return failed(messageOf(fault))
      }
    },
    // Without code there is none to exchange: the first call will find the newest.
    reload: async () => running?.reload(),
    async close() {
      isClosed = true
      // It may be starting right now; where that fails there is nothing to close.
      const one = await starting?.catch(() => undefined)
      await one?.close()
    },
  }
}

/** [L] What Lambda answers where the code does not load. */
function failed(errorMessage: string): Invocation {
  return { ok: false, errorType: "Runtime.ExitError", errorMessage }
}

function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault)
}
