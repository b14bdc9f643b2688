/**
 * The PermissionStore port: everything that Claimgate asks of the place where permissions are kept. Any store must
 * meet the contract in test/contract.ts. Reads are consistent: they see every write that was acknowledged before.
 */

/** A Cognito `sub`, or `client:<client id>` for a machine. */
export type SubjectId = string

/** `[a-z][a-z0-9-]{0,31}`; `guest` and `admin` are built in. Nobody holds `guest` by name: it is what no role is called. */
export type RoleName = string

/** What was granted to one subject. */
export interface Member {
  readonly subject: SubjectId
  /** At most 16, each once, in order of name. */
  readonly roles: readonly RoleName[]
  /** Permissions granted to the subject itself, `!` among them; at most 1,000 of 256 characters. */
  readonly permissions: readonly string[]
  /** A disabled member holds nothing. */
  readonly disabled: boolean
  /** A deleted member stays as a tombstone, so that its versions never restart. */
  readonly deleted: boolean
  /** Counts writes, from 1. */
  readonly version: number
}

export interface Role {
  readonly name: RoleName
  readonly permissions: readonly string[]
  readonly deleted: boolean
  /** Counts writes, from 1. */
  readonly version: number
}

/**
 * What a decision about one subject needs. Each part is as it was at some moment of the call; the versions say which,
 * so a change in between is found by comparing them with the change feed.
 */
export interface SubjectRecord {
  readonly subject: SubjectId
  /** Bumped when all older tokens must be rechecked; 0 where nothing was ever raised. */
  readonly generation: number
  /** Fingerprint of the catalog release that tokens are minted for, or undefined where none was published. */
  readonly release: string | undefined
  readonly member: Member | undefined
  /** The roles that the member holds and that were ever stored, tombstones among them, in order of name. */
  readonly roles: readonly Role[]
}

/** A member or role as it is to be; `version` is the one that was read, 0 for a new one. */
export type MemberDraft = Omit<Member, "version" | "deleted">
export type RoleDraft = Omit<Role, "version" | "deleted">

/**
 * Every method throws `dependency_failed` when the store does not answer in time, and `malformed_name`,
 * `malformed_permission` or `malformed_input` for an argument that cannot be stored, before anything is.
 */
export interface PermissionStore {
  /**
   * Reads a subject with its roles: one request where `expectedRoles` names every role it holds, two otherwise; the
   * answer is the same whatever was expected. Throws `malformed_record` for an item that cannot be read.
   */
  load(subject: SubjectId, expectedRoles?: readonly RoleName[]): Promise<SubjectRecord>
  /**
   * Writes a member over the version that was read: 0 where there was none, a tombstone's where it was deleted.
   * Throws `conflict` with the current version in the message.
   */
  putMember(draft: MemberDraft, version: number): Promise<Member>
  /** Leaves a tombstone. Throws `conflict`, and `not_found` where there is no such member or only its tombstone. */
  deleteMember(subject: SubjectId, version: number): Promise<Member>
  /** A role as it is stored, also its tombstone; undefined where it never was, as the built-in ones. */
  readRole(name: RoleName): Promise<Role | undefined>
  /** Writes a role as `putMember` does a member. A built-in role is `malformed_name`. */
  putRole(draft: RoleDraft, version: number): Promise<Role>
  /** Leaves a tombstone, as `deleteMember` does. */
  deleteRole(name: RoleName, version: number): Promise<Role>
  /** Names the catalog release that tokens are minted for from now on. */
  putRelease(fingerprint: string): Promise<void>
  /** Raises the generation by at least one, and answers the new one: every older token becomes a recheck. */
  raiseGeneration(): Promise<number>
}
