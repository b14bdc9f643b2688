/**
 * Business rules: what a permission for a route cannot say, because it depends on whose report it is or on how many
 * there are. A rule sees the request as the gate has let it through, and answers; it writes nothing.
 */

/** A refusal by a rule: a reason in one word, and a sentence for the person who reads the answer. */
export interface Refused {
  readonly permitted: false
  /** `not_owner`: `a-z` and `_`, for logs and clients; of few. */
  readonly because: string
  readonly detail: string
}

export type Ruling = { readonly permitted: true } | Refused

/** Rules on what `Asked` says of a request. One that throws is a fault: nobody passes. */
export type Rule<Asked> = (asked: Asked) => Ruling | Promise<Ruling>

export const permitted: Ruling = { permitted: true }

/**
 * Refuses for a reason that stands in the code, never one that is made up for a request: logs count refusals by it, and
 * each is a metric that costs money. Past the first 20 of a process, a reason is in the line and counted as `refused` only.
 */
export function refused(because: string, detail: string): Refused {
  return { permitted: false, because, detail }
}

/** What several rules ask for, all of it. */
type AskedBy<Rules extends readonly Rule<never>[]> = [Rules[number]] extends [Rule<infer Asked>]
  ? Asked
  : never

/** Every rule must permit, one after the other; the first refusal is the answer, and the rest is not asked. */
export function all<const Rules extends readonly Rule<never>[]>(...rules: Rules): Rule<AskedBy<Rules>> {
  return async (asked) => {
    for (const rule of rules) {
      const ruling = await put(rule, asked)
      if (!isPermitted(ruling)) return ruling
    }
    return permitted
  }
}

/**
 * One rule must permit, asked one after the other: put those first that have to look nothing up. Where none does, the
 * first one's refusal is the answer.
 */
export function any<const Rules extends readonly [Rule<never>, ...Rule<never>[]]>(
  ...rules: Rules
): Rule<AskedBy<Rules>> {
  return async (asked) => {
    const [first, ...others] = rules
    const refusal = await put(first, asked)
    if (isPermitted(refusal)) return permitted
    for (const rule of others) if (isPermitted(await put(rule, asked))) return permitted
    return refusal
  }
}

/** What all rules ask for together, each of them may ask for: the compiler cannot follow that through the list. */
function put(rule: Rule<never>, asked: unknown): Ruling | Promise<Ruling> {
  return rule(asked as never)
}

/** INVARIANT: nothing but the one word permits; what is no ruling at all throws, or is a refusal (rule.test.ts). */
export function isPermitted(ruling: Ruling): ruling is { readonly permitted: true } {
  return ruling.permitted === true
}
