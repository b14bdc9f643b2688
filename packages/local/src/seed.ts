/** Grants the seeded subjects what they are there to show; what a data directory already knows stays as it is. */
import { newAttribution, type PermissionStore } from "@claimgate/store"
import { isUserNotFound } from "./identity.ts"
import { machine, people, roles } from "./subjects.ts"

export async function seed(
  store: PermissionStore,
  subjectOf: (email: string) => Promise<string>,
): Promise<void> {
  const members = await Promise.all(
    people.map(async ({ email, roles, permissions }) => {
      const subject = await subjectOf(email).catch((fault) => {
        // Deleted, or renamed, in a data directory: a new pool was filled with all of them a moment ago.
        if (isUserNotFound(fault)) return undefined
        throw fault
      })
      return subject === undefined ? [] : [{ subject, roles, permissions }]
    }),
  )
  const all = [
    ...members.flat(),
    { subject: `client:${machine.id}`, roles: [], permissions: machine.permissions },
  ]
  const missing = await Promise.all([
    Promise.all(roles.map(async (role) => ((await store.readRole(role.name)) === undefined ? [role] : []))),
    Promise.all(all.map(async (one) => ((await store.load(one.subject)).member === undefined ? [one] : []))),
  ])
  // One after the other: each takes the next number of the change feed, and would only be in the next one's way.
  for (const role of missing[0].flat()) await store.putRole(role, 0, newAttribution("seed", "seed"))
  for (const member of missing[1].flat())
    await store.putMember({ ...member, disabled: false }, 0, newAttribution("seed", "seed"))
}
