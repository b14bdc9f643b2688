/** How a command's declaration and its action come together. */
import type { Invocation } from "../invocation.ts"

/** Runs a command with what it was given; gives an exit code, or undefined for 0. */
export type Action<Options> = (
  invocation: Invocation,
  options: Options,
  ...args: string[]
) => Promise<number | undefined>

/** Makes an action of commander's. */
export type Perform = <Options>(action: Action<Options>) => (...given: unknown[]) => Promise<void>
