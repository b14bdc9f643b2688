/** Roles and permissions that are added to a member, or taken away from it. */
import { ClaimgateError, quote } from "@claimgate/core"
import type { Member, MemberDraft, RoleName } from "@claimgate/store"

/** Roles and permissions to add to a subject or to take away from it. */
export interface Grants {
  readonly roles?: readonly RoleName[]
  readonly permissions?: readonly string[]
  /** The version that the caller has seen: any other one is a `conflict`. */
  readonly version?: number | undefined
}

/** The member with these; a new one where there was none. */
export function added(
  subject: string,
  member: Member | undefined,
  { roles = [], permissions = [] }: Grants,
): MemberDraft {
  const isThere = member !== undefined && !member.deleted
  const current = isThere ? member : { roles: [], permissions: [], disabled: false }
  return {
    subject,
    roles: union(current.roles, roles),
    permissions: union(current.permissions, permissions),
    disabled: current.disabled,
  }
}

/** The member without these; what it does not hold by itself is no fault. */
export function removed(member: Member, { roles = [], permissions = [] }: Grants): MemberDraft {
  return {
    ...member,
    roles: member.roles.filter((name) => !roles.includes(name)),
    permissions: member.permissions.filter((text) => !permissions.includes(text)),
  }
}

function union(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])]
}

/** The member that is there, or `not_found`. */
export function existing(subject: string, member: Member | undefined): Member {
  if (member === undefined || member.deleted) throw notFound(`member ${quote(subject)}`)
  return member
}

/** `not_found`: who or what is meant is not there. */
export function notFound(what: string): ClaimgateError {
  return new ClaimgateError("not_found", `${what}: there is none`)
}
