/** The audit: what was changed or refused, the newest first. */
import type { AuditQuery, AuditRecord } from "@claimgate/store"
import * as z from "zod"
import { endpoint, nothing } from "../../endpoint.ts"
import type { HandlersOf } from "../deps.ts"
import { line, pageQuery, timestamp } from "../fields.ts"
import { answered, decodePlace } from "./cursor.ts"
import type { AdminDeps } from "./deps.ts"

const moment = z.iso.datetime().exactOptional()

/** About one subject, about one role, or of a time: a month, or from a moment to another one. */
const auditQuery = pageQuery
  .extend({
    subject: line(135).exactOptional(),
    role: line(32).exactOptional(),
    month: z
      .string()
      .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, "expected `YYYY-MM`")
      .exactOptional(),
    from: moment,
    to: moment,
  })
  .refine(
    ({ subject, role, month, from }) =>
      [subject, role, month, from].filter((one) => one !== undefined).length <= 1,
    "expected at most one of `subject`, `role`, `month`, and `from` with `to`",
  )
  .refine(({ from, to }) => (from === undefined) === (to === undefined), "expected `from` and `to` together")

/** Makes the handler. */
export function createAuditHandlers({ store, now }: AdminDeps): HandlersOf<"listAudit"> {
  return {
    listAudit: endpoint({ ...nothing, query: auditQuery }, async ({ query, c }) => {
      const { limit, cursor } = query
      const asked = askedFor(query, timestamp(now()).slice(0, 7))
      return c.json(answered(await store.listAudit(asked, { limit, after: decodePlace(cursor) }), shown))
    }),
  }
}

function askedFor(
  { subject, role, from, to, month }: z.infer<typeof auditQuery>,
  present: string,
): AuditQuery {
  if (subject !== undefined) return { kind: "member", name: subject }
  if (role !== undefined) return { kind: "role", name: role }
  if (from !== undefined && to !== undefined) return { from: Date.parse(from), to: Date.parse(to) }
  const [year = 0, number = 1] = (month ?? present).split("-").map(Number)
  // A year before 100 would be taken for one of the last century.
  return { from: Date.UTC(Math.max(year, 1970), number - 1), to: Date.UTC(Math.max(year, 1970), number) }
}

/** Without the place in the list, which the cursor has. */
function shown({ id: _, at, ...record }: AuditRecord) {
  return { at: timestamp(at), ...record }
}
