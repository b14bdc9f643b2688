/** Bulk import, as much as one request may bring. */
import * as z from "zod"
import { text } from "../../body.ts"
import { endpoint } from "../../endpoint.ts"
import type { HandlersOf } from "../deps.ts"
import { askingOf } from "./asking.ts"
import type { AdminDeps } from "./deps.ts"
import { answerTo } from "./outcome.ts"

/** About what a function writes well within a gateway's 29 seconds. */
const mostBytes = 256 * 1024

/** `more=true` where another request under the same idempotency key brings the next lines. */
const importQuery = z.strictObject({ more: z.enum(["true", "false"]).default("false") })

/** Makes the handler. Lines count from 1 in each request. */
export function createImportHandlers({ administration }: AdminDeps): HandlersOf<"importMembers"> {
  const reads = { query: importQuery, body: text(mostBytes, "application/jsonl") }
  return {
    importMembers: endpoint(reads, async ({ body, query, c, ...call }) => {
      const asking = await askingOf({ c, ...call })
      return answerTo(
        () => administration.import(body.split("\n"), query.more === "true", asking),
        (report) => c.json(report),
      )
    }),
  }
}
