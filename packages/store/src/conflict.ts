/** Optimistic concurrency: the one rule by which a write over the version that was read is taken or refused. */
import { ClaimgateError, quote } from "@claimgate/core"

/** What a member and a role have in common where versions are concerned. */
export interface Versioned {
  /** Counts writes, from 1. */
  readonly version: number
  readonly deleted: boolean
}

/**
 * Why `next` may not follow what is stored now: the `conflict` or `not_found` to throw, or undefined where it may.
 * `label` names the record in the message.
 */
export function refusalOf(
  label: string,
  current: Versioned | undefined,
  next: Versioned,
): ClaimgateError | undefined {
  const over = next.version - 1
  if (next.deleted && (current === undefined || current.deleted))
    return new ClaimgateError("not_found", `${label}: there is none to delete`)
  const found = current?.version ?? 0
  return found === over ? undefined : conflict(label, found, over)
}

/** `conflict`: the version found is not the one that was read; 0 is none. */
export function conflict(label: string, found: number, read: number): ClaimgateError {
  return new ClaimgateError("conflict", `${label}: current version is ${found}, expected ${read}`)
}

/** Names a member in messages. */
export function memberLabel(subject: string): string {
  return `member ${quote(subject)}`
}

/** Names a role in messages. */
export function roleLabel(name: string): string {
  return `role ${quote(name)}`
}
