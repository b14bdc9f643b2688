/** Reports and the comments on them. */
import * as z from "zod"
import { json } from "../body.ts"
import type { Comment } from "../data/comments.ts"
import type { Report } from "../data/reports.ts"
import { endpoint, nothing } from "../endpoint.ts"
import { conflict } from "./conflict.ts"
import type { ApiDeps, HandlersOf } from "./deps.ts"
import { line, pageQuery, paragraphs, timestamp, version } from "./fields.ts"

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
  return {
    listReports: endpoint({ ...nothing, query: pageQuery }, async ({ query, c }) =>
      c.json(await reports.list(query)),
    ),

    createReport: endpoint({ ...nothing, body: json(newReport) }, async ({ caller, body, c }) => {
      const at = timestamp(now())
      const written = { version: 1, createdAt: at, updatedAt: at }
      const report: Report = { id: newId(), owner: caller.subject, ...body, status: "draft", ...written }
      await reports.create(report)
      return c.json(report, 201, { location: `/api/reports/${report.id}` })
    }),

    getReport: endpoint(nothing, async ({ params, c }) => c.json(await reports.get(params.id))),

    updateReport: endpoint({ ...nothing, body: json(wholeReport) }, async ({ params, body, c }) => {
      const { version: over, ...change } = body
      const written = await reports.update(params.id, change, timestamp(now()), over)
      return written.ok ? c.json(written.item) : conflict(written.current)
    }),

    deleteReport: endpoint(nothing, async ({ params, c }) => {
      await reports.get(params.id)
      // Comments first: should this break off, the report is still there to be deleted again.
      await comments.removeOf(params.id)
      await reports.remove(params.id)
      return c.body(null, 204)
    }),

    publishReport: endpoint(nothing, async ({ params, c }) => {
      const report = await reports.get(params.id)
      if (report.status === "published") return c.json(report)
      const written = await reports.update(
        params.id,
        { status: "published" },
        timestamp(now()),
        report.version,
      )
      return written.ok ? c.json(written.item) : conflict(written.current)
    }),

    listComments: endpoint({ ...nothing, query: pageQuery }, async ({ params, query, c }) => {
      await reports.get(params.id)
      return c.json(await comments.list(params.id, query))
    }),

    addComment: endpoint({ ...nothing, body: json(newComment) }, async ({ caller, params, body, c }) => {
      const { id: report } = await reports.get(params.id)
      const comment: Comment = {
        id: newId(),
        report,
        author: caller.subject,
        text: body.text,
        createdAt: timestamp(now()),
      }
      await comments.add(comment)
      return c.json(comment, 201)
    }),
  }
}
