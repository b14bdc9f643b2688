/** The PermissionStore in this process's memory: for tests, and for a first try without any table. */
import { memberLabel, refusalOf, roleLabel, type Versioned } from "./conflict.ts"
import { memberAfterDelete, memberAfterPut, roleAfterDelete, roleAfterPut } from "./draft.ts"
import { parseRelease, parseRoleName, parseSubject } from "./names.ts"
import type { Member, PermissionStore, Role } from "./port.ts"

/** Makes an empty store; it meets the same contract as the one over DynamoDB. */
export function createMemoryStore(): PermissionStore {
  const members = new Map<string, Member>()
  const roles = new Map<string, Role>()
  let release: string | undefined
  let generation = 0
  // Every method is async, so that what it throws is a rejection, as from any other store.
  return {
    async load(subject) {
      const member = members.get(parseSubject(subject))
      const held = (member?.roles ?? []).map((name) => roles.get(name)).filter((role) => role !== undefined)
      return { subject, generation, release, member, roles: held }
    },
    async putMember(draft, version) {
      const next = memberAfterPut(draft, version)
      return write(members, memberLabel, next.subject, next)
    },
    async deleteMember(subject, version) {
      return write(members, memberLabel, subject, memberAfterDelete(subject, version))
    },
    async readRole(name) {
      return roles.get(parseRoleName(name))
    },
    async putRole(draft, version) {
      const next = roleAfterPut(draft, version)
      return write(roles, roleLabel, next.name, next)
    },
    async deleteRole(name, version) {
      return write(roles, roleLabel, name, roleAfterDelete(name, version))
    },
    async putRelease(fingerprint) {
      release = parseRelease(fingerprint)
    },
    async raiseGeneration() {
      generation += 1
      return generation
    },
  }
}

function write<T extends Versioned>(
  records: Map<string, T>,
  label: (name: string) => string,
  name: string,
  next: T,
): T {
  const refusal = refusalOf(label(name), records.get(name), next)
  if (refusal !== undefined) throw refusal
  records.set(name, next)
  return next
}
