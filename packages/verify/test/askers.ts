/** Those who ask in the truth table of packages/local/test, as people of the tests' own at a stage. */
import { people, roles } from "../../local/src/subjects.ts"
import { tampered } from "../../local/src/tour/tokens.ts"
import type { Asker } from "../../local/test/truth-table.ts"
import type { DoorName } from "../src/doors.ts"
import type { Stage } from "../src/stage.ts"
import type { Grants, OwnGrants } from "./own-grants.ts"
import type { OwnPeople, Person, Tokens } from "./own-people.ts"

/** Asks a door for `GET /path` with a token, or without one. */
export type Ask = (door: DoorName, asks: string, token: string | undefined) => Promise<Response>

export function askerOf({ doors }: Stage): Ask {
  return (door, asks, token) => {
    const [method = "", path = ""] = asks.split(" ")
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    return fetch(`${doors[door]}${path}`, { method, headers, redirect: "error" })
  }
}

/** The token that the stage's authorizers take, of the two that come from one sign-in. */
export function tokenOf({ tokens }: Stage, { access, id }: Tokens): string {
  return tokens.tokenUse === "id" ? id : access
}

/** Somebody with grants, and the token that was minted from them. */
export interface Granted {
  readonly person: Person
  readonly token: string
}

export interface Own {
  readonly stage: Stage
  readonly people: OwnPeople
  readonly grants: OwnGrants
}

export async function makeGranted(
  { stage, people, grants }: Own,
  granted: Grants | undefined,
): Promise<Granted> {
  const person = await people.add()
  if (granted !== undefined) await grants.grant(person.subject, granted)
  return { person, token: tokenOf(stage, await person.signIn()) }
}

/**
 * Who cannot be had at a stage: an administrator, whom only others may make, is one who holds every route here; nobody's
 * token expires within a test; and what machines hold is the stage's own business.
 */
export type StageAsker = Exclude<Asker, "late" | "machine" | "newcomer">

/** Tokens of all of them. Roles and grants are those that the local stack is seeded with. */
export async function makeAskers(own: Own): Promise<Readonly<Record<StageAsker, string | undefined>>> {
  const names = new Map<string, string>()
  for (const { name, permissions } of roles) names.set(name, await own.grants.putRole(name, permissions))
  const everything = await own.grants.putRole("everything", ["*:/**"])
  const seeded = async (email: string) => {
    const { roles: held = [], permissions = [] } = people.find((one) => one.email === email) ?? {}
    return (await makeGranted(own, { roles: held.map((name) => names.get(name) ?? name), permissions })).token
  }
  const [ann, ben] = [
    (await makeGranted(own, { roles: [everything] })).token,
    await seeded("ben@example.com"),
  ]
  const sessions = await (await own.people.add()).signIn()
  return {
    nobody: undefined,
    ...{ ann, ben },
    cleo: await seeded("cleo@example.com"),
    // Not even a member.
    dan: tokenOf(own.stage, sessions),
    forger: tampered({ access: ben, refresh: "" }).access,
    impostor: own.stage.tokens.tokenUse === "id" ? sessions.access : sessions.id,
    revoked: await revoked(own),
  }
}

/** One whose token still grants what the store no longer does. */
async function revoked(own: Own): Promise<string> {
  const { person, token } = await makeGranted(own, { permissions: ["DELETE:/api/devices/{id}"] })
  await own.grants.grant(person.subject, {})
  return token
}
