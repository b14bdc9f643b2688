/** Audit records: one for each change or refused attempt. */
import { randomUUID } from "node:crypto"
import { changeSort } from "./keys.ts"
import type { Attribution, AuditRecord, Change, Refusal } from "./port.ts"

type Done = Extract<AuditRecord, { outcome: "done" }>

/** The record of something that was done. Its number makes it unique; a member of a bulk import has none. */
export function doneRecord(
  { kind, name, at }: Pick<Change, "kind" | "name" | "at">,
  done: Pick<Done, "action" | "number" | "generation" | "before" | "after">,
  by: Attribution,
): Done {
  const id = idAt(at, done.number === undefined ? randomUUID() : changeSort(done.number))
  return { id, kind, name, at, ...who(by), outcome: "done", ...done }
}

/** The record of something that was refused. */
export function refusedRecord(
  { kind, name, action, because }: Refusal,
  by: Attribution,
  at: number,
): AuditRecord {
  return { id: idAt(at, randomUUID()), kind, name, at, ...who(by), outcome: "refused", action, because }
}

/** The month that a record of this time is listed under, `2026-03`, UTC. */
export function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7)
}

/** The month before. */
export function monthBefore(month: string): string {
  return monthOf(Date.parse(`${month}-01`) - 1)
}

function who({ actor, door, requestId }: Attribution) {
  return { actor, door, requestId }
}

function idAt(at: number, unique: string): string {
  return `${new Date(at).toISOString()}#${unique}`
}
