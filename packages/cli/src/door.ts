/** What can be asked of a stage's administration, by whatever door: its admin API, or past it, at its table. */
import * as z from "zod"

/** The API may say more of a member: `--json` passes it on. */
export const member = z.looseObject({
  subject: z.string(),
  roles: z.array(z.string()),
  permissions: z.array(z.string()),
  disabled: z.boolean(),
  version: z.number(),
})

export const role = z.object({
  name: z.string(),
  permissions: z.array(z.string()),
  version: z.number(),
  deleted: z.boolean().default(false),
})

export const auditEntry = z.looseObject({
  at: z.string(),
  actor: z.string(),
  door: z.string(),
  action: z.string(),
  outcome: z.string(),
  kind: z.string(),
  name: z.string(),
  because: z.string().optional(),
})

export type ShownMember = z.infer<typeof member>
export type ShownRole = z.infer<typeof role>
export type ShownAudit = z.infer<typeof auditEntry>

/** Part of a list; undefined after the last one. */
export interface Listed<T> {
  readonly items: readonly T[]
  readonly cursor?: string | undefined
}

/** What is granted or revoked; with a version, only over that one. */
export interface AskedGrants {
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
  readonly version?: number | undefined
}

export interface AuditFilter {
  readonly subject?: string | undefined
  readonly role?: string | undefined
  /** `YYYY-MM`; the present one where nothing else is asked for. */
  readonly month?: string | undefined
}

/** Why a request would be let through or not: as data, and in words. */
export interface Explained {
  readonly value: unknown
  readonly lines: readonly string[]
}

/** Every method throws what the admin API answers, as a `ClaimgateError` with its code. */
export interface AdminDoor {
  listMembers(cursor?: string): Promise<Listed<ShownMember>>
  readMember(subject: string): Promise<ShownMember>
  grant(subject: string, grants: AskedGrants): Promise<ShownMember>
  revoke(subject: string, grants: AskedGrants): Promise<ShownMember>
  disable(subject: string): Promise<ShownMember>
  enable(subject: string): Promise<ShownMember>
  deleteMember(subject: string): Promise<void>
  /** Ends all sessions of the subject; its tokens that are out are rechecked. */
  signOut(subject: string): Promise<void>
  listRoles(cursor?: string): Promise<Listed<ShownRole>>
  readRole(name: string): Promise<ShownRole>
  /** Writes a role that is not there, over its tombstone where it was deleted once. */
  createRole(name: string, permissions: readonly string[]): Promise<ShownRole>
  putRole(name: string, permissions: readonly string[], version: number): Promise<ShownRole>
  deleteRole(name: string, version: number): Promise<void>
  /** The newest first. */
  listAudit(filter: AuditFilter, limit: number, cursor?: string): Promise<Listed<ShownAudit>>
  explain(subject: string, method: string, path: string): Promise<Explained>
}

/** All items of a list, page after page. */
export async function* everyItem<T>(list: (cursor?: string) => Promise<Listed<T>>): AsyncGenerator<T> {
  let cursor: string | undefined
  do {
    const page = await list(cursor)
    yield* page.items
    cursor = page.cursor
  } while (cursor !== undefined)
}
