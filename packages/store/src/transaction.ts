/** A plan as one TransactWriteItems request: what is stored, each item on its condition. */
import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb"
import type { Versioned } from "./conflict.ts"
import { auditItem, changeItem, type Entities, memberItem, roleItem } from "./entities.ts"
import type { Head, Importing } from "./head.ts"
import { type Plan, seconds, type Used } from "./judge.ts"
import {
  type AdministratorsItem,
  administratorsKey,
  feedHeadKey,
  type IdempotencyItem,
  idempotencyKey,
  schemaVersion,
} from "./keys.ts"
import type { AuditRecord, Member, Role } from "./port.ts"

/** One operation of a transaction. */
export type Step = NonNullable<TransactWriteCommandInput["TransactItems"]>[number]

/** Where the steps go. */
export interface Target {
  readonly table: string
  /** Made when first written to: whoever only reads, as the trigger does at every cold start, does not pay for them. */
  readonly entities: () => Entities
}

/**
 * INVARIANT: every write of a member or role, and every raise of the generation, is assembled here (members of a bulk
 * import in dynamo-import.ts), so that the record, its condition, the change and the audit cannot be written apart.
 * Pinned by races.test.ts, which takes the conditions out one by one.
 */
export function stepsOf(target: Target, key: string, plan: Plan): Step[] {
  const { over, record, change, audit, used, administrators } = plan
  return [
    ...(record === undefined ? [] : [recordStep(target, record)]),
    headStep(target, plan.head, over.head),
    { Put: { TableName: target.table, Item: changeItem(target.entities(), change) } },
    auditStep(target, audit),
    idempotencyStep(target, key, used, seconds(change)),
    ...(administrators === over.administrators
      ? []
      : [administratorsStep(target, administrators, over.administrators)]),
  ]
}

/** Only over the version before; a first version only where nothing is; a tombstone only over a live record. */
export function recordStep({ table, entities }: Target, record: Member | Role): Step {
  const Item = "subject" in record ? memberItem(entities(), record) : roleItem(entities(), record)
  return { Put: { TableName: table, Item, ...conditionOn(record) } }
}

/** Nothing in the audit is ever written over. */
export function auditStep({ table, entities }: Target, record: AuditRecord): Step {
  return {
    Put: {
      TableName: table,
      Item: auditItem(entities(), record),
      ConditionExpression: "attribute_not_exists(pk)",
    },
  }
}

function conditionOn({ version, deleted }: Versioned) {
  if (version === 1 && !deleted) return { ConditionExpression: "attribute_not_exists(pk)" }
  const over = {
    ExpressionAttributeNames: { "#version": "version" },
    ExpressionAttributeValues: { ":over": version - 1 },
  }
  if (!deleted) return { ConditionExpression: "#version = :over", ...over }
  return {
    ConditionExpression: "#version = :over AND #deleted = :live",
    ExpressionAttributeNames: { ...over.ExpressionAttributeNames, "#deleted": "deleted" },
    ExpressionAttributeValues: { ...over.ExpressionAttributeValues, ":live": false },
  }
}

/** An update, so that what other writes know about the head and this one does not stays as it is. */
function headStep({ table }: Target, next: Head, read: Head): Step {
  const begun = next.importing === read.importing ? undefined : next.importing
  const values = {
    ...{ entity: "feed-head", schema: schemaVersion, number: next.number, generation: next.generation },
    ...(begun === undefined ? {} : importAttributes(begun)),
  }
  return {
    Update: {
      TableName: table,
      Key: feedHeadKey,
      UpdateExpression: `SET ${Object.keys(values)
        .map((name) => `#${name} = :${name}`)
        .join(", ")}`,
      ConditionExpression: overCount("number", read.number),
      ...expressionOf(values, { read: read.number }),
    },
  }
}

/** An import as the head has it. */
function importAttributes({ run, open, since }: Importing) {
  return { importRun: run, importOpen: open, importSince: since }
}

/** A key that was used holds for its lifetime, and DynamoDB may keep it for longer. */
function idempotencyStep({ table }: Target, key: string, used: Used, now: number): Step {
  const Item: IdempotencyItem = {
    ...idempotencyKey(key),
    entity: "idempotency",
    schema: schemaVersion,
    ...used,
  }
  return {
    Put: {
      TableName: table,
      Item,
      ConditionExpression: "attribute_not_exists(pk) OR #expiresAt <= :now",
      ExpressionAttributeNames: { "#expiresAt": "expiresAt" },
      ExpressionAttributeValues: { ":now": now },
    },
  }
}

function administratorsStep({ table }: Target, count: number, read: number): Step {
  const Item: AdministratorsItem = {
    ...administratorsKey,
    entity: "administrators",
    schema: schemaVersion,
    count,
  }
  return {
    Put: {
      TableName: table,
      Item,
      ConditionExpression: overCount("count", read),
      ExpressionAttributeNames: { "#count": "count" },
      ExpressionAttributeValues: { ":read": read },
    },
  }
}

/** A count is written over the one that was read; there is no item before the first one. */
function overCount(name: string, read: number): string {
  return read === 0 ? `attribute_not_exists(pk) OR #${name} = :read` : `#${name} = :read`
}

function expressionOf(values: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>>) {
  const names = Object.keys(values).map((name) => [`#${name}`, name])
  const parameters = Object.entries({ ...values, ...more }).map(([name, value]) => [`:${name}`, value])
  return {
    ExpressionAttributeNames: Object.fromEntries(names),
    ExpressionAttributeValues: Object.fromEntries(parameters),
  }
}
