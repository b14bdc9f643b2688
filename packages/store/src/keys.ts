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

/** Partition keys of gsi1, under which members and roles that are not deleted are listed by name. */
export const memberList = "MEMBERS"
export const roleList = "ROLES"

/** What every item carries. */
export interface StoredItem extends Key {
  readonly entity: "member" | "role" | "release" | "feed-head"
  readonly schema: typeof schemaVersion
}

/** What members and roles have in common. */
export interface VersionedItem extends StoredItem {
  readonly permissions: readonly string[]
  /** A deleted item has neither gsi1 key. */
  readonly deleted: boolean
  readonly version: number
  /** Tells the write that left this item from all others, so that a repeated request knows its own effect. */
  readonly writeId: string
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
}
