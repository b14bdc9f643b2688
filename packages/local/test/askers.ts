/** Those who ask in the truth table, with the tokens that they have. */
import { newAttribution } from "@claimgate/store"
import { type Grants, makeSubject, type Subject } from "../src/comparison/population.ts"
import type { DoorName } from "../src/doors.ts"
import { webClientId } from "../src/identity.ts"
import { callOperation } from "../src/pool/index.ts"
import type { Stack } from "../src/stack.ts"
import { people } from "../src/subjects.ts"
import { createSessions } from "../src/tour/sessions.ts"
import { tampered } from "../src/tour/tokens.ts"
import type { Asker } from "./truth-table.ts"

/** Asks a door for `GET /path`, on somebody's behalf. */
export type Ask = (door: DoorName, as: Asker, asks: string) => Promise<Response>

/** Signs everybody in; moves the clock, so that one of the tokens has expired. */
export async function createAskers(stack: Stack): Promise<Ask> {
  const late = await signIn(stack, "ben@example.com")
  stack.clock.advance(16 * 60_000)
  const ben = await signIn(stack, "ben@example.com")
  const access = async (email: string) => (await signIn(stack, email)).AccessToken
  const tokens: Readonly<Record<Asker, string | undefined>> = {
    nobody: undefined,
    ann: await access("ann@example.com"),
    ben: ben.AccessToken,
    cleo: await access("cleo@example.com"),
    dan: await access("dan@example.com"),
    machine: (await createSessions(stack).machineSignIn("", "guest")).tokens.access,
    forger: tampered({ access: ben.AccessToken, refresh: "" }).access,
    impostor: ben.IdToken,
    revoked: await revoked(stack),
    late: late.AccessToken,
    newcomer: (await newSubject(stack, "newcomer@example.com", { roles: ["editor"], permissions: [] })).token,
  }
  return (door, as, asks) => {
    const [method = "", path = ""] = asks.split(" ")
    const token = tokens[as]
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    return fetch(`${stack.addresses.doors[door]}${path}`, { method, headers })
  }
}

interface Issued {
  readonly AccessToken: string
  readonly IdToken: string
}

async function signIn({ identity }: Stack, email: string): Promise<Issued> {
  const PASSWORD = people.find((one) => one.email === email)?.password
  const answer = await callOperation(identity.pool, "InitiateAuth", {
    ClientId: webClientId,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: email, PASSWORD },
  })
  // Cognito's own answer where nothing more is asked of the user.
  return (answer as { AuthenticationResult: Issued }).AuthenticationResult
}

/** One whose token still grants what the store no longer does. */
async function revoked(stack: Stack): Promise<string> {
  const granted = { roles: [], permissions: ["DELETE:/api/devices/{id}"] }
  const { subject, token } = await newSubject(stack, "revoked@example.com", granted)
  const nothing = { subject, roles: [], permissions: [], disabled: false }
  await stack.store.putMember(nothing, 1, newAttribution("tests", "seed"))
  return token
}

function newSubject({ identity, store }: Stack, email: string, granted: Grants): Promise<Subject> {
  return makeSubject({ pool: identity.pool, store }, `table-${email}`, granted)
}
