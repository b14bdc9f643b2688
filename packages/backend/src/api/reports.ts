/** Reports and the comments on them. */
import * as z from "zod"
import { json } from "../body.ts"
import type { Comment } from "../data/comments.ts"
import type { Report } from "../data/reports.ts"
import { endpoint, nothing } from "../endpoint.ts"
import { load, permit } from "../permit.ts"
import { conflict } from "./conflict.ts"
import type { ApiDeps, HandlersOf } from "./deps.ts"
import { line, pageQuery, paragraphs, timestamp, version } from "./fields.ts"
import { commentLimit, enoughComments, hasRoomForComment, keepsReport } from "./report-rules.ts"

const newReport = z.strictObject({ title: line(200), text: paragraphs(20_000).default("") })
const wholeReport = z.strictObject({ title: line(200), text: paragraphs(20_000), version })
const newComment = z.strictObject({ text: paragraphs(2000).min(1) })

/** Makes the handlers of reports and comments. */
export function createReportHandlers({
  data: { reports, comments },
  now,
  newId,
}: ApiDeps): HandlersOf<
  | "listReports"
  | "createReport"
  | "getReport"
  | "updateReport"
  | "deleteReport"
  | "publishReport"
  | "listComments"
  | "addComment"
> {
  const theReport = ({ params }: { readonly params: { readonly id: string } }) => reports.get(params.id)

  return {
    listReports: endpoint({ ...nothing, query: pageQuery }, async ({ query, c }) =>
      c.json(await reports.list(query)),
    ),

    createReport: endpoint({ ...nothing, body: json(newReport) }, async ({ caller, body, c }) => {
      const at = timestamp(now())
      const written = { version: 1, createdAt: at, updatedAt: at }
      const report: Report = {
        ...{ id: newId(), owner: caller.subject, ...body, status: "draft", comments: 0 },
        ...written,
      }
      await reports.create(report)
      return c.json(report, 201, { location: `/api/reports/${report.id}` })
    }),

    getReport: endpoint(nothing, async ({ params, c }) => c.json(await reports.get(params.id))),

    updateReport: endpoint(
      { ...nothing, body: json(wholeReport) },
      load(
        theReport,
        permit(keepsReport, async ({ loaded, body, c }) => {
          const { version: over = loaded.version, ...change } = body
          // What was permitted is what is replaced: another version than the one that was looked at is a conflict.
          if (over !== loaded.version) return conflict(loaded)
          const written = await reports.update(loaded.id, change, timestamp(now()), over)
          return written.ok ? c.json(written.item) : conflict(written.current)
        }),
      ),
    ),

    deleteReport: endpoint(
      nothing,
      load(
        theReport,
        permit(keepsReport, async ({ loaded, c }) => {
          // Comments first: should this break off, the report is still there to be deleted again.
          await comments.removeOf(loaded.id)
          await reports.remove(loaded.id, loaded.owner)
          return c.body(null, 204)
        }),
      ),
    ),

    publishReport: endpoint(
      nothing,
      load(
        theReport,
        permit(keepsReport, async ({ loaded, c }) => {
          if (loaded.status === "published") return c.json(loaded)
          const change = { status: "published" } as const
          const written = await reports.update(loaded.id, change, timestamp(now()), loaded.version)
          return written.ok ? c.json(written.item) : conflict(written.current)
        }),
      ),
    ),

    listComments: endpoint({ ...nothing, query: pageQuery }, async ({ params, query, c }) => {
      await reports.get(params.id)
      return c.json(await comments.list(params.id, query))
    }),

    addComment: endpoint(
      { ...nothing, body: json(newComment) },
      load(
        theReport,
        permit(hasRoomForComment, async ({ loaded, caller, body, roles, c }) => {
          // Others may have come first since: the place is taken before the comment is written.
          if (!(await reports.countComment(loaded.id, await commentLimit({ roles })))) return enoughComments
          const comment: Comment = {
            ...{ id: newId(), report: loaded.id, author: caller.subject, text: body.text },
            createdAt: timestamp(now()),
          }
          await comments.add(comment)
          return c.json(comment, 201)
        }),
      ),
    ),
  }
}
