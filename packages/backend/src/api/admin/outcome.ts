/** What an attempt to change something comes to, as an answer. */
import { type Outcome, VersionConflict } from "@claimgate/admin"
import type { Answer } from "../../endpoint.ts"
import { problem } from "../../problem.ts"
import { refused } from "../../rule.ts"

/** Answers what was done; a rule's refusal is a 403 with its reason, another version a 409 with the current one. */
export async function answerTo<T>(
  attempt: () => Promise<Outcome<T>>,
  done: (value: T) => Answer | Promise<Answer>,
): Promise<Answer> {
  try {
    const outcome = await attempt()
    return outcome.ok ? await done(outcome.value) : refused(outcome.broken.rule, outcome.broken.detail)
  } catch (fault) {
    if (!(fault instanceof VersionConflict)) throw fault
    return problem("conflict", fault.message, { version: fault.version })
  }
}
