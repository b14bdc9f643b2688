/** Profiles of the people that the API knows, in DynamoDB. */
import { createConversions, Entity } from "electrodb"
import { ask, askIf } from "./ask.ts"
import { decodeCursor, type Page, type PageRequest, pageOf } from "./page.ts"
import { existing, missing, type Written } from "./record.ts"
import { count, fixedText, service, slot, type Table, text } from "./table.ts"

export interface User {
  /** The subject that the profile is of. */
  readonly id: string
  readonly name: string
  readonly email: string
  /** Counts writes, from 1. */
  readonly version: number
  /** ISO 8601, UTC. */
  readonly createdAt: string
  readonly updatedAt: string
}

export type UserChange = Partial<Pick<User, "name" | "email">>

export interface Users {
  /** False where the id is taken. */
  create(user: User): Promise<boolean>
  /** Throws `not_found`. */
  get(id: string): Promise<User>
  exists(id: string): Promise<boolean>
  /** Over the version given, or over any. Throws `not_found`. */
  update(id: string, change: UserChange, at: string, version: number | undefined): Promise<Written<User>>
  /** Throws `not_found`. */
  remove(id: string): Promise<void>
  /** In order of id; may miss what was written in the last moments. */
  list(request: PageRequest): Promise<Page<User>>
}

/** Makes them over an existing table. Every method throws `dependency_failed` when DynamoDB does not answer. */
export function createUsers({ client, table }: Table): Users {
  const users = userEntity(table)
  users.setClient(client)
  const { list } = createConversions(users).byAccessPattern
  const find = async (id: string) => (await ask("read user", users.get({ id }).go({ consistent: true }))).data
  return {
    async create(user) {
      return (await askIf("create user", users.create(user).go())) !== undefined
    },
    async get(id) {
      return existing("user", id, await find(id))
    },
    async exists(id) {
      return (await find(id)) !== null
    },
    async update(id, change, at, version) {
      const write = users
        .patch({ id })
        .set({ ...change, updatedAt: at })
        .add({ version: 1 })
      const over = version === undefined ? write : write.where((user, { eq }) => eq(user.version, version))
      const written = await askIf("update user", over.go({ response: "all_new" }))
      if (written !== undefined) return { ok: true, item: written.data }
      return { ok: false, current: existing("user", id, await find(id)) }
    },
    async remove(id) {
      if ((await askIf("delete user", users.remove({ id }).go())) === undefined) throw missing("user", id)
    },
    async list({ limit, cursor }) {
      const [from] = cursor === undefined ? [] : decodeCursor(cursor, 1)
      const after = from === undefined ? null : list.fromComposite.toCursor({ id: from })
      const found = await ask("list users", users.query.list({}).go({ limit, cursor: after }))
      return pageOf(found.data, found.cursor !== null, (last) => [last.id])
    },
  }
}

function userEntity(table: string) {
  return new Entity(
    {
      model: { entity: "user", version: "1", service },
      attributes: {
        id: fixedText,
        name: text,
        email: text,
        version: count,
        createdAt: fixedText,
        updatedAt: text,
      },
      indexes: {
        byId: {
          pk: { field: "pk", composite: ["id"], template: `USER#${slot("id")}`, casing: "none" },
          sk: { field: "sk", composite: [], template: "PROFILE", casing: "none" },
        },
        list: {
          index: "gsi1",
          pk: { field: "gsi1pk", composite: [], template: "USERS", casing: "none" },
          sk: { field: "gsi1sk", composite: ["id"], template: `USER#${slot("id")}`, casing: "none" },
        },
      },
    },
    { table },
  )
}
