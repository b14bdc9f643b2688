/** Who races: what each does with a store of its own, and what it says happened. */
import { isDeepStrictEqual } from "node:util"
import { ClaimgateError } from "@claimgate/core"
import type { Attribution, Member, MemberDraft, PermissionStore, Role, SubjectRecord } from "../src/port.ts"
import { type Contents, inconsistencies, wrongToken } from "./consistency.ts"

/** What one actor has. */
export interface Scene {
  readonly store: PermissionStore
  /** Resolves at some moment that is not the first one. */
  readonly later: () => Promise<void>
}

/** What happened, beside what is stored. */
export interface Story {
  /** What sign-ins read to mint a token from. */
  readonly minted: SubjectRecord[]
  /** What writes answered, by request. */
  readonly answers: { readonly requestId: string; readonly answer: Member | Role | number }[]
  /** Loads that are under way. */
  readonly loads: Set<object>
}

export type Actor = (scene: Scene, story: Story) => Promise<void>

type Requested = Attribution & { readonly request: string }
type Change = (member: Member | undefined) => Partial<MemberDraft>

export const bare = { roles: [], permissions: [], disabled: false }

export function newStory(): Story {
  return { minted: [], answers: [], loads: new Set() }
}

/** A request that is the same as any other of this name. */
export function byRequest(name: string): Requested {
  const attribution = { actor: "tester", door: "admin-api", requestId: name, idempotencyKey: name } as const
  return { ...attribution, request: name }
}

/** A write that is repeated under its key while nobody can say what became of it; a conflict is an answer too. */
function writing(
  name: string,
  write: (store: PermissionStore, by: Requested) => Promise<Member | Role | number>,
): Actor {
  return async ({ store }, { answers }) => {
    for (let attempt = 1; ; attempt++) {
      try {
        answers.push({ requestId: name, answer: await write(store, byRequest(name)) })
        return
      } catch (error) {
        if (isCode(error, "conflict")) return
        if (!isCode(error, "dependency_failed") || attempt === 5) throw error
      }
    }
  }
}

function isCode(error: unknown, code: ClaimgateError["code"]): boolean {
  return error instanceof ClaimgateError && error.code === code
}

/** Races that one change may lose before it is refused. */
const mostRaces = 5

/** Read, change, write, as an administrator's grant is; a race that is lost is run again over what won. */
function changing(name: string, subject: string, change: Change): Actor {
  return writing(name, async (store, by) => {
    for (let race = 1; ; race++) {
      const { member } = await store.load(subject)
      try {
        const draft = { ...bare, ...member, ...change(member), subject }
        return await store.putMember(draft, member?.version ?? 0, by)
      } catch (error) {
        if (!isCode(error, "conflict") || race > mostRaces) throw error
      }
    }
  })
}

export function grant(role: string, subject = "alice"): Actor {
  return changing(`grant ${role} to ${subject}`, subject, (member) => ({
    roles: [...(member?.roles ?? []), role],
  }))
}

export function revoke(role: string, subject = "alice"): Actor {
  return changing(`revoke ${role} from ${subject}`, subject, (member) => ({
    roles: (member?.roles ?? []).filter((one) => one !== role),
  }))
}

export function disable(subject: string): Actor {
  return changing(`disable ${subject}`, subject, () => ({ disabled: true }))
}

/** Takes everything from alice, over a version that it has not read itself. */
export function strip(version: number): Actor {
  return writing("strip", (store, by) => store.putMember({ ...bare, subject: "alice" }, version, by))
}

export function remove(subject: string): Actor {
  return writing(`remove ${subject}`, (store, by) => store.deleteMember(subject, 1, by))
}

export function rewrite(role: string, permission: string): Actor {
  return writing(`rewrite ${role} ${permission}`, (store, by) =>
    store.putRole({ name: role, permissions: [permission] }, 1, by),
  )
}

export const raise: Actor = writing("raise", (store, by) => store.raiseGeneration(by))

export function bootstrap(subject: string): Actor {
  return writing(`bootstrap ${subject}`, (store, by) =>
    store.putMember({ ...bare, subject, roles: ["admin"] }, 0, { ...by, door: "bootstrap" }),
  )
}

/** Alice signs in; where the store does not answer she does not. */
export const mint: Actor = async ({ store }, { minted, loads }) => {
  const load = {}
  loads.add(load)
  await orNot(async () => void minted.push(await store.load("alice").finally(() => loads.delete(load))))
}

/** Does something that may also be stopped, by another import or by a fault. */
async function orNot(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isCode(error, "conflict") && !isCode(error, "dependency_failed")) throw error
  }
}

/** When a load begins is what the end of an import looks at. */
export const mintLater: Actor = async (scene, story) => {
  await scene.later()
  await mint(scene, story)
}

/** Imports alice, without any permission, as part of an import that has begun. */
export const restOfImport: Actor = ({ store }) => orNot(() => importAlice(store))

export const wholeImport: Actor = ({ store }) =>
  orNot(async () => {
    await store.beginImport(byRequest("import"))
    await importAlice(store)
    await store.endImport(byRequest("import"))
  })

async function importAlice(store: PermissionStore): Promise<void> {
  await store.importMembers([{ ...bare, subject: "alice" }], byRequest("import"))
}

export const endOfImport: Actor = ({ store }) => orNot(() => store.endImport(byRequest("import")))

/** What there is before: roles `a` and `b`. */
export async function roles(store: PermissionStore): Promise<void> {
  for (const name of ["a", "b"])
    await store.putRole({ name, permissions: [`GET:/${name}`] }, 0, byRequest(`role ${name}`))
}

/** What there is before: those, and alice with some of them. */
export function alice(...held: readonly string[]) {
  return async (store: PermissionStore) => {
    await roles(store)
    const member = { ...bare, subject: "alice", roles: held, permissions: ["GET:/own"] }
    await store.putMember(member, 0, byRequest("alice"))
  }
}

/** What there is before: two administrators. */
export async function administrators(store: PermissionStore): Promise<void> {
  for (const subject of ["ann", "ben"])
    await store.putMember({ ...bare, subject, roles: ["admin"] }, 0, byRequest(subject))
}

/** What is wrong in the end, with what is stored and with what was said; empty if nothing is. */
export function wrongs(contents: Contents, story: Story): string[] {
  return [
    ...inconsistencies(contents),
    ...wrongAnswers(contents, story),
    ...story.minted.flatMap((one) => wrongToken(contents, one)),
  ]
}

/** Every answer is what one audit record tells: what was done, and done once. */
function wrongAnswers({ audit }: Contents, { answers }: Story): string[] {
  const wrong = answers.filter(({ requestId, answer }) => {
    const records = audit.filter((one) => one.requestId === requestId)
    const [record] = records
    return records.length !== 1 || !isDeepStrictEqual(answer, record?.after ?? record?.generation)
  })
  return wrong.map(({ requestId }) => `${requestId}: answered what was not done, or done twice`)
}
