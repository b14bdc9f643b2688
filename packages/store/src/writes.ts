/** Writes as they come in at the port, parsed: what is to be, on whose behalf, and what tells it from another one. */
import { ClaimgateError } from "@claimgate/core"
import { digestOf, parseAttribution } from "./attribution.ts"
import { memberLabel, roleLabel } from "./conflict.ts"
import { memberAfterDelete, memberAfterPut, roleAfterDelete, roleAfterPut } from "./draft.ts"
import type { Raise, RecordWrite } from "./judge.ts"
import type { Attribution, Member, MemberDraft, Role, RoleDraft, RoleName, SubjectId } from "./port.ts"

export function memberPut(draft: MemberDraft, version: number, by: Attribution): RecordWrite<Member> {
  return memberWrite(memberAfterPut(draft, version), by)
}

export function memberDelete(subject: SubjectId, version: number, by: Attribution): RecordWrite<Member> {
  return memberWrite(memberAfterDelete(subject, version), by)
}

export function rolePut(draft: RoleDraft, version: number, by: Attribution): RecordWrite<Role> {
  return roleWrite(roleAfterPut(draft, version), by)
}

export function roleDelete(name: RoleName, version: number, by: Attribution): RecordWrite<Role> {
  return roleWrite(roleAfterDelete(name, version), by)
}

export function raise(action: Raise["action"], by: Attribution, above?: number): Raise {
  const parsed = parseAttribution(by)
  if (above === undefined) return { action, by: parsed, digest: digestOf(parsed, [action]) }
  return { action, above: parseAbove(above), by: parsed, digest: digestOf(parsed, [action, above]) }
}

/** Epochs with more than 15 digits are not read: no slip of a finger may bring a generation near them. */
const highestAbove = 999_999_999

function parseAbove(above: number): number {
  if (Number.isInteger(above) && above >= 0 && above <= highestAbove) return above
  throw new ClaimgateError(
    "malformed_input",
    `generation \`${above}\`: expected a whole number from 0 to ${highestAbove}`,
  )
}

function memberWrite(next: Member, by: Attribution): RecordWrite<Member> {
  const { subject, roles, permissions, disabled, deleted, version } = next
  const parsed = parseAttribution(by)
  const digest = digestOf(parsed, ["member", subject, roles, permissions, disabled, deleted, version])
  return { kind: "member", name: subject, label: memberLabel(subject), next, by: parsed, digest }
}

function roleWrite(next: Role, by: Attribution): RecordWrite<Role> {
  const { name, permissions, deleted, version } = next
  const parsed = parseAttribution(by)
  const digest = digestOf(parsed, ["role", name, permissions, deleted, version])
  return { kind: "role", name, label: roleLabel(name), next, by: parsed, digest }
}
