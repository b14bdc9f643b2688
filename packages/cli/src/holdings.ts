/** What a member's roles and grants come to, in routes: so that whoever changes something sees what it means. */
import { type Catalog, ClaimgateError, condense, expand } from "@claimgate/core"
import { builtInRoles, evaluate, type Role } from "@claimgate/store"
import type { AdminDoor, AskedGrants, ShownMember } from "./door.ts"
import { effectOf } from "./roles/diff.ts"

/** Permissions of roles and own grants together, `!` among them; reads each role once. */
export async function holdingsOf(door: AdminDoor, member: ShownMember): Promise<readonly string[]> {
  const roles: Role[] = []
  for (const name of member.roles) if (!builtInRoles.has(name)) roles.push(...(await rolesNamed(door, name)))
  const { subject } = member
  const record = { subject, generation: 0, release: undefined, member: { ...member, deleted: false }, roles }
  return evaluate(record).permissions
}

/** A role that is gone grants nothing. */
async function rolesNamed(door: AdminDoor, name: string): Promise<Role[]> {
  try {
    return [await door.readRole(name)]
  } catch (fault) {
    if (fault instanceof ClaimgateError && fault.code === "not_found") return []
    throw fault
  }
}

/** The fewest permissions that mean what a member holds. */
export async function describeHoldings(
  door: AdminDoor,
  catalog: Catalog,
  member: ShownMember,
): Promise<string[]> {
  return condense(catalog, expand(catalog, await holdingsOf(door, member)))
}

/** A member without some grants. */
export function without(member: ShownMember, { roles, permissions }: AskedGrants): ShownMember {
  return {
    ...member,
    roles: member.roles.filter((name) => !roles.includes(name)),
    permissions: member.permissions.filter((text) => !permissions.includes(text)),
  }
}

/** What whoever is `before` gains and loses as `after`. */
export async function effectOn(door: AdminDoor, catalog: Catalog, before: ShownMember, after: ShownMember) {
  return effectOf(catalog, await holdingsOf(door, before), await holdingsOf(door, after))
}
