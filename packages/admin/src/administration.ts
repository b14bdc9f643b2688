/**
 * Every change of who may what: read, judged by the rules, held against the limits, written, and recorded. The admin API
 * and the command line both go through here.
 */
import type { Catalog, ClaimForm } from "@claimgate/core"
import {
  type ImportReport,
  importMembers,
  type Member,
  type PermissionStore,
  type Role,
  type RoleName,
} from "@claimgate/store"
import { type Asking, attributionOf } from "./asking.ts"
import { added, existing, type Grants, removed } from "./grants.ts"
import { expectCovers } from "./limits.ts"
import { changeMember, type MemberRequest, type NextMember } from "./member-change.ts"
import { type Outcome, refuse } from "./outcome.ts"
import { deleteRole, putRole } from "./role-change.ts"
import { judgeImport } from "./rules.ts"

export interface AdministrationDeps {
  readonly store: PermissionStore
  readonly catalog: Catalog
  /** How the stage's trigger writes claims: what is too long for it is refused here. */
  readonly form: ClaimForm
}

/**
 * Each method throws what the store throws, besides `not_found` for who or what is not there, `uncovered_permission`
 * for one that covers no route, `claim_too_large` for what no token can carry, and `VersionConflict` where the record
 * changed in between. Each change, and each attempt that a rule refuses, is one audit record; what changes nothing is
 * none. A request that is repeated under its idempotency key is answered as it was the first time.
 */
export interface Administration {
  grant(subject: string, grants: Grants, asking: Asking): Promise<Outcome<Member>>
  revoke(subject: string, grants: Grants, asking: Asking): Promise<Outcome<Member>>
  disable(subject: string, asking: Asking): Promise<Outcome<Member>>
  enable(subject: string, asking: Asking): Promise<Outcome<Member>>
  deleteMember(subject: string, asking: Asking): Promise<Outcome<Member>>
  /** Writes the member as it is: a new version, so that every token of the subject's is a recheck. */
  renew(subject: string, asking: Asking): Promise<Outcome<Member>>
  putRole(
    name: RoleName,
    permissions: readonly string[],
    version: number,
    asking: Asking,
  ): Promise<Outcome<Role>>
  deleteRole(name: RoleName, version: number, asking: Asking): Promise<Outcome<Role>>
  /**
   * Writes members over those that are stored, as `importMembers` of the store does. With `goesOn`, the import of that
   * idempotency key goes on running, for the next part of it.
   */
  import(lines: Iterable<string>, goesOn: boolean, asking: Asking): Promise<Outcome<ImportReport>>
}

/** Makes the administration over a store. */
export function createAdministration(deps: AdministrationDeps): Administration {
  const change = (
    action: MemberRequest["action"],
    subject: string,
    asking: Asking,
    grants: Grants,
    next: NextMember,
  ) => changeMember(deps, { action, subject, asking, version: grants.version, asked: grants, next })
  return {
    async grant(subject, grants, asking) {
      for (const permission of grants.permissions ?? []) expectCovers(deps.catalog, permission)
      return change("grant", subject, asking, grants, (member) => added(subject, member, grants))
    },
    revoke: (subject, grants, asking) =>
      change("revoke", subject, asking, grants, (member) => removed(existing(subject, member), grants)),
    disable: (subject, asking) =>
      change("disable", subject, asking, {}, (member) => ({ ...existing(subject, member), disabled: true })),
    enable: (subject, asking) =>
      change("enable", subject, asking, {}, (member) => ({ ...existing(subject, member), disabled: false })),
    deleteMember: (subject, asking) =>
      change("delete", subject, asking, {}, (member) => ({ ...existing(subject, member), deleted: true })),
    renew: (subject, asking) => change("renew", subject, asking, {}, (member) => existing(subject, member)),
    putRole: (name, permissions, version, asking) => putRole(deps, { name, permissions, version, asking }),
    deleteRole: (name, version, asking) => deleteRole(deps, { name, version, asking }),
    async import(lines, goesOn, asking) {
      const by = attributionOf(asking, { action: "import" })
      const broken = judgeImport(asking.actor)
      if (broken !== undefined)
        return refuse(deps, { kind: "generation", name: "", action: "import" }, broken, by)
      const value = await importMembers(deps.store, lines, by, { catalog: deps.catalog, goesOn })
      return { ok: true, value }
    },
  }
}
