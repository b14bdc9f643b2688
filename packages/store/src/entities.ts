/** Members and roles as ElectroDB entities over the one table. */
import { Entity } from "electrodb"
import {
  type MemberItem,
  memberKey,
  memberList,
  type RoleItem,
  roleKey,
  roleList,
  schemaVersion,
} from "./keys.ts"
import type { Member, Role } from "./port.ts"

const service = "claimgate"

/** ElectroDB writes its two identifiers under these names; the version is the schema version of keys.ts. */
const identifiers = { entity: "entity", version: "schema" }

const names = { type: "list", items: { type: "string" }, required: true } as const
const text = { type: "string", required: true } as const
const flag = { type: "boolean", required: true } as const
const count = { type: "number", required: true } as const

// A template is the key of keys.ts with ElectroDB's placeholder where the name goes.
const subject = placeholder("subject")
const name = placeholder("name")

/** The entity `member`; index `list` holds those that are not deleted, by subject. */
export function createMemberEntity(table: string) {
  return new Entity(
    {
      model: { entity: "member", version: schemaVersion, service },
      attributes: {
        subject: text,
        roles: names,
        permissions: names,
        disabled: flag,
        deleted: flag,
        version: count,
        writeId: text,
      },
      indexes: {
        record: {
          pk: { field: "pk", composite: ["subject"], template: memberKey(subject).pk, casing: "none" },
          sk: { field: "sk", composite: [], template: memberKey(subject).sk, casing: "none" },
        },
        list: {
          index: "gsi1",
          condition: ({ deleted }) => deleted === false,
          pk: { field: "gsi1pk", composite: [], template: memberList, casing: "none" },
          sk: { field: "gsi1sk", composite: ["subject"], template: subject, casing: "none" },
        },
      },
    },
    { table, identifiers },
  )
}

/** The entity `role`; index `list` holds those that are not deleted, by name. */
export function createRoleEntity(table: string) {
  return new Entity(
    {
      model: { entity: "role", version: schemaVersion, service },
      attributes: { name: text, permissions: names, deleted: flag, version: count, writeId: text },
      indexes: {
        record: {
          pk: { field: "pk", composite: ["name"], template: roleKey(name).pk, casing: "none" },
          sk: { field: "sk", composite: [], template: roleKey(name).sk, casing: "none" },
        },
        list: {
          index: "gsi1",
          condition: ({ deleted }) => deleted === false,
          pk: { field: "gsi1pk", composite: [], template: roleList, casing: "none" },
          sk: { field: "gsi1sk", composite: ["name"], template: name, casing: "none" },
        },
      },
    },
    { table, identifiers },
  )
}

/** Both entities over one table. */
export interface Entities {
  readonly member: ReturnType<typeof createMemberEntity>
  readonly role: ReturnType<typeof createRoleEntity>
}

export function createEntities(table: string): Entities {
  return { member: createMemberEntity(table), role: createRoleEntity(table) }
}

/** The item of a member as it is stored, all its keys filled in. */
export function memberItem(entities: Entities, member: Member, writeId: string): MemberItem {
  const { roles, permissions, ...rest } = member
  return entities.member
    .put({ ...rest, roles: [...roles], permissions: [...permissions], writeId })
    .params<{ Item: MemberItem }>().Item
}

/** The item of a role as it is stored, all its keys filled in. */
export function roleItem(entities: Entities, role: Role, writeId: string): RoleItem {
  const { permissions, ...rest } = role
  return entities.role.put({ ...rest, permissions: [...permissions], writeId }).params<{ Item: RoleItem }>()
    .Item
}

function placeholder(attribute: string): string {
  return `\${${attribute}}`
}
