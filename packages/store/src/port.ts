/**
 * The PermissionStore port: everything that Claimgate asks of the place where permissions are kept. Any store must
 * meet the contract in contract.ts. Reads are consistent: they see every write that was acknowledged before.
 */

/** A Cognito `sub`, or `client:<client id>` for a machine. */
export type SubjectId = string

/** `[a-z][a-z0-9-]{0,31}`; `guest` and `admin` are built in. */
export type RoleName = string

/** What was granted to one subject. */
export interface Member {
  readonly subject: SubjectId
  /** At most 16, in order of name. */
  readonly roles: readonly RoleName[]
  /** Permissions granted to the subject itself, `!` among them. */
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

/** What a decision about one subject needs, as it was at one moment. */
export interface SubjectRecord {
  readonly subject: SubjectId
  /** Bumped when all older tokens must be rechecked; 0 where nothing was ever raised. */
  readonly generation: number
  /** Fingerprint of the catalog release that tokens are minted for, or undefined where none was published. */
  readonly release: string | undefined
  readonly member: Member | undefined
  /** The roles that the member holds and that were ever stored, tombstones among them. */
  readonly roles: readonly Role[]
}

/** A member or role as it is to be; `version` is the one that was read, 0 for a new one. */
export type MemberDraft = Omit<Member, "version" | "deleted">
export type RoleDraft = Omit<Role, "version" | "deleted">

export interface PermissionStore {
  /**
   * Reads a subject with its roles: one request where `expectedRoles` names every role it holds, two otherwise.
   * Throws `dependency_failed` when the store does not answer, `malformed_record` for an item that cannot be read.
   */
  load(subject: SubjectId, expectedRoles?: readonly RoleName[]): Promise<SubjectRecord>
  /** Writes a member over the version that was read (0: none, or a tombstone's version). Throws `conflict` with the current version in the message. */
  putMember(draft: MemberDraft, version: number): Promise<Member>
  /** Leaves a tombstone. Throws `conflict`, and `not_found` where there is no such member. */
  deleteMember(subject: SubjectId, version: number): Promise<Member>
  readRole(name: RoleName): Promise<Role | undefined>
  putRole(draft: RoleDraft, version: number): Promise<Role>
  deleteRole(name: RoleName, version: number): Promise<Role>
  /** Names the catalog release that tokens are minted for from now on. */
  putRelease(fingerprint: string): Promise<void>
  /** Raises the generation by one: every older token becomes a recheck. */
  raiseGeneration(): Promise<number>
}
