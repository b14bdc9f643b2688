/**
 * What a write comes to, over what was read: nothing, because it was done before or is so already; a refusal; or a plan of all that is
 * stored in one transaction. The same for every store; a store holds the plan's conditions when it carries it out.
 */
import { ClaimgateError, quote } from "@claimgate/core"
import { administratorsRefusal, countAfter } from "./administrators.ts"
import { refusalOf } from "./conflict.ts"
import { type Head, longestImport, mayImport } from "./head.ts"
import { importStopped } from "./import-judge.ts"
import type { Attribution, AuditRecord, Change, Member, Role } from "./port.ts"
import { doneRecord } from "./trail.ts"

/** A member or role as it is to be. */
export interface RecordWrite<T extends Member | Role> {
  readonly kind: "member" | "role"
  readonly name: string
  /** Names the record in messages. */
  readonly label: string
  readonly next: T
  readonly by: Attribution
  readonly digest: string
}

/** A raise of the generation, by itself or because an import begins. */
export interface Raise {
  readonly action: "raise" | "import"
  /** The generation that is to be passed; by one if absent. */
  readonly above?: number | undefined
  readonly by: Attribution
  readonly digest: string
}

/** What was read before a write. */
export interface Reading<T = unknown> {
  readonly record: T | undefined
  readonly head: Head
  /** What the idempotency key was used for. */
  readonly used: Used | undefined
  /** How many there are. */
  readonly administrators: number
}

/** What was done under an idempotency key. */
export interface Used {
  readonly digest: string
  readonly result: unknown
  /** Seconds since 1970; from then on it counts as gone. */
  readonly expiresAt: number
}

/** All that one transaction stores. */
export interface Plan<T = unknown> {
  readonly result: T
  /** INVARIANT: carried out only while this is still so; pinned by races.test.ts. */
  readonly over: Reading
  readonly record: Member | Role | undefined
  readonly head: Head
  readonly change: ExpiringChange
  readonly audit: AuditRecord
  readonly used: Used
  readonly administrators: number
}

export interface ExpiringChange extends Change {
  /** Seconds since 1970. */
  readonly expiresAt: number
}

/** `repeat` answers and writes nothing. */
export type Verdict<T> =
  | { readonly to: "repeat"; readonly result: unknown }
  | { readonly to: "refuse"; readonly fault: ClaimgateError }
  | { readonly to: "write"; readonly plan: Plan<T> }

/** What a plan says about time. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Seconds that a change is kept. */
  readonly changeLifetime: number
}

/** Seconds that a change is kept unless told otherwise: the longest token, the longest cached answer, leeway. */
export const defaultChangeLifetime = 24 * 3600 + 3600 + 60

/** Seconds that an idempotency key is kept. */
const keyLifetime = 24 * 3600

/** Judges a write of a member or role. */
export function judgeRecord<T extends Member | Role>(
  write: RecordWrite<T>,
  over: Reading<T>,
  moment: Moment,
): Verdict<T> {
  const { record, head, used, administrators } = over
  const { kind, name, label, next, by, digest } = write
  const repeated = judgeKey(by, digest, used, moment)
  if (repeated !== undefined) return repeated
  const fault = refusalOf(label, record, next) ?? administratorsRefusal(by, administrators, record, next)
  if (fault !== undefined) return { to: "refuse", fault }
  const change = changeAfter(head, { kind, name, version: next.version }, moment)
  const action = next.deleted ? "delete" : "put"
  const done = {
    action,
    number: change.number,
    generation: head.generation,
    before: record,
    after: next,
  } as const
  return {
    to: "write",
    plan: {
      result: next,
      over,
      record: next,
      head: { ...head, number: change.number },
      change,
      audit: doneRecord(change, done, by),
      used: usedFor(digest, next, moment),
      administrators: countAfter(administrators, record, next),
    },
  }
}

/** Judges a raise of the generation; an import that it begins takes the place of one that is running. */
export function judgeRaise(
  { action, above, by, digest }: Raise,
  over: Reading,
  moment: Moment,
): Verdict<number> {
  const { head, used, administrators } = over
  const begins = action === "import"
  const repeated = judgeKey(by, digest, used, moment)
  if (repeated?.to === "repeat" && begins && !mayImport(head, by.idempotencyKey, moment.at))
    return { to: "refuse", fault: importStopped(by.idempotencyKey) }
  if (repeated !== undefined) return repeated
  if (above !== undefined && head.generation > above) return { to: "repeat", result: head.generation }
  const generation = (above ?? head.generation) + 1
  const changeLifetime = moment.changeLifetime + (begins ? longestImport / 1000 : 0)
  const change = changeAfter(
    head,
    { kind: "generation", name: "", version: generation },
    { ...moment, changeLifetime },
  )
  const done = { action, number: change.number, generation, before: undefined, after: undefined }
  const importing = begins ? { run: by.idempotencyKey, open: true, since: moment.at } : head.importing
  return {
    to: "write",
    plan: {
      result: generation,
      over,
      record: undefined,
      head: { number: change.number, generation, importing },
      change,
      audit: doneRecord(change, done, by),
      used: usedFor(digest, generation, moment),
      administrators,
    },
  }
}

/** A key that was used within its lifetime is answered as it was, or refused. */
function judgeKey(
  { idempotencyKey }: Attribution,
  digest: string,
  used: Used | undefined,
  moment: Moment,
): Exclude<Verdict<never>, { to: "write" }> | undefined {
  if (used === undefined || used.expiresAt <= seconds(moment)) return undefined
  if (used.digest === digest) return { to: "repeat", result: used.result }
  const message = `idempotency key ${quote(idempotencyKey)}: was used for another request, expected a new one`
  return { to: "refuse", fault: new ClaimgateError("conflict", message) }
}

function changeAfter(
  head: Head,
  changed: Pick<Change, "kind" | "name" | "version">,
  moment: Moment,
): ExpiringChange {
  const expiresAt = seconds(moment) + moment.changeLifetime
  return { number: head.number + 1, ...changed, at: moment.at, expiresAt }
}

function usedFor(digest: string, result: unknown, moment: Moment): Used {
  return { digest, result, expiresAt: seconds(moment) + keyLifetime }
}

/** Seconds since 1970, as items have their expiry. */
export function seconds({ at }: Pick<Moment, "at">): number {
  return Math.floor(at / 1000)
}
