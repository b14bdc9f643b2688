/** Profiles: who people are, beside what they may do. */
import * as z from "zod"
import { json } from "../body.ts"
import type { Page } from "../data/page.ts"
import { missing } from "../data/record.ts"
import type { User } from "../data/users.ts"
import { endpoint, nothing } from "../endpoint.ts"
import { problem } from "../problem.ts"
import { conflict } from "./conflict.ts"
import { formatCsv } from "./csv.ts"
import type { ApiDeps, HandlersOf } from "./deps.ts"
import { cursor, limit, line, pageQuery, timestamp, version } from "./fields.ts"

const name = line(200)
const email = z.email().max(254)

/** The `sub` that the profile is of; a profile of nobody yet gets an id of its own. */
const id = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "expected a UUID in lower case")
  .exactOptional()

const newUser = z.strictObject({ id, name, email })

const userChange = z
  .strictObject({ name: name.exactOptional(), email: email.exactOptional(), version })
  .refine((change) => change.name !== undefined || change.email !== undefined, "expected `name` or `email`")

const exportQuery = z.strictObject({
  format: z.enum(["csv", "jsonl"]).default("csv"),
  limit: limit(1000, 1000),
  cursor,
})

/** Makes the handlers of profiles, and of what belongs to them. */
export function createUserHandlers({
  data,
  now,
  newId,
}: ApiDeps): HandlersOf<
  | "listUsers"
  | "createUser"
  | "exportUsers"
  | "getUser"
  | "updateUser"
  | "deleteUser"
  | "listUserReports"
  | "listUserDevices"
> {
  const { users, reports, devices } = data

  /** An owner without a profile is known by what it owns. */
  const ownedBy = async <Item>(owner: string, page: Page<Item>): Promise<Page<Item>> => {
    if (page.items.length === 0 && !(await users.exists(owner))) throw missing("user", owner)
    return page
  }

  return {
    listUsers: endpoint({ ...nothing, query: pageQuery }, async ({ query, c }) =>
      c.json(await users.list(query)),
    ),

    createUser: endpoint({ ...nothing, body: json(newUser) }, async ({ body, c }) => {
      const at = timestamp(now())
      const user: User = { ...body, id: body.id ?? newId(), version: 1, createdAt: at, updatedAt: at }
      if (!(await users.create(user)))
        return problem("conflict", "body: `id`: expected one without a profile")
      return c.json(user, 201, { location: `/api/users/${user.id}` })
    }),

    exportUsers: endpoint({ ...nothing, query: exportQuery }, async ({ query, c }) => {
      const page = await users.list(query)
      const more = page.cursor === undefined ? {} : { link: nextLink(query, page.cursor) }
      return query.format === "csv"
        ? c.body(formatCsv(exported, page.items), 200, { ...attachment("csv", "text/csv"), ...more })
        : c.body(formatLines(page.items), 200, { ...attachment("jsonl", "application/jsonl"), ...more })
    }),

    getUser: endpoint(nothing, async ({ params, c }) => c.json(await users.get(params.id))),

    updateUser: endpoint({ ...nothing, body: json(userChange) }, async ({ params, body, c }) => {
      const { version: over, ...change } = body
      const written = await users.update(params.id, change, timestamp(now()), over)
      return written.ok ? c.json(written.item) : conflict(written.current)
    }),

    deleteUser: endpoint(nothing, async ({ params, c }) => {
      await users.remove(params.id)
      return c.body(null, 204)
    }),

    listUserReports: endpoint({ ...nothing, query: pageQuery }, async ({ params, query, c }) =>
      c.json(await ownedBy(params.id, await reports.listOf(params.id, query))),
    ),

    listUserDevices: endpoint({ ...nothing, query: pageQuery }, async ({ params, query, c }) =>
      c.json(await ownedBy(params.id, await devices.listOf(params.id, query))),
    ),
  }
}

const exported = ["id", "name", "email", "createdAt", "updatedAt"] as const satisfies (keyof User)[]

function formatLines(users: readonly User[]): string {
  return users.map((user) => `${JSON.stringify(user, [...exported])}\n`).join("")
}

function attachment(extension: string, mediaType: string) {
  return {
    "content-type": `${mediaType}; charset=utf-8`,
    "content-disposition": `attachment; filename="users.${extension}"`,
  }
}

/** RFC 8288 */
function nextLink(query: z.infer<typeof exportQuery>, next: string): string {
  const { format } = query
  const search = new URLSearchParams({ format, limit: String(query.limit), cursor: next })
  return `</api/users/export?${search}>; rel="next"`
}
