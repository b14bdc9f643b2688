/** What the store has to say about the subject whose token says `editor` at epoch `0.1.1`. */
import { createMemoryStore, type PermissionStore } from "@claimgate/store"
import { byTest } from "./attribution.ts"

const subject = "11111111-1111-4111-8111-111111111111"
const editor = { subject, roles: ["editor"], permissions: [], disabled: false }

export const states = {
  current: async (store) => {
    await store.putRole({ name: "editor", permissions: ["*:/**"] }, 0, byTest())
    await store.putMember(editor, 0, byTest())
  },
  granted: async (store) => {
    await states.current(store)
    await store.putMember({ ...editor, permissions: ["GET:/x/{id}"] }, 1, byTest())
  },
  revoked: async (store) => {
    await states.current(store)
    await store.putRole({ name: "editor", permissions: ["GET:/other"] }, 1, byTest())
  },
  disabled: async (store) => {
    await states.current(store)
    await store.putMember({ ...editor, disabled: true }, 1, byTest())
  },
  deleted: async (store) => {
    await states.current(store)
    await store.deleteMember(subject, 1, byTest())
  },
  empty: async () => {},
  "current but bare": async (store) => {
    await store.putRole({ name: "editor", permissions: [] }, 0, byTest())
    await store.putMember(editor, 0, byTest())
  },
  /** Every read fails. */
  down: async () => {},
} as const satisfies Readonly<Record<string, (store: PermissionStore) => Promise<void>>>

export type State = keyof typeof states

/** A store in that state. */
export async function storeIn(state: State): Promise<PermissionStore> {
  const store = createMemoryStore()
  await states[state](store)
  return store
}
