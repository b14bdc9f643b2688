/**
 * The items of the table that are read or written by key, as they are stored. Imports nothing, so that the
 * authorizer's change feed can share it without a byte of the store.
 */

/** Primary key of one item. */
export interface Key {
  readonly pk: string
  readonly sk: string
}

/** The version of the item shapes below; an item that names another one is not read. */
export const schemaVersion = "1"

/** Sort key of an item that is alone under its partition key: the record as it is now. */
const state = "STATE"

export function memberKey(subject: string): Key {
  return { pk: `MEMBER#${subject}`, sk: state }
}

export function roleKey(name: string): Key {
  return { pk: `ROLE#${name}`, sk: state }
}

/** The catalog release that tokens are minted for; written last by a deployment. */
export const releaseKey: Key = { pk: "RELEASE", sk: state }

/** The head of the change feed: the last number given out, and the generation. */
export const feedHeadKey: Key = { pk: "FEED#HEAD", sk: state }

/** Partition key of all changes; their sort keys are their numbers, so that they come in order. */
export const changeFeed = "FEED#CHANGES"

/** A change's sort key: its number in 16 digits, as many as a safe integer has. */
export function changeSort(number: number): string {
  return String(number).padStart(16, "0")
}

export function changeKey(number: number): Key {
  return { pk: changeFeed, sk: changeSort(number) }
}

/** What can be changed; a `generation` has no name. */
export type ChangeKind = "member" | "role" | "generation"

/** Partition key of everything that was done or refused about one member or role, or about the generation. */
export function auditTrail(kind: string, name: string): string {
  return `AUDIT#${kind}#${name}`
}

/** Partition key of gsi1 for everything that was done or refused in one month, `2026-03`. */
export function auditMonth(month: string): string {
  return `AUDIT#${month}`
}

/** What was done under an idempotency key. */
export function idempotencyKey(key: string): Key {
  return { pk: `IDEMPOTENCY#${key}`, sk: state }
}

/** How many members are administrators. */
export const administratorsKey: Key = { pk: "ADMINISTRATORS", sk: state }

/** Partition keys of gsi1, under which members and roles that are not deleted are listed by name. */
export const memberList = "MEMBERS"
export const roleList = "ROLES"

/** What every item carries. */
export interface StoredItem extends Key {
  readonly entity:
    | "member"
    | "role"
    | "release"
    | "feed-head"
    | "change"
    | "audit"
    | "idempotency"
    | "administrators"
  readonly schema: typeof schemaVersion
}

/** What members and roles have in common. */
export interface VersionedItem extends StoredItem {
  readonly permissions: readonly string[]
  /** A deleted item has neither gsi1 key. */
  readonly deleted: boolean
  readonly version: number
  readonly gsi1pk?: string
  readonly gsi1sk?: string
}

export interface MemberItem extends VersionedItem {
  readonly entity: "member"
  readonly subject: string
  readonly roles: readonly string[]
  readonly disabled: boolean
}

export interface RoleItem extends VersionedItem {
  readonly entity: "role"
  readonly name: string
}

export interface ReleaseItem extends StoredItem {
  readonly entity: "release"
  /** Five base64url characters. */
  readonly fingerprint: string
}

export interface FeedHeadItem extends StoredItem {
  readonly entity: "feed-head"
  /** The last change's number; 0 before the first one. */
  readonly number: number
  readonly generation: number
  /** The bulk import that is running: its idempotency key. All three are there, or none. */
  readonly importRun?: string
  /** Whether it may still write. */
  readonly importOpen?: boolean
  /** When it began, in milliseconds since 1970. */
  readonly importSince?: number
}

/** One number of the sequence: what was changed under it. */
export interface ChangeItem extends StoredItem {
  readonly entity: "change"
  readonly number: number
  readonly kind: ChangeKind
  /** The subject, the role's name, or empty for a generation. */
  readonly name: string
  /** The new one; for a generation the generation. */
  readonly version: number
  /** Milliseconds since 1970, by the writer's clock. */
  readonly at: number
  /** Seconds since 1970. DynamoDB deletes late: an item past it counts as gone. */
  readonly expiresAt: number
}

/** What was done, or refused; never written over. */
export interface AuditItem extends StoredItem {
  readonly entity: "audit"
  readonly gsi1pk: string
  readonly gsi1sk: string
  /** The sort key: ISO time, `#`, the change's number in 16 digits or a random id. */
  readonly id: string
  /** `2026-03`, UTC. */
  readonly month: string
  readonly kind: ChangeKind
  readonly name: string
  readonly at: number
  readonly actor: string
  readonly door: string
  readonly requestId: string
  readonly action: string
  readonly outcome: "done" | "refused"
  /** Why it was refused. */
  readonly because?: string
  /** The change's number; bulk imports and refusals have none. */
  readonly number?: number
  readonly generation?: number
  /** The record before and after; before is absent where there was none, both for a generation. */
  readonly before?: unknown
  readonly after?: unknown
}

/** What was done under a key, so that it is not done again. */
export interface IdempotencyItem extends StoredItem {
  readonly entity: "idempotency"
  /** Of the request, base64url: another request under the same key is not a repetition. */
  readonly digest: string
  /** What was answered: the record, or the generation. */
  readonly result: unknown
  /** Seconds since 1970. DynamoDB deletes late: an item past it counts as gone. */
  readonly expiresAt: number
}

export interface AdministratorsItem extends StoredItem {
  readonly entity: "administrators"
  readonly count: number
}
