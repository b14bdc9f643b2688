/** Roles: what each is, and changes of it, over the version that was seen. */
import { ClaimgateError, condense, expand, quote } from "@claimgate/core"
import { builtInRoles, type Role } from "@claimgate/store"
import * as z from "zod"
import { json } from "../../body.ts"
import { endpoint, nothing } from "../../endpoint.ts"
import type { HandlersOf } from "../deps.ts"
import { line, pageQuery } from "../fields.ts"
import { askingOf } from "./asking.ts"
import { answered, decodePlace } from "./cursor.ts"
import type { AdminDeps } from "./deps.ts"
import { answerTo } from "./outcome.ts"

const roleBody = z.strictObject({
  permissions: z.array(line(256)).max(1000),
  /** 0 for a role that is new. */
  version: z.int().min(0),
})

const deleteQuery = z.strictObject({
  version: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, "expected a whole number from 1")
    .transform(Number),
})

/** Makes the handlers of roles. */
export function createRoleHandlers({
  administration,
  store,
  catalog,
}: AdminDeps): HandlersOf<"listRoles" | "getRole" | "putRole" | "deleteRole"> {
  return {
    listRoles: endpoint({ ...nothing, query: pageQuery }, async ({ query: { limit, cursor }, c }) =>
      c.json(answered(await store.listRoles({ limit, after: decodePlace(cursor) }), shown)),
    ),

    getRole: endpoint(nothing, async ({ params, c }) => {
      const role = builtIn(params.role) ?? (await store.readRole(params.role))
      if (role === undefined || role.deleted)
        throw new ClaimgateError("not_found", `role ${quote(params.role)}: there is none`)
      return c.json({ ...shown(role), effective: condense(catalog, expand(catalog, role.permissions)) })
    }),

    putRole: endpoint({ ...nothing, body: json(roleBody) }, async ({ params, body, c, ...call }) => {
      const asking = await askingOf({ c, ...call })
      return answerTo(
        () => administration.putRole(params.role, body.permissions, body.version, asking),
        (role) => c.json(shown(role)),
      )
    }),

    deleteRole: endpoint({ ...nothing, query: deleteQuery }, async ({ params, query, c, ...call }) => {
      const asking = await askingOf({ c, ...call })
      return answerTo(
        () => administration.deleteRole(params.role, query.version, asking),
        () => c.body(null, 204),
      )
    }),
  }
}

function builtIn(name: string): Role | undefined {
  const permissions = builtInRoles.get(name)
  return permissions && { name, permissions, version: 0, deleted: false }
}

function shown({ name, permissions, version }: Role) {
  return { name, permissions, version }
}
