/** Members and roles of the tests' own in a stage's permissions, under names that say so. */
import { type MemberDraft, newAttribution, type PermissionStore } from "@claimgate/store"

export type Grants = Partial<Pick<MemberDraft, "roles" | "permissions">>

export interface OwnGrants {
  /** Writes a role, and answers its name at the stage: the run, `-`, the name. */
  putRole(name: string, permissions: readonly string[]): Promise<string>
  /** Gives a subject exactly these. */
  grant(subject: string, grants: Grants): Promise<void>
  /** Leaves tombstones; changes and audit say what was done, as they always do. */
  remove(): Promise<void>
  /** How many of them are there and not deleted. */
  count(): Promise<number>
}

export function createOwnGrants(store: PermissionStore, run: string): OwnGrants {
  // Named before they are written: an answer that is lost leaves nothing behind.
  const roles = new Set<string>()
  const members = new Set<string>()
  const by = () => newAttribution(run, "seed")
  const readMember = async (subject: string) => (await store.load(subject)).member
  const live = async () => ({
    members: (await Promise.all([...members].map(readMember))).filter((one) => one?.deleted === false),
    roles: (await Promise.all([...roles].map(store.readRole))).filter((one) => one?.deleted === false),
  })
  return {
    async putRole(short, permissions) {
      const name = `${run}-${short}`
      roles.add(name)
      await store.putRole({ name, permissions }, (await store.readRole(name))?.version ?? 0, by())
      return name
    },
    async grant(subject, { roles: held = [], permissions = [] }) {
      members.add(subject)
      const draft = { subject, roles: held, permissions, disabled: false }
      await store.putMember(draft, (await readMember(subject))?.version ?? 0, by())
    },
    async remove() {
      const left = await live()
      for (const one of left.members) if (one) await store.deleteMember(one.subject, one.version, by())
      for (const one of left.roles) if (one) await store.deleteRole(one.name, one.version, by())
    },
    async count() {
      const left = await live()
      return left.members.length + left.roles.length
    },
  }
}
