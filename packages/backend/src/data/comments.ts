/** Comments on reports, in DynamoDB: kept beside their report, in order of time. */
import { createConversions, Entity } from "electrodb"
import { ask } from "./ask.ts"
import { decodeCursor, type Page, type PageRequest, pageOf } from "./page.ts"
import { removeAll } from "./remove-all.ts"
import { fixedText, service, slot, type Table } from "./table.ts"

export interface Comment {
  readonly id: string
  /** The report's id. */
  readonly report: string
  /** The subject that wrote it. */
  readonly author: string
  readonly text: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
}

export interface Comments {
  add(comment: Comment): Promise<void>
  /** Oldest first. */
  list(report: string, request: PageRequest): Promise<Page<Comment>>
  /** Whatever there is of them, so that a removal that broke off can be asked for again. */
  removeOf(report: string): Promise<void>
}

/** Makes them over an existing table. Every method throws `dependency_failed` when DynamoDB does not answer. */
export function createComments({ client, table }: Table): Comments {
  const comments = commentEntity(table)
  comments.setClient(client)
  const { fromComposite } = createConversions(comments)
  return {
    async add(comment) {
      await ask("add comment", comments.create(comment).go())
    },
    async list(report, { limit, cursor }) {
      const [createdAt, id] = cursor === undefined ? [] : decodeCursor(cursor, 2)
      const after =
        createdAt === undefined || id === undefined ? null : fromComposite.toCursor({ report, createdAt, id })
      const options = { limit, cursor: after, consistent: true } as const
      const found = await ask("list comments", comments.query.ofReport({ report }).go(options))
      return pageOf(found.data, found.cursor !== null, (last) => [last.createdAt, last.id])
    },
    removeOf(report) {
      return removeAll("delete comments", {
        find: () => comments.query.ofReport({ report }).go({ pages: "all", consistent: true }),
        remove: (found) => comments.delete([...found]).go(),
      })
    },
  }
}

function commentEntity(table: string) {
  return new Entity(
    {
      model: { entity: "comment", version: "1", service },
      attributes: {
        id: fixedText,
        report: fixedText,
        author: fixedText,
        text: fixedText,
        createdAt: fixedText,
      },
      indexes: {
        ofReport: {
          pk: { field: "pk", composite: ["report"], template: `REPORT#${slot("report")}`, casing: "none" },
          sk: {
            field: "sk",
            composite: ["createdAt", "id"],
            template: `COMMENT#${slot("createdAt")}#${slot("id")}`,
            casing: "none",
          },
        },
      },
    },
    { table },
  )
}
