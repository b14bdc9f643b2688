import type { Raw } from "./client.ts"

/** One case of the contract: what is done, under keys of its own, and what has to come of it on every engine. */
export interface Row {
  readonly name: string
  /** Gives plain JSON: one outcome or a list of them. */
  run(raw: Raw): Promise<unknown>
  readonly expected: unknown
}
