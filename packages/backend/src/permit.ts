/**
 * What an endpoint does before its handler runs: look something up, and ask whether that is permitted. Both happen
 * behind the gate and behind the reading of query and body, and before anything is written.
 *
 * @example
 * endpoint(nothing, load(theReport, permit(isOwner, async ({ loaded: report, c }) => ...)))
 */
import type { Answer } from "./endpoint.ts"
import { isPermitted, type Refused, type Rule } from "./rule.ts"

/** Answers a call. */
export type Handle<Asked> = (asked: Asked) => Answer | Promise<Answer>

/** A handler that has something to settle first: it ends in a refusal, or in what is left to do. */
export interface Guarded<Asked> {
  readonly settle: (asked: Asked) => Promise<Refused | Ready>
}

/** What is left to do once a call is permitted. */
export type Ready = () => Answer | Promise<Answer>

/** What `load` has read. */
export interface Found<Loaded> {
  readonly loaded: Loaded
}

/** Asks a rule before the handler; `all` and `any` make one rule of several. */
export function permit<Asked extends Needed, Needed>(
  rule: Rule<Needed>,
  next: Handle<Asked> | Guarded<Asked>,
): Guarded<Asked> {
  return {
    async settle(asked) {
      const ruling = await rule(asked)
      return isPermitted(ruling) ? settle(next, asked) : ruling
    },
  }
}

/**
 * Reads what a call is about, once: rules and handler get the same copy as `loaded`, so what was permitted is what is
 * acted upon. Write over the version that it has, and nothing can come in between.
 */
export function load<Asked extends Needed, Needed, Loaded>(
  read: (asked: Needed) => Promise<Loaded>,
  next: Handle<NoInfer<Asked> & Found<Loaded>> | Guarded<NoInfer<Asked> & Found<Loaded>>,
): Guarded<Asked> {
  return {
    async settle(asked) {
      return settle(next, { ...asked, loaded: await read(asked) })
    },
  }
}

/** Settles whatever comes before a handler; a plain one has nothing to settle. */
export async function settle<Asked>(
  next: Handle<Asked> | Guarded<Asked>,
  asked: Asked,
): Promise<Refused | Ready> {
  return typeof next === "function" ? () => next(asked) : next.settle(asked)
}
