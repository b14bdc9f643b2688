/** The usual door: a stage's admin API, with the token of whoever asks. */
import { randomUUID } from "node:crypto"
import { ClaimgateError } from "@claimgate/core"
import * as z from "zod"
import { parseAnswer } from "./answer.ts"
import { type AdminApi, conflictVersion } from "./api.ts"
import { type AdminDoor, auditEntry, type Explained, member, role } from "./door.ts"

const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), cursor: z.string().optional() })
const membersPage = pageOf(member)
const rolesPage = pageOf(role)
const auditPage = pageOf(auditEntry)
const anything = z.looseObject({})

/** What one page holds at most. */
const limit = "100"

/** `explained` puts an explanation into words. */
export function createApiDoor(api: AdminApi, explained: (value: unknown) => Explained): AdminDoor {
  const get = async <T>(
    schema: z.ZodType<T>,
    path: string,
    query: Readonly<Record<string, string | undefined>> = {},
  ) => parseAnswer(schema, await api.call("GET", path, { query }))
  // Each change is asked for once, so that a repetition after a broken connection does nothing twice.
  const change = (method: string, path: string, body?: unknown, query = {}) =>
    api.call(method, path, { body, query, idempotencyKey: randomUUID() })
  const changeMember = async (subject: string, action: string, body?: unknown) =>
    parseAnswer(member, await change("POST", `${memberPath(subject)}/${action}`, body))
  const putRole = async (name: string, permissions: readonly string[], version: number) =>
    parseAnswer(role, await change("PUT", rolePath(name), { permissions, version }))
  return {
    listMembers: (cursor) => get(membersPage, "/api/admin/members", { cursor, limit }),
    readMember: (subject) => get(member, memberPath(subject)),
    grant: (subject, grants) => changeMember(subject, "grant", grants),
    revoke: (subject, grants) => changeMember(subject, "revoke", grants),
    disable: (subject) => changeMember(subject, "disable"),
    enable: (subject) => changeMember(subject, "enable"),
    deleteMember: async (subject) => void (await change("DELETE", memberPath(subject))),
    signOut: async (subject) => void (await change("POST", `${memberPath(subject)}/sign-out`)),
    listRoles: (cursor) => get(rolesPage, "/api/admin/roles", { cursor, limit }),
    readRole: (name) => get(role, rolePath(name)),
    putRole,
    async createRole(name, permissions) {
      try {
        return await putRole(name, permissions, 0)
      } catch (fault) {
        const version = conflictVersion(fault)
        // Another version and yet no role: that is the tombstone of one that was deleted.
        if (version === undefined || !(await isGone(api, name))) throw fault
        return putRole(name, permissions, version)
      }
    },
    deleteRole: async (name, version) =>
      void (await change("DELETE", rolePath(name), undefined, { version: String(version) })),
    listAudit: (filter, most, cursor) =>
      get(auditPage, "/api/admin/audit", { ...filter, cursor, limit: String(Math.min(most, Number(limit))) }),
    explain: async (subject, method, path) =>
      explained(await get(anything, "/api/admin/explain", { subject, method, path })),
  }
}

async function isGone(api: AdminApi, name: string): Promise<boolean> {
  try {
    const found = role.safeParse(await api.call("GET", rolePath(name)))
    return found.success && found.data.deleted
  } catch (fault) {
    if (fault instanceof ClaimgateError && fault.code === "not_found") return true
    throw fault
  }
}

function memberPath(subject: string): string {
  return `/api/admin/members/${encodeURIComponent(subject)}`
}

function rolePath(name: string): string {
  return `/api/admin/roles/${encodeURIComponent(name)}`
}
