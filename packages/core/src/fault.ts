import { ClaimgateError } from "./errors.ts"

/** How many causes of causes are named: a cycle of them must end. */
const longestChain = 5

/**
 * What a log may say of a fault, in every package: our own messages whole, which hold no secret, and of all others the
 * names only. AWS puts principals and keys into its messages, and a parser quotes what it read. A cause is said where
 * what stands before has not named it.
 */
export function describeFault(fault: unknown): string {
  let text = ""
  for (let cause = fault, depth = 0; cause instanceof Error && depth < longestChain; depth++) {
    const words = cause instanceof ClaimgateError ? cause.message : cause.name
    if (!text.includes(words)) text += (text && ": ") + words
    cause = cause.cause
  }
  return text || typeof fault
}
