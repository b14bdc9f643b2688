/** What comes back from the admin API: parsed, so that a stage of another version is an error and not nonsense. */
import { ClaimgateError } from "@claimgate/core"
import type * as z from "zod"

/** The answer as the schema has it. Throws `dependency_failed`. */
export function parseAnswer<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const path = parsed.error.issues[0]?.path.join(".") ?? ""
  throw new ClaimgateError(
    "dependency_failed",
    `admin API: field \`${path}\`: expected an answer of this version's; is the stage deployed from another one?`,
  )
}
