/** Members, roles, changes and audit records as ElectroDB entities over the one table. */
import { Entity } from "electrodb"
import type { ExpiringChange } from "./judge.ts"
import {
  type AuditItem,
  auditMonth,
  auditTrail,
  type ChangeItem,
  changeFeed,
  changeSort,
  type MemberItem,
  memberKey,
  memberList,
  type RoleItem,
  roleKey,
  roleList,
  schemaVersion,
} from "./keys.ts"
import type { AuditRecord, Member, Role } from "./port.ts"
import { monthOf } from "./trail.ts"

const service = "claimgate"

/** ElectroDB writes its two identifiers under these names; the version is the schema version of keys.ts. */
const identifiers = { entity: "entity", version: "schema" }

const names = { type: "list", items: { type: "string" }, required: true } as const
const text = { type: "string", required: true } as const
const flag = { type: "boolean", required: true } as const
const count = { type: "number", required: true } as const
const kind = { type: ["member", "role", "generation"] as const, required: true } as const

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
      attributes: { name: text, permissions: names, deleted: flag, version: count },
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

/** The entity `change`, in order of number. */
export function createChangeEntity(table: string) {
  const number = { ...count, padding: { length: changeSort(0).length, char: "0" } }
  return new Entity(
    {
      model: { entity: "change", version: schemaVersion, service },
      attributes: { number, kind, name: text, version: count, at: count, expiresAt: count },
      indexes: {
        record: {
          pk: { field: "pk", composite: [], template: changeFeed, casing: "none" },
          sk: {
            ...{ field: "sk", composite: ["number"], template: placeholder("number") },
            ...{ casing: "none", cast: "string" },
          },
        },
      },
    },
    { table, identifiers },
  )
}

/** The entity `audit`, in order of time for each name, and in index `month` for all together. */
export function createAuditEntity(table: string) {
  const trail = auditTrail(placeholder("kind"), name)
  const id = placeholder("id")
  return new Entity(
    {
      model: { entity: "audit", version: schemaVersion, service },
      attributes: {
        ...{ id: text, month: text, kind, name: text, at: count },
        ...{ actor: text, door: text, requestId: text, action: text, outcome: text },
        because: { type: "string" },
        number: { type: "number" },
        generation: { type: "number" },
        before: { type: "any" },
        after: { type: "any" },
      },
      indexes: {
        record: {
          pk: { field: "pk", composite: ["kind", "name"], template: trail, casing: "none" },
          sk: { field: "sk", composite: ["id"], template: id, casing: "none" },
        },
        month: {
          index: "gsi1",
          pk: {
            field: "gsi1pk",
            composite: ["month"],
            template: auditMonth(placeholder("month")),
            casing: "none",
          },
          sk: { field: "gsi1sk", composite: ["id"], template: id, casing: "none" },
        },
      },
    },
    { table, identifiers },
  )
}

/** All entities over one table. */
export interface Entities {
  readonly member: ReturnType<typeof createMemberEntity>
  readonly role: ReturnType<typeof createRoleEntity>
  readonly change: ReturnType<typeof createChangeEntity>
  readonly audit: ReturnType<typeof createAuditEntity>
}

export function createEntities(table: string): Entities {
  return {
    member: createMemberEntity(table),
    role: createRoleEntity(table),
    change: createChangeEntity(table),
    audit: createAuditEntity(table),
  }
}

/** The item of a member as it is stored, all its keys filled in. */
export function memberItem(entities: Entities, member: Member): MemberItem {
  const { roles, permissions, ...rest } = member
  return entities.member
    .put({ ...rest, roles: [...roles], permissions: [...permissions] })
    .params<{ Item: MemberItem }>().Item
}

/** The item of a role as it is stored, all its keys filled in. */
export function roleItem(entities: Entities, role: Role): RoleItem {
  const { permissions, ...rest } = role
  return entities.role.put({ ...rest, permissions: [...permissions] }).params<{ Item: RoleItem }>().Item
}

/** The item of a change as it is stored, all its keys filled in. */
export function changeItem(entities: Entities, change: ExpiringChange): ChangeItem {
  return entities.change.put(change).params<{ Item: ChangeItem }>().Item
}

/** The item of an audit record as it is stored, all its keys filled in. */
export function auditItem(entities: Entities, record: AuditRecord): AuditItem {
  const put = entities.audit.put({ ...present(record), month: monthOf(record.at) })
  return put.params<{ Item: AuditItem }>().Item
}

/** Without what is undefined: an item has no such thing. */
function present(record: AuditRecord) {
  if (record.outcome === "refused") return record
  const { number, before, after, ...rest } = record
  return {
    ...rest,
    ...(number === undefined ? {} : { number }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }
}

function placeholder(attribute: string): string {
  return `\${${attribute}}`
}
