/** Who calls during a load run, and how what they hold is changed. */
import { newAttribution, type PermissionStore } from "@claimgate/store"
import { makeSubject, signIn } from "../comparison/population.ts"
import { writeSampleData } from "../comparison/sample-data.ts"
import { seed } from "../seed.ts"
import type { Stack } from "../stack.ts"
import { people } from "../subjects.ts"
import { tampered } from "../tour/tokens.ts"

/** What the one whose own grants are changed holds at first. */
const allowedNow = { roles: [], permissions: ["DELETE:/api/devices/{id}"] }

/** Seeded people, one whose role is changed, one whose own grants are, and one whom nobody is. */
export async function makeSubjects({ identity, store, subject, addresses }: Stack) {
  await seed(store, subject)
  const allowRole = createRole(store)
  await allowRole(true)
  const population = { pool: identity.pool, store }
  const byRole = await makeSubject(population, "changed@example.com", { roles: ["changed"], permissions: [] })
  const own = await makeSubject(population, "own@example.com", allowedNow)
  const other = await makeSubject(population, "other@example.com")
  const tokenOf = async ({ email, password }: (typeof people)[number]) =>
    [email.split("@")[0] ?? "", await signIn(identity.pool, email, password)] as const
  const tokens = Object.fromEntries(await Promise.all(people.map(tokenOf)))
  const askers = { ...tokens, byRole: byRole.token, own: own.token }
  return {
    askers: { ...askers, forger: tampered({ access: own.token, refresh: "" }).access },
    data: await writeSampleData(addresses.doors.hybrid, tokens.ann ?? ""),
    allowRole,
    allowMember: createMember(store, own.subject),
    changeOther: createOther(store, other.subject),
  }
}

function by() {
  return newAttribution("load", "seed")
}

function createRole(store: PermissionStore): (allowed: boolean) => Promise<undefined> {
  let version = 0
  return async (allowed) => {
    const permissions = ["GET:/api/reports", ...(allowed ? ["GET:/api/devices"] : [])]
    await store.putRole({ name: "changed", permissions }, version++, by())
    return undefined
  }
}

function createMember(store: PermissionStore, subject: string): (allowed: boolean) => Promise<undefined> {
  let version = 1
  return async (allowed) => {
    const { roles, permissions } = allowedNow
    await store.putMember(
      { subject, roles, permissions: allowed ? permissions : [], disabled: false },
      version++,
      by(),
    )
    return undefined
  }
}

function createOther(store: PermissionStore, subject: string): () => Promise<undefined> {
  let version = 1
  return async () => {
    const permissions = version % 2 === 0 ? [] : ["GET:/api/users"]
    await store.putMember({ subject, roles: [], permissions, disabled: false }, version++, by())
    return undefined
  }
}
