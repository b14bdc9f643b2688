/**
 * The PermissionStore port: everything that Claimgate asks of the place where permissions are kept. Any store must
 * meet the contract in test/contract.ts. Reads are consistent: they see every write that was acknowledged before.
 * (Lists come from an index, which may lag behind by a moment.)
 *
 * Every write of a member or role, and every raise of the generation, is one transaction: the record over the version
 * that was read, the next number of the change feed, an audit record, the idempotency key.
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
  /** Permissions granted to the subject itself, `!` among them; at most 1,000 of 256 characters, 128 KiB in all. */
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
  /**
   * Bumped when all older tokens must be rechecked; 0 where nothing was ever raised. While a bulk import runs it is
   * one less than the change feed's, so that tokens minted meanwhile are rechecks too.
   */
  readonly generation: number
  /** Fingerprint of the catalog release that tokens are minted for, or undefined where none was published. */
  readonly release: string | undefined
  readonly member: Member | undefined
  /** The roles that the member holds and that were ever stored, tombstones among them, in order of name. */
  readonly roles: readonly Role[]
}

/** What the change feed says about all tokens at once. */
export interface Generation {
  /** A token of an older one is a recheck; 0 where nothing was ever raised. */
  readonly generation: number
  /** The bulk import that has not ended: until one does, tokens that are minted are rechecks too. */
  readonly importing: RunningImport | undefined
}

export interface RunningImport {
  /** When it began, in milliseconds since 1970. */
  readonly since: number
  /** Whether it may still write: it may for a day, unless it is about to end or broke off while it did. */
  readonly mayWrite: boolean
}

/** A member or role as it is to be; `version` is the one that was read, 0 for a new one. */
export type MemberDraft = Omit<Member, "version" | "deleted">
export type RoleDraft = Omit<Role, "version" | "deleted">

/** Where a change comes in. `bootstrap` makes the first administrator, and only where there is none. */
export type Door = "admin-api" | "bootstrap" | "break-glass" | "import" | "seed"

/** On whose behalf something is written: this is what the audit says. Texts are 1 to 256 printable characters. */
export interface Attribution {
  /** A subject, or an AWS identity. */
  readonly actor: string
  readonly door: Door
  readonly requestId: string
  /**
   * Whoever repeats a write under its key within 24 hours gets the answer that the first one got, and nothing is
   * written, whatever happened to the record since. The same key for something else is a `conflict`.
   */
  readonly idempotencyKey: string
  /**
   * What was asked for, where that is not what is written: a grant adds to whatever is there. A repetition asks the
   * same of the same actor; without this, it writes the same over the same version.
   */
  readonly request?: string
}

/** One number of the sequence. A `generation` has an empty name, and the generation for a version. */
export interface Change {
  /** From 1, without gaps. */
  readonly number: number
  readonly kind: "member" | "role" | "generation"
  readonly name: string
  readonly version: number
  /** Milliseconds since 1970, by the writer's clock. */
  readonly at: number
}

/** What was changed, or refused, and on whose behalf. */
export type AuditRecord = Trail &
  (
    | {
        readonly outcome: "done"
        readonly action: "put" | "delete" | "raise" | "import"
        /** Of the change feed; undefined for a member that a bulk import wrote. */
        readonly number: number | undefined
        /** Of the change feed, after the change. */
        readonly generation: number
        /** Undefined where there was none, and for a generation. */
        readonly before: Member | Role | undefined
        readonly after: Member | Role | undefined
      }
    | ({ readonly outcome: "refused" } & Pick<Refusal, "action" | "because">)
  )

interface Trail
  extends Pick<Change, "kind" | "name" | "at">,
    Pick<Attribution, "actor" | "door" | "requestId"> {
  /** Unique among those of one member or role, and in order of time. */
  readonly id: string
}

/** An attempt that was refused; texts are printable, the reason of at most 1,000 characters. */
export interface Refusal {
  readonly kind: Change["kind"]
  readonly name: string
  /** What was tried, in a word of the caller's: `grant`. */
  readonly action: string
  readonly because: string
}

/** What a bulk import did about one draft; `unchanged` is one that was stored like that already. */
export type Imported =
  | { readonly outcome: "written" | "unchanged"; readonly member: Member }
  | { readonly outcome: "refused"; readonly message: string }

/** Which part of a list: what follows `after`, the `next` of the page before; `limit` is 1 to 1,000, or else 100. */
export interface PageRequest {
  readonly after?: string | undefined
  readonly limit?: number | undefined
}

export interface Page<T> {
  /** May be fewer than the limit, or none, also when there is a next page: the store answers in parts. */
  readonly items: readonly T[]
  /** Where the next page goes on; undefined after the last one. */
  readonly next: string | undefined
}

/**
 * The trail of one member or role, or of the generation, whose name is empty; or all trails over some time: `from` is
 * part of it, `to` is not, both in milliseconds since 1970.
 */
export type AuditQuery = Pick<Change, "kind" | "name"> | { readonly from: number; readonly to: number }

/**
 * Every method throws `dependency_failed` when the store does not answer in time, and `malformed_name`,
 * `malformed_permission` or `malformed_input` for an argument that cannot be stored, before anything is. Every write
 * throws `conflict` for an idempotency key that was used for something else. After `dependency_failed` nobody can say
 * whether a write happened: the same call under the same key finds out, and does it if not.
 */
export interface PermissionStore {
  /**
   * Reads a subject with its roles: one request where `expectedRoles` names every role it holds, two otherwise; the
   * answer is the same whatever was expected. Throws `malformed_record` for an item that cannot be read.
   */
  load(subject: SubjectId, expectedRoles?: readonly RoleName[]): Promise<SubjectRecord>
  /**
   * Writes a member over the version that was read: 0 where there was none, a tombstone's where it was deleted.
   * Throws `conflict` with the current version in the message, and where no administrator would remain.
   */
  putMember(draft: MemberDraft, version: number, by: Attribution): Promise<Member>
  /** Leaves a tombstone. Throws as `putMember` does, and `not_found` where there is no such member or only its tombstone. */
  deleteMember(subject: SubjectId, version: number, by: Attribution): Promise<Member>
  /** A role as it is stored, also its tombstone; undefined where it never was, as the built-in ones. */
  readRole(name: RoleName): Promise<Role | undefined>
  /** Writes a role as `putMember` does a member: one change, however many hold it. A built-in role is `malformed_name`. */
  putRole(draft: RoleDraft, version: number, by: Attribution): Promise<Role>
  /** Leaves a tombstone, as `deleteMember` does. */
  deleteRole(name: RoleName, version: number, by: Attribution): Promise<Role>
  /** Names the catalog release that tokens are minted for from now on. */
  putRelease(fingerprint: string): Promise<void>
  /** The generation, and whether an import is running. */
  readGeneration(): Promise<Generation>
  /**
   * Raises the generation by one, or with `above`, 0 to 999,999,999, to one more than that; answers the new one. Every
   * older token becomes a recheck. Where the generation is above `above` already, answers it and writes nothing.
   */
  raiseGeneration(by: Attribution, above?: number): Promise<number>
  /** Members that are administrators: that hold `admin` and are neither disabled nor deleted. */
  countAdministrators(): Promise<number>

  /**
   * Begins a bulk import: raises the generation once, and answers the new one. From here until its end every token
   * is a recheck, also those that are minted meanwhile. Its name is its idempotency key: under the same one it can be
   * taken up again while it has not ended, otherwise that is a `conflict`. An import that is running is stopped.
   */
  beginImport(by: Attribution): Promise<number>
  /**
   * Writes at most 33 members over whatever is stored, as part of the import that was begun on the same behalf. Whoever
   * is disabled stays so. Refuses drafts about administrators, about who is to be one, and about deleted members.
   * Throws `conflict` when the import is no longer running; it may for a day.
   */
  importMembers(drafts: readonly MemberDraft[], by: Attribution): Promise<readonly Imported[]>
  /**
   * Ends an import, complete or not: nothing more is written by it, and tokens minted from now on are trusted. Takes
   * as long as a `load` that is under way may take. Does nothing where it is no longer running.
   */
  endImport(by: Attribution): Promise<void>

  /** Adds what was refused to the audit. */
  recordRefusal(refusal: Refusal, by: Attribution): Promise<void>
  /** Members that are not deleted, by subject; a page goes on after a subject. */
  listMembers(page?: PageRequest): Promise<Page<Member>>
  /** Roles that are stored and not deleted, by name; a page goes on after a name. */
  listRoles(page?: PageRequest): Promise<Page<Role>>
  /** Changes in order, those that expired left out; a page goes on after a number. Consistent. */
  listChanges(page?: PageRequest): Promise<Page<Change>>
  /** Audit records, the newest first. Those of one member or role are consistent. */
  listAudit(query: AuditQuery, page?: PageRequest): Promise<Page<AuditRecord>>
}
