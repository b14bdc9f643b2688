/** What the memory store keeps, and the one place where it is changed. */
import type { Versioned } from "./conflict.ts"
import { type Head, noHead } from "./head.ts"
import type { ExpiringChange, Plan, Reading, Used, Verdict } from "./judge.ts"
import type { AuditRecord, Member, Role } from "./port.ts"

export interface Memory {
  readonly members: Map<string, Member>
  readonly roles: Map<string, Role>
  readonly changes: ExpiringChange[]
  readonly audit: AuditRecord[]
  /** By idempotency key. */
  readonly used: Map<string, Used>
  head: Head
  administrators: number
  release: string | undefined
}

export function createMemory(): Memory {
  return {
    members: new Map(),
    roles: new Map(),
    changes: [],
    audit: [],
    used: new Map(),
    head: noHead,
    administrators: 0,
    release: undefined,
  }
}

/** What a write is judged by. */
export function readingOf<T extends Versioned>(
  { head, used, administrators }: Memory,
  key: string,
  record: T | undefined,
): Reading<T> {
  return { record, head, used: used.get(key), administrators }
}

/** Carries a verdict out, all at once, as nothing else runs meanwhile. What was answered before is answered again. */
export function settle<T>(memory: Memory, key: string, verdict: Verdict<T>): T {
  if (verdict.to === "refuse") throw verdict.fault
  // What this memory holds under a key is what a write of the same digest answered.
  if (verdict.to === "repeat") return verdict.result as T
  store(memory, key, verdict.plan)
  return verdict.plan.result
}

function store(
  memory: Memory,
  key: string,
  { record, head, change, audit, used, administrators }: Plan,
): void {
  if (record !== undefined) putRecord(memory, record)
  memory.changes.push(change)
  memory.audit.push(audit)
  memory.used.set(key, used)
  memory.head = head
  memory.administrators = administrators
}

function putRecord({ members, roles }: Memory, record: Member | Role): void {
  if ("subject" in record) members.set(record.subject, record)
  else roles.set(record.name, record)
}
