/** Reports, in DynamoDB: one item each, listed by owner. */
import { createConversions, Entity } from "electrodb"
import { ask, askIf } from "./ask.ts"
import { decodeCursor, type Page, type PageRequest, pageOf } from "./page.ts"
import { existing, missing, type Written } from "./record.ts"
import { count, fixedText, service, slot, type Table, text } from "./table.ts"

export interface Report {
  readonly id: string
  /** The subject that wrote it. */
  readonly owner: string
  readonly title: string
  readonly text: string
  readonly status: "draft" | "published"
  /** How many comments were written; one that broke off may have been counted. */
  readonly comments: number
  /** Counts writes of the report itself, from 1. */
  readonly version: number
  /** ISO 8601, UTC. */
  readonly createdAt: string
  readonly updatedAt: string
}

export type ReportChange = Partial<Pick<Report, "title" | "text" | "status">>

export interface Reports {
  create(report: Report): Promise<void>
  /** Throws `not_found`. */
  get(id: string): Promise<Report>
  /** Over the version given. Throws `not_found`. */
  update(id: string, change: ReportChange, at: string, version: number): Promise<Written<Report>>
  /** Counts one comment more, where there are fewer than `most`; false where there are not. Throws `not_found`. */
  countComment(id: string, most: number): Promise<boolean>
  /** Removes the report of that owner. Throws `not_found`. */
  remove(id: string, owner: string): Promise<void>
  /** In order of owner and id; may miss what was written in the last moments. */
  list(request: PageRequest): Promise<Page<Report>>
  /** One owner's, in order of id. */
  listOf(owner: string, request: PageRequest): Promise<Page<Report>>
}

/** Makes them over an existing table. Every method throws `dependency_failed` when DynamoDB does not answer. */
export function createReports({ client, table }: Table): Reports {
  const reports = reportEntity(table)
  reports.setClient(client)
  const { list } = createConversions(reports).byAccessPattern
  const find = async (id: string) => {
    const { data } = await ask("read report", reports.get({ id }).go({ consistent: true }))
    return data === null ? null : reportOf(data)
  }
  return {
    async create(report) {
      await ask("create report", reports.create(report).go())
    },
    async get(id) {
      return existing("report", id, await find(id))
    },
    async update(id, change, at, version) {
      const write = reports
        .patch({ id })
        .set({ ...change, updatedAt: at })
        .add({ version: 1 })
        .where((report, { eq }) => eq(report.version, version))
      const written = await askIf("update report", write.go({ response: "all_new" }))
      if (written !== undefined) return { ok: true, item: reportOf(written.data) }
      return { ok: false, current: existing("report", id, await find(id)) }
    },
    async countComment(id, most) {
      const write = reports.patch({ id }).add({ comments: 1 })
      const fewer =
        most === Infinity
          ? write
          : write.where(
              ({ comments }, { lt, notExists }) => `${notExists(comments)} OR ${lt(comments, most)}`,
            )
      if ((await askIf("count comment", fewer.go())) !== undefined) return true
      existing("report", id, await find(id))
      return false
    },
    async remove(id, owner) {
      const removal = reports.remove({ id }).where((report, { eq }) => eq(report.owner, owner))
      if ((await askIf("delete report", removal.go())) === undefined) throw missing("report", id)
    },
    async list({ limit, cursor }) {
      const [owner, id] = cursor === undefined ? [] : decodeCursor(cursor, 2)
      const after =
        owner === undefined || id === undefined ? null : list.fromComposite.toCursor({ owner, id })
      const found = await ask("list reports", reports.query.list({}).go({ limit, cursor: after }))
      return pageOf(found.data.map(reportOf), found.cursor !== null, (last) => [last.owner, last.id])
    },
    async listOf(owner, { limit, cursor }) {
      const [id] = cursor === undefined ? [] : decodeCursor(cursor, 1)
      const after = id === undefined ? null : list.fromComposite.toCursor({ owner, id })
      const found = await ask("list reports", reports.query.list({ owner }).go({ limit, cursor: after }))
      return pageOf(found.data.map(reportOf), found.cursor !== null, (last) => [last.id])
    },
  }
}

/** A report that is older than the count of its comments begins at none. */
function reportOf(stored: Omit<Report, "comments"> & { readonly comments?: number | undefined }): Report {
  return { ...stored, comments: stored.comments ?? 0 }
}

function reportEntity(table: string) {
  return new Entity(
    {
      model: { entity: "report", version: "1", service },
      attributes: {
        id: fixedText,
        owner: fixedText,
        title: text,
        text,
        status: { type: ["draft", "published"] as const, required: true },
        // Not required: reports may be older than the count.
        comments: { type: "number" },
        version: count,
        createdAt: fixedText,
        updatedAt: text,
      },
      indexes: {
        byId: {
          pk: { field: "pk", composite: ["id"], template: `REPORT#${slot("id")}`, casing: "none" },
          sk: { field: "sk", composite: [], template: "REPORT", casing: "none" },
        },
        list: {
          index: "gsi1",
          pk: { field: "gsi1pk", composite: [], template: "REPORTS", casing: "none" },
          sk: {
            field: "gsi1sk",
            composite: ["owner", "id"],
            template: `OWNER#${slot("owner")}#REPORT#${slot("id")}`,
            casing: "none",
          },
        },
      },
    },
    { table },
  )
}
