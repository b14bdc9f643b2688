/**
 * The door for when nobody is left who could ask the admin API: the table itself, with the stage's AWS credentials. The
 * same rules hold, those that protect the last administrator among them; the audit has the AWS identity.
 */
import { randomUUID } from "node:crypto"
import { createAdministration, type Outcome, operatorOf } from "@claimgate/admin"
import { type Catalog, type ClaimForm, ClaimgateError, quote } from "@claimgate/core"
import type { AuditQuery, AuditRecord, Member, Page, Role } from "@claimgate/store"
import type { Direct } from "./direct.ts"
import type { AdminDoor, AuditFilter, Listed, ShownAudit, ShownMember, ShownRole } from "./door.ts"

export interface DirectDoorDeps extends Direct {
  readonly catalog: Catalog
  /** How the stage's trigger writes claims. */
  readonly form: ClaimForm
  readonly now: () => number
  /** Ends a subject's sessions at the user pool. */
  readonly endSessions: (subject: string) => Promise<void>
  readonly explain: AdminDoor["explain"]
}

/** Members or roles of one page. */
const limit = 1000

/** Makes the door. */
export function createDirectDoor({
  store,
  identity,
  catalog,
  form,
  now,
  endSessions,
  explain,
}: DirectDoorDeps): AdminDoor {
  const administration = createAdministration({ store, catalog, form })
  const asking = () => ({
    door: "break-glass" as const,
    requestId: randomUUID(),
    idempotencyKey: randomUUID(),
    actor: operatorOf(identity),
  })
  const changed = async (outcome: Promise<Outcome<Member>>) => memberOf(done(await outcome))
  return {
    listMembers: async (after) => listed(await store.listMembers({ after, limit }), memberOf),
    readMember: async (subject) =>
      memberOf(expectThere(`member ${quote(subject)}`, (await store.load(subject)).member)),
    grant: (subject, grants) => changed(administration.grant(subject, grants, asking())),
    revoke: (subject, grants) => changed(administration.revoke(subject, grants, asking())),
    disable: (subject) => changed(administration.disable(subject, asking())),
    enable: (subject) => changed(administration.enable(subject, asking())),
    deleteMember: async (subject) => void done(await administration.deleteMember(subject, asking())),
    async signOut(subject) {
      // Its tokens first: should the pool fail, they are rechecked all the same.
      done(await administration.renew(subject, asking()))
      await endSessions(subject)
    },
    listRoles: async (after) => listed(await store.listRoles({ after, limit }), roleOf),
    readRole: async (name) => roleOf(expectThere(`role ${quote(name)}`, await store.readRole(name))),
    async createRole(name, permissions) {
      const found = await store.readRole(name)
      const version = found?.deleted ? found.version : 0
      return roleOf(done(await administration.putRole(name, permissions, version, asking())))
    },
    putRole: async (name, permissions, version) =>
      roleOf(done(await administration.putRole(name, permissions, version, asking()))),
    deleteRole: async (name, version) => void done(await administration.deleteRole(name, version, asking())),
    listAudit: async (filter, most, after) =>
      listed(
        await store.listAudit(auditQuery(filter, now()), { after, limit: Math.min(most, limit) }),
        auditOf,
      ),
    explain,
  }
}

function done<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value
  const { rule, detail } = outcome.broken
  throw new ClaimgateError("forbidden", `${detail} (${rule})`)
}

function expectThere<T extends { readonly deleted: boolean }>(what: string, found: T | undefined): T {
  if (found === undefined || found.deleted) throw new ClaimgateError("not_found", `${what}: there is none`)
  return found
}

function listed<From, To>({ items, next }: Page<From>, show: (item: From) => To): Listed<To> {
  return { items: items.map(show), cursor: next }
}

function memberOf({ subject, roles, permissions, disabled, version }: Member): ShownMember {
  return { subject, roles: [...roles], permissions: [...permissions], disabled, version }
}

function roleOf({ name, permissions, version, deleted }: Role): ShownRole {
  return { name, permissions: [...permissions], version, deleted }
}

function auditOf({ at, id: _id, ...entry }: AuditRecord): ShownAudit {
  return { ...entry, at: new Date(at).toISOString() }
}

function auditQuery({ subject, role, month }: AuditFilter, now: number): AuditQuery {
  if (subject !== undefined) return { kind: "member", name: subject }
  if (role !== undefined) return { kind: "role", name: role }
  const [year = 0, number = 0] = (month ?? new Date(now).toISOString().slice(0, 7)).split("-").map(Number)
  return { from: Date.UTC(year, number - 1), to: Date.UTC(year, number) }
}
