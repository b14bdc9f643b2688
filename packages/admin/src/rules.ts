/**
 * Who may change whose permissions: the one place for these rules, whatever door a change comes in by. They look at
 * what a change means, never at how it is spelled.
 */
import { type Catalog, quote } from "@claimgate/core"
import { builtInRoles, type Member, type Role, type SubjectRecord } from "@claimgate/store"
import type { Actor } from "./actor.ts"
import { adminArea } from "./admin-area.ts"
import { covers, reaches } from "./coverage.ts"

/** Why a change is refused, in a word that stays. */
export type Rule = "own_grants" | "own_role" | "administrators_only" | "last_administrator" | "not_held"

/** A refusal: an ordinary answer. */
export interface Broken {
  readonly rule: Rule
  /** One line for whoever asked. */
  readonly detail: string
}

/** What a subject is and will be; the roles that either names, as they are stored. */
export interface MemberChange {
  readonly before: SubjectRecord
  readonly after: SubjectRecord
}

/** A role as it is and will be; undefined where there is none. */
export interface RoleChange {
  readonly name: string
  readonly before: Role | undefined
  readonly after: Role | undefined
}

/** Judges a change of what one subject holds; undefined where no rule speaks against it. */
export function judgeMember(
  catalog: Catalog,
  actor: Actor,
  { before, after }: MemberChange,
): Broken | undefined {
  if (actor.name === after.subject) return broken("own_grants", "nobody changes their own grants")
  if (actor.isAdministrator) return undefined
  if (isAdmin(before.member) || isAdmin(after.member))
    return broken("administrators_only", "only an administrator makes, changes or removes one")
  return judgeGain(catalog, actor, [
    ...newRoles(before, after),
    newGrants(before, after),
    ...liftedFromMember(before, after),
  ])
}

/** Judges what leaves all grants as they are: signing somebody out. Anybody may do that to themselves. */
export function judgeRenewal(actor: Actor, { subject, member }: SubjectRecord): Broken | undefined {
  if (actor.isAdministrator || actor.name === subject || !isAdmin(member)) return undefined
  return broken("administrators_only", "only an administrator signs an administrator out")
}

/** Judges a change of a role, which is a change for everybody who holds it. */
export function judgeRole(catalog: Catalog, actor: Actor, change: RoleChange): Broken | undefined {
  if (actor.roles.includes(change.name)) return broken("own_role", "nobody changes a role that they hold")
  if (actor.isAdministrator) return undefined
  const [before, after] = [rolePermissions(change.before), rolePermissions(change.after)]
  const added = after.filter((text) => !before.includes(text) && !isException(text))
  // The role's own exceptions go with whatever is in it; each of them that falls away is looked at by itself.
  const gained = added.length === 0 ? [] : [...added, ...after.filter(isException)]
  return judgeGain(catalog, actor, [gained, ...lifted(before, after)])
}

/** Judges a bulk import, which writes over whatever members hold. */
export function judgeImport(actor: Actor): Broken | undefined {
  return actor.isAdministrator
    ? undefined
    : broken("administrators_only", "only an administrator imports members")
}

/** Whether a member that counts as an administrator stops being one. */
export function stopsBeingAdministrator({ before, after }: MemberChange): boolean {
  const counts = (member: Member | undefined) => isActive(member) && isAdmin(member)
  return counts(before.member) && !counts(after.member)
}

/**
 * What is given must be held, each part by itself: an exception that hides it for now may fall away. A part is a role, or
 * what is granted in one change, with the exceptions that belong to it.
 */
function judgeGain(
  catalog: Catalog,
  actor: Actor,
  parts: readonly (readonly string[])[],
): Broken | undefined {
  const reaching = parts.filter((part) => reaches(part, adminArea)).flat()
  if (reaching.length > 0)
    return broken("administrators_only", `${listed(reaching)}: only an administrator gives admin routes`)
  const missing = parts.filter((part) => !covers(catalog, actor.permissions, part)).flat()
  if (missing.length === 0) return undefined
  return broken("not_held", `${listed(missing)}: nobody gives what they do not hold themselves`)
}

function listed(permissions: readonly string[]): string {
  const more = permissions.length > mostListed ? ` and ${permissions.length - mostListed} more` : ""
  return permissions.slice(0, mostListed).map(quote).join(", ") + more
}

const mostListed = 3

/**
 * What is granted counts also while its member is disabled: it is there when somebody enables it. Whoever is enabled
 * is given all of it anew, and so is whoever comes back from being deleted.
 */
function newRoles(before: SubjectRecord, after: SubjectRecord): (readonly string[])[] {
  const held = isEnabled(before, after) ? [] : grantsOf(before.member).roles
  return grantsOf(after.member)
    .roles.filter((name) => !held.includes(name))
    .map((name) => permissionsIn(after, name))
}

function newGrants(before: SubjectRecord, after: SubjectRecord): readonly string[] {
  const held = isEnabled(before, after) ? [] : grantsOf(before.member).permissions
  return grantsOf(after.member).permissions.filter((text) => !held.includes(text))
}

function isEnabled(before: SubjectRecord, after: SubjectRecord): boolean {
  return !isActive(before.member) && isActive(after.member)
}

/** Exceptions of the member's own fall away; those of a role with it, which matters where anything is left to hold. */
function liftedFromMember(before: SubjectRecord, after: SubjectRecord): string[][] {
  if (!isThere(after.member)) return []
  const [was, is] = [allPermissions(before), allPermissions(after)]
  const holdsSomething = is.some((text) => !isException(text))
  return lifted(holdsSomething ? was : grantsOf(before.member).permissions, is)
}

/** Exceptions that fall away give back what they took. */
function lifted(before: readonly string[], after: readonly string[]): string[][] {
  return before.filter((text) => isException(text) && !after.includes(text)).map((text) => [text.slice(1)])
}

function allPermissions(record: SubjectRecord): readonly string[] {
  const { roles, permissions } = grantsOf(record.member)
  return [...roles.flatMap((name) => permissionsIn(record, name)), ...permissions]
}

function permissionsIn(record: SubjectRecord, name: string): readonly string[] {
  return builtInRoles.get(name) ?? rolePermissions(record.roles.find((role) => role.name === name))
}

function rolePermissions(role: Role | undefined): readonly string[] {
  return role === undefined || role.deleted ? [] : role.permissions
}

/** Disabled or not. */
function grantsOf(member: Member | undefined): Pick<Member, "roles" | "permissions"> {
  return isThere(member) ? member : { roles: [], permissions: [] }
}

function isThere(member: Member | undefined): member is Member {
  return member !== undefined && !member.deleted
}

function isActive(member: Member | undefined): member is Member {
  return isThere(member) && !member.disabled
}

function isAdmin(member: Member | undefined): boolean {
  return isThere(member) && member.roles.includes("admin")
}

function isException(text: string): boolean {
  return text.startsWith("!")
}

function broken(rule: Rule, detail: string): Broken {
  return { rule, detail }
}
