/** The PermissionStore in this process's memory: for tests, and for a first try without any table. */
import { parseAttribution, parseRefusal } from "./attribution.ts"
import { describeHead, generationOf, mayImport } from "./head.ts"
import { importStopped, judgeImport, parseImport } from "./import-judge.ts"
import { defaultChangeLifetime, judgeRaise, judgeRecord, type Raise, type RecordWrite } from "./judge.ts"
import { createMemory, type Memory, readingOf, settle } from "./memory.ts"
import { listAudit, listChanges, listMembers, listRoles } from "./memory-list.ts"
import { parseRelease, parseRoleName, parseSubject } from "./names.ts"
import { parseTrail } from "./page.ts"
import type { Attribution, Imported, Member, MemberDraft, PermissionStore, Role } from "./port.ts"
import { doneRecord, refusedRecord } from "./trail.ts"
import { memberDelete, memberPut, raise, roleDelete, rolePut } from "./writes.ts"

export interface MemoryStoreOptions {
  /** Milliseconds since 1970; the process's clock if absent. */
  readonly now?: () => number
  /** Seconds that a change is kept; 90,060 if absent. */
  readonly changeLifetime?: number
}

/** Makes an empty store; it meets the same contract as the one over DynamoDB. */
export function createMemoryStore({
  now = Date.now,
  changeLifetime = defaultChangeLifetime,
}: MemoryStoreOptions = {}): PermissionStore {
  const memory = createMemory()
  const moment = () => ({ at: now(), changeLifetime })
  const writeRecord = <T extends Member | Role>(records: ReadonlyMap<string, T>, one: RecordWrite<T>): T => {
    const key = one.by.idempotencyKey
    return settle(memory, key, judgeRecord(one, readingOf(memory, key, records.get(one.name)), moment()))
  }
  const raiseOnce = (one: Raise): number => {
    const key = one.by.idempotencyKey
    return settle(memory, key, judgeRaise(one, readingOf(memory, key, undefined), moment()))
  }
  // Every method is async, so that what it throws is a rejection, as from any other store.
  return {
    load: async (subject) => loadSubject(memory, parseSubject(subject)),
    putMember: async (draft, version, by) => writeRecord(memory.members, memberPut(draft, version, by)),
    deleteMember: async (subject, version, by) =>
      writeRecord(memory.members, memberDelete(subject, version, by)),
    readRole: async (name) => memory.roles.get(parseRoleName(name)),
    putRole: async (draft, version, by) => writeRecord(memory.roles, rolePut(draft, version, by)),
    deleteRole: async (name, version, by) => writeRecord(memory.roles, roleDelete(name, version, by)),
    async putRelease(fingerprint) {
      memory.release = parseRelease(fingerprint)
    },
    readGeneration: async () => describeHead(memory.head, now()),
    raiseGeneration: async (by, above) => raiseOnce(raise("raise", by, above)),
    countAdministrators: async () => memory.administrators,
    beginImport: async (by) => raiseOnce(raise("import", by)),
    importMembers: async (drafts, by) => importAll(memory, parseImport(drafts), parseAttribution(by), now()),
    async endImport(by) {
      // No load is ever half done here, so there is nothing to wait for.
      if (memory.head.importing?.run === parseAttribution(by).idempotencyKey)
        memory.head = { ...memory.head, importing: undefined }
    },
    async recordRefusal(refusal, by) {
      const parsed = { ...parseRefusal(refusal), ...parseTrail(refusal) }
      memory.audit.push(refusedRecord(parsed, parseAttribution(by), now()))
    },
    listMembers: async (page = {}) => listMembers(memory, page),
    listRoles: async (page = {}) => listRoles(memory, page),
    listChanges: async (page = {}) => listChanges(memory, page, now()),
    listAudit: async (query, page = {}) => listAudit(memory, query, page),
  }
}

function loadSubject({ members, roles, release, head }: Memory, subject: string) {
  const member = members.get(subject)
  const held = (member?.roles ?? []).map((name) => roles.get(name)).filter((role) => role !== undefined)
  return { subject, generation: generationOf(head), release, member, roles: held }
}

function importAll(
  memory: Memory,
  drafts: readonly MemberDraft[],
  by: Attribution,
  at: number,
): readonly Imported[] {
  if (!mayImport(memory.head, by.idempotencyKey, at)) throw importStopped(by.idempotencyKey)
  return drafts.map((draft) => {
    const before = memory.members.get(draft.subject)
    const outcome = judgeImport(draft, before)
    if (outcome.outcome !== "written") return outcome
    const { generation } = memory.head
    const done = { action: "import", number: undefined, generation, before, after: outcome.member } as const
    memory.members.set(draft.subject, outcome.member)
    memory.audit.push(doneRecord({ kind: "member", name: draft.subject, at }, done, by))
    return outcome
  })
}
