/** What must hold of a plan and no mock can tell. Each check answers with sentences, none where all is well. */
import type { Config } from "../../variables.ts"
import type { Plan } from "../plan.ts"
import type { Variant } from "../record.ts"

/** What was asked for. */
export interface Asked extends Variant {
  readonly config: Config
}

export type Check = (plan: Plan, asked: Asked) => readonly string[]

/** One sentence for each thing that is not as it should be. */
export function complain<Thing>(
  things: Iterable<Thing>,
  isWrong: (thing: Thing) => boolean,
  sentence: (thing: Thing) => string,
): readonly string[] {
  return [...things].filter(isWrong).map(sentence)
}

export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
