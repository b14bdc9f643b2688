/** What is attacked: a local stack with all of its doors, and one more with a TOKEN authorizer, over the same functions. */
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { routes } from "@claimgate/catalog"
import { planRestApi } from "@claimgate/catalog/gateway"
import { doorNames } from "../../packages/local/src/doors.ts"
import { createRestApi } from "../../packages/local/src/gateway/rest-api.ts"
import { issuer, webClientId } from "../../packages/local/src/identity.ts"
import { callOperation } from "../../packages/local/src/pool/index.ts"
import { signingKey } from "../../packages/local/src/pool/keys.ts"
import { type Stack, startStack } from "../../packages/local/src/stack.ts"
import { machine, people } from "../../packages/local/src/subjects.ts"
import type { Attack, AttackedDoor } from "./attack.ts"
import { type Claims, type Material, partsOf, strangerJwk } from "./material.ts"
import { type Address, request, send } from "./wire.ts"

export interface Doors {
  readonly stack: Stack
  readonly addresses: Readonly<Record<AttackedDoor, Address>>
  /** Every line that a function has written. */
  readonly lines: readonly string[]
  /** How often the attackers' own key set was asked for. */
  readonly trapped: () => number
  readonly material: Material
  close(): Promise<void>
}

export const attackedDoors: readonly AttackedDoor[] = [...doorNames, "claims-token"]

/** Starts everything, and signs in. */
export async function openDoors(): Promise<Doors> {
  const lines: string[] = []
  const stack = await startStack({ onLine: (_, line) => lines.push(line) })
  const tokenDoor = await openTokenDoor(stack)
  const trap = await setTrap()
  const addressOf = (url: string): Address => {
    const { port, pathname } = new URL(url)
    return { port: Number(port), prefix: pathname === "/" ? "" : pathname }
  }
  const known = Object.entries(stack.addresses.doors).map(([door, url]) => [door, addressOf(url)] as const)
  // The stack's own doors, and the one more.
  const addresses = { ...Object.fromEntries(known), "claims-token": tokenDoor.address } as Doors["addresses"]
  const material = await signIn(stack, trap.url)
  await Promise.all(attackedDoors.map((door) => warm(addresses[door], material)))
  return {
    ...{ stack, addresses, lines, material },
    trapped: trap.count,
    async close() {
      await Promise.all([tokenDoor.close(), trap.close()])
      await stack.close()
    },
  }
}

/** Has a door's functions started: on a busy machine that takes longer than a gateway waits for an authorizer. */
async function warm(address: Address, { token }: Material): Promise<void> {
  const wire = request({ headers: [["authorization", `Bearer ${token}`]] })
  for (let attempt = 0; attempt < 10; attempt++) if ((await send(wire, address))[0] === 200) return
  throw new Error(`door at port ${address.port}: expected it to let a valid token in`)
}

/** A REST API whose authorizer sees nothing but the token. */
async function openTokenDoor({ functions, clock }: Stack) {
  const functionOf = (name: string) => functions.find((one) => one.name === name)!
  const { routes: planned, ttlSeconds } = planRestApi(routes, { authorizer: "TOKEN", ttlSeconds: 0 })
  const integration = functionOf("claims-rest-backend")
  const api = createRestApi(
    {
      id: "claimstoken",
      stage: "local",
      routes: planned.map(({ routeKey, authorized }) => ({
        ...{ routeKey, integration },
        ...(authorized ? { authorizer: "check" } : {}),
      })),
      authorizers: { check: { kind: "TOKEN", function: functionOf("claims-rest-authorizer"), ttlSeconds } },
    },
    { now: clock.now },
  )
  const { port, close } = await api.listen(0)
  return { address: { port, prefix: "/local" }, close }
}

/** A server that publishes the attackers' key in every place: whoever asks it has been led astray. */
async function setTrap() {
  let asked = 0
  const server: Server = createServer((_, answer) => {
    asked++
    answer.end(JSON.stringify({ keys: [strangerJwk("stranger")] }))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  // An address of a listening TCP server is never text or null.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/.well-known/jwks.json`,
    count: () => asked,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

/** A reader's tokens, the claims of one who may do nothing, and the pool's own key. */
async function signIn({ identity, clock }: Stack, trap: string): Promise<Material> {
  const { privateKey, kid } = signingKey(identity.pool.keys, "access")
  const tokensOf = async (email: string) => {
    const PASSWORD = people.find((one) => one.email === email)?.password
    const AuthParameters = { USERNAME: email, PASSWORD }
    const asked = { ClientId: webClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters }
    const answer = await callOperation(identity.pool, "InitiateAuth", asked)
    // Cognito's own answer where nothing more is asked of the user.
    return (answer as { AuthenticationResult: Record<"AccessToken" | "IdToken" | "RefreshToken", string> })
      .AuthenticationResult
  }
  const [reader, powerless] = [await tokensOf("ben@example.com"), await tokensOf("dan@example.com")]
  return {
    ...{ issuer, clientId: webClientId, machineId: machine.id, kid, poolKey: privateKey, trap },
    ...{ token: reader.AccessToken, idToken: reader.IdToken, refreshToken: reader.RefreshToken },
    claims: claimsOf(reader.AccessToken),
    powerless: claimsOf(powerless.AccessToken),
    now: () => Math.floor(clock.now() / 1000),
  }
}

/** The claims of a token that the pool has just signed. */
export function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(partsOf(token).payload, "base64url").toString())
}

/** One attack at one door, and what came of it. */
export interface Outcome {
  readonly attack: Attack
  readonly door: AttackedDoor
  readonly statuses: readonly number[]
}

/** Tries every row at every door, some at a time. */
export async function attackAll(
  addresses: Doors["addresses"],
  attacks: readonly Attack[],
  doors: readonly AttackedDoor[] = attackedDoors,
): Promise<readonly Outcome[]> {
  const waiting = attacks.flatMap((attack) => doors.map((door) => ({ attack, door })))
  const done: Outcome[] = []
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      done.push({ ...next, statuses: await send(next.attack.wire, addresses[next.door]) })
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return done
}

const atOnce = 8
