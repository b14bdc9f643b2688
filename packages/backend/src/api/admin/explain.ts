/** Why a subject's request would be let through or not. */
import { explain, formatExplanation } from "@claimgate/admin"
import { routes } from "@claimgate/catalog"
import { methods } from "@claimgate/core"
import * as z from "zod"
import { endpoint, nothing } from "../../endpoint.ts"
import type { HandlersOf } from "../deps.ts"
import { line } from "../fields.ts"
import type { AdminDeps } from "./deps.ts"

const explainQuery = z.strictObject({
  subject: line(135),
  method: z.enum(methods),
  /** Percent-encoded as it is in a request line. */
  path: line(4096).regex(/^\//, "expected a path"),
})

/** Makes the handler: it reads what `load` reads, and no more. */
export function createExplainHandlers({
  store,
  catalog,
  form,
  now,
}: AdminDeps): HandlersOf<"explainDecision"> {
  return {
    explainDecision: endpoint({ ...nothing, query: explainQuery }, async ({ query, c }) => {
      const { subject, method, path } = query
      const record = await store.load(subject)
      const explanation = explain({ catalog, routes, record, form, now: now(), method, path })
      return c.json({ ...explanation, words: formatExplanation(explanation) })
    }),
  }
}
