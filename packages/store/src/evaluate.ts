/** From what is stored about a subject to what it holds: the one place where grants are added up. */
import type { RoleName, SubjectRecord } from "./port.ts"

/** What a subject holds at the moment its record was read. */
export interface Holdings {
  /** Role names in order of name; empty for a member that is missing, disabled or deleted. */
  readonly roles: readonly RoleName[]
  /** All permissions of roles and own grants together, `!` among them, for `expand`. */
  readonly permissions: readonly string[]
  /** `custom:epoch`: versions of generation, subject and each role in order, joined by `.`. */
  readonly epoch: string
}

/** Roles that exist in every store and cannot be edited. `**` stands for one segment or more: the root is named too. */
export const builtInRoles: ReadonlyMap<RoleName, readonly string[]> = new Map([
  ["admin", ["*:/**", "*:/"]],
  ["guest", []],
])

/** Adds up roles and grants; a missing, disabled or deleted member holds nothing, and so does a deleted role. */
export function evaluate(record: SubjectRecord): Holdings {
  const { member, generation } = record
  const active = member !== undefined && !member.disabled && !member.deleted
  const roles = active ? [...member.roles].sort() : []
  const versions = roles.map((name) => storedRole(record, name)?.version ?? 0)
  return {
    roles,
    permissions: active
      ? [...roles.flatMap((name) => permissionsOf(record, name)), ...member.permissions]
      : [],
    epoch: [generation, member?.version ?? 0, ...versions].join("."),
  }
}

function permissionsOf(record: SubjectRecord, name: RoleName): readonly string[] {
  const role = storedRole(record, name)
  return builtInRoles.get(name) ?? (role === undefined || role.deleted ? [] : role.permissions)
}

function storedRole(record: SubjectRecord, name: RoleName) {
  return record.roles.find((role) => role.name === name)
}
