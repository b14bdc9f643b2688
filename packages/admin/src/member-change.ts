/** One change of what a subject holds: read, judged, held against the limits, written; again where a race was lost. */
import { ClaimgateError, quote } from "@claimgate/core"
import {
  type Attribution,
  builtInRoles,
  type Member,
  type MemberDraft,
  type Role,
  type SubjectRecord,
} from "@claimgate/store"
import type { Actor } from "./actor.ts"
import type { AdministrationDeps } from "./administration.ts"
import { type Asking, attributionOf } from "./asking.ts"
import { existing, notFound } from "./grants.ts"
import { expectCarried } from "./limits.ts"
import { type Outcome, refuse } from "./outcome.ts"
import { answeredForMember } from "./repetition.ts"
import { type Broken, judgeMember, judgeRenewal, stopsBeingAdministrator } from "./rules.ts"
import { VersionConflict } from "./version-conflict.ts"

/** A member as it is to be; `deleted` leaves a tombstone. */
export type NextMember = (current: Member | undefined) => DraftOrTombstone

type DraftOrTombstone = MemberDraft & { readonly deleted?: boolean }

export interface MemberRequest {
  readonly action: "grant" | "revoke" | "disable" | "enable" | "delete" | "renew"
  readonly subject: string
  readonly asking: Asking
  /** The version that the caller has seen. */
  readonly version: number | undefined
  /** What was asked for: it tells one request from another under an idempotency key. */
  readonly asked: object
  readonly next: NextMember
}

/** Races that one change may lose before it gives up. */
const mostRaces = 5

/** Changes a member; see `Administration` for what is thrown. */
export async function changeMember(
  deps: AdministrationDeps,
  request: MemberRequest,
): Promise<Outcome<Member>> {
  const { action, subject, asking } = request
  const by = attributionOf(asking, { action, subject, ...request.asked })
  for (let race = 1; ; race++) {
    const before = await deps.store.load(subject)
    const fault = obstacleTo(request, before.member)
    if (fault !== undefined) return answeredOr(fault, deps, before, by)
    const draft = request.next(before.member)
    if (before.member !== undefined && action !== "renew" && isUnchanged(before.member, draft))
      return { ok: true, value: before.member }
    const after = await recordAfter(deps, before, draft)
    const broken = await judge(deps, asking.actor, action, { before, after })
    if (broken !== undefined) return refuse(deps, { kind: "member", name: subject, action }, broken, by)
    if (draft.deleted !== true) expectCarried(deps, after)
    try {
      return { ok: true, value: await write(deps, draft, before.member?.version ?? 0, by) }
    } catch (lost) {
      if (!isLostRace(lost) || race >= mostRaces) throw await currentFault(deps, subject, before, lost)
    }
  }
}

/** Why the request cannot even be judged: it is over another version, or about nobody. */
function obstacleTo(
  { subject, version, action }: MemberRequest,
  member: Member | undefined,
): ClaimgateError | undefined {
  const found = member?.version ?? 0
  if (version !== undefined && version !== found)
    return new VersionConflict(`member ${quote(subject)}`, found, version)
  if (action === "grant") return undefined
  try {
    existing(subject, member)
    return undefined
  } catch (fault) {
    if (fault instanceof ClaimgateError) return fault
    throw fault
  }
}

/** A repetition is answered as it was before, whatever stands in its way by now. */
async function answeredOr(
  fault: ClaimgateError,
  { store }: AdministrationDeps,
  { subject, member }: SubjectRecord,
  by: Attribution,
): Promise<Outcome<Member>> {
  const value = await answeredForMember(store, subject, member?.version ?? 0, by)
  if (value === undefined) throw fault
  return { ok: true, value }
}

/** What a caller that lost too often is told, with the version that won; other conflicts are not about versions. */
async function currentFault(
  { store }: AdministrationDeps,
  subject: string,
  before: SubjectRecord,
  fault: unknown,
): Promise<unknown> {
  if (!isLostRace(fault)) return fault
  const read = before.member?.version ?? 0
  const found = (await store.load(subject)).member?.version ?? 0
  return found === read ? fault : new VersionConflict(`member ${quote(subject)}`, found, read)
}

function write({ store }: AdministrationDeps, draft: DraftOrTombstone, version: number, by: Attribution) {
  return draft.deleted === true
    ? store.deleteMember(draft.subject, version, by)
    : store.putMember(draft, version, by)
}

async function judge(
  { catalog, store }: AdministrationDeps,
  actor: Actor,
  action: MemberRequest["action"],
  { before, after }: { readonly before: SubjectRecord; readonly after: SubjectRecord },
): Promise<Broken | undefined> {
  if (action === "renew") return judgeRenewal(actor, before)
  const broken = judgeMember(catalog, actor, { before, after })
  if (broken !== undefined || !stopsBeingAdministrator({ before, after })) return broken
  if ((await store.countAdministrators()) > 1) return undefined
  return { rule: "last_administrator", detail: "the last administrator stays: make another one first" }
}

/** What the subject will be, with the roles that it will hold, as they are stored. */
async function recordAfter(
  { store }: AdministrationDeps,
  before: SubjectRecord,
  draft: DraftOrTombstone,
): Promise<SubjectRecord> {
  const held = before.member === undefined || before.member.deleted ? [] : before.member.roles
  const roles: Role[] = []
  for (const name of draft.roles) {
    if (builtInRoles.has(name)) continue
    const known = before.roles.find((role) => role.name === name) ?? (await store.readRole(name))
    if (!held.includes(name) && (known === undefined || known.deleted)) throw notFound(`role ${quote(name)}`)
    if (known !== undefined) roles.push(known)
  }
  const version = (before.member?.version ?? 0) + 1
  return { ...before, member: { ...draft, deleted: draft.deleted ?? false, version }, roles }
}

function isUnchanged(member: Member, draft: DraftOrTombstone): boolean {
  if (member.deleted || draft.deleted === true) return false
  const isSame = (one: readonly string[], other: readonly string[]) =>
    one.length === other.length && one.every((text) => other.includes(text))
  return (
    isSame(member.roles, draft.roles) &&
    isSame(member.permissions, draft.permissions) &&
    member.disabled === draft.disabled
  )
}

function isLostRace(fault: unknown): boolean {
  return fault instanceof ClaimgateError && fault.code === "conflict"
}
