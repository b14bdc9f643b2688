/** An explanation in words; the same words whichever door it came by. */
import { type Explanation, formatExplanation } from "@claimgate/admin"
import * as z from "zod"
import { parseAnswer } from "./answer.ts"
import type { Explained } from "./door.ts"

/** As much of it as tells an explanation of this version from something else. */
const explanation = z.looseObject({
  subject: z.string(),
  method: z.string(),
  path: z.string(),
  allowed: z.boolean(),
  because: z.string(),
  member: z.looseObject({ state: z.string(), version: z.number() }),
  roles: z.array(z.looseObject({ name: z.string(), state: z.string(), version: z.number() })),
  route: z.looseObject({ found: z.boolean() }),
  matched: z.array(z.looseObject({ permission: z.string(), effect: z.string() })),
  epoch: z.string(),
  release: z.looseObject({ fingerprint: z.string(), published: z.boolean() }),
  token: z.looseObject({ state: z.string(), epoch: z.string(), length: z.number() }),
  doors: z.array(
    z.looseObject({
      strategy: z.string(),
      status: z.number(),
      by: z.string(),
      from: z.string(),
      because: z.string(),
      cacheKey: z.array(z.string()).optional(),
    }),
  ),
})

/** Puts an explanation into lines. Throws `dependency_failed` for what is none. */
export function explained(answer: unknown): Explained {
  const value = parseAnswer(explanation, answer)
  // Every field that is put into words was looked at; a word that this version does not know is printed as undefined.
  return { value, lines: formatExplanation(value as unknown as Explanation) }
}
