/** Attacks that need more than one request: what a gateway has kept must not serve them, nor be spoilt by them. */
import { newAttribution } from "@claimgate/store"
import { expect } from "vitest"
import { advanceTo } from "../../packages/local/src/clock.ts"
import { makeSubject } from "../../packages/local/src/comparison/population.ts"
import { doors as configured } from "../../packages/local/src/doors.ts"
import { poolId } from "../../packages/local/src/identity.ts"
import { callOperation } from "../../packages/local/src/pool/index.ts"
import { type AttackedDoor, bearer } from "./attack.ts"
import { attackedDoors, claimsOf, type Doors } from "./doors.ts"
import { broken, forged, minted, partsOf, rsa, stranger } from "./material.ts"
import { request, send, type Wire } from "./wire.ts"

export interface Repetition {
  readonly what: string
  /** Plays it, and expects what is right. The order counts: the clock only goes forward. */
  readonly play: (doors: Doors) => Promise<void>
}

export const repetitions: readonly Repetition[] = [
  {
    what: "a forged token right behind a valid one gets nothing of its answer, and leaves nothing of its own",
    play: async (doors) => {
      const { material } = doors
      const { token, kid, claims } = material
      const { header, payload } = partsOf(token)
      const attempts = [
        broken(token),
        `${header}.${payload}.`,
        `${token}.`,
        forged({ kid, alg: "RS256" }, claims, rsa(stranger.rsa)),
      ]
      for (const attempt of attempts)
        expect(await statuses(doors, [tokenOf(token), tokenOf(attempt), tokenOf(token)])).toEqual(
          everywhere([200, 401, 200]),
        )
    },
  },
  {
    what: "somebody else's token on the same path gets nothing of an answer that was kept, nor the other way round",
    play: async (doors) => {
      const own = tokenOf(doors.material.token)
      const others = tokenOf(minted(doors.material, {}, {}, doors.material.powerless))
      expect(await statuses(doors, [own, others, own, others])).toEqual(everywhere([200, 403, 200, 403]))
    },
  },
  {
    what: "two headers, the last of which has an answer kept, get nothing of it",
    play: async (doors) => {
      const { token } = doors.material
      const two = request({
        headers: [
          ["authorization", "Bearer x.y.z"],
          ["authorization", `Bearer ${token}`],
        ],
      })
      expect(await statuses(doors, [tokenOf(token), two, tokenOf(token)])).toEqual(
        everywhere([200, 401, 200]),
      )
    },
  },
  {
    what: "no token behind a valid one is nobody",
    play: async (doors) => {
      const own = tokenOf(doors.material.token)
      expect(await statuses(doors, [own, request({}), own])).toEqual(everywhere([200, 401, 200]))
    },
  },
  {
    what: "a token that is tried twenty times is refused twenty times",
    play: async (doors) => {
      const bad = tokenOf(`${doors.material.token}A`)
      expect(
        await statuses(
          doors,
          Array.from({ length: 20 }, () => bad),
        ),
      ).toEqual(everywhere(Array.from({ length: 20 }, () => 401)))
    },
  },
  {
    what: "a token of somebody who was disabled and signed out is of use for as long as is promised, and no longer",
    play: disabledAndSignedOut,
  },
]

/** How long each door may go on by what it has been told: docs/strategies.md. */
function promised(door: AttackedDoor): number {
  return configured[door === "claims-token" ? "claims-rest" : door].revokedWithin
}

async function disabledAndSignedOut(doors: Doors): Promise<void> {
  const { clock, store, identity } = doors.stack
  const granted = { roles: ["reader"], permissions: ["DELETE:/api/devices/{id}"] }
  const { subject, token } = await makeSubject({ pool: identity.pool, store }, "leaver@example.com", granted)
  const reading = tokenOf(token)
  // A route that asks the store under every strategy; there is no such device.
  const deleting = request({
    method: "DELETE",
    path: "/api/devices/none",
    headers: [["authorization", `Bearer ${token}`]],
  })
  expect(await statuses(doors, [reading, deleting])).toEqual(everywhere([200, 404]))
  const nothing = { subject, roles: [], permissions: [], disabled: true }
  await store.putMember(nothing, 1, newAttribution("tests", "seed"))
  await callOperation(identity.pool, "AdminUserGlobalSignOut", { UserPoolId: poolId, Username: subject })
  const acknowledged = clock.now()
  expect(await statuses(doors, [deleting])).toEqual(everywhere([403]))
  for (const seconds of [5, 300]) {
    advanceTo(clock, acknowledged + seconds * 1000 + 1)
    const told = attackedDoors.filter((door) => promised(door) <= seconds)
    expect(await statuses(doors, [reading], told)).toEqual(everywhere([403], told))
  }
  advanceTo(clock, Number(claimsOf(token).exp) * 1000)
  expect(await statuses(doors, [reading, deleting])).toEqual(everywhere([401, 401]))
}

function tokenOf(token: string): Wire {
  return bearer("", token).wire
}

/** What each door answers to these requests, one after another. */
async function statuses(
  { addresses }: Doors,
  wires: readonly Wire[],
  at: readonly AttackedDoor[] = attackedDoors,
): Promise<Readonly<Record<string, readonly number[]>>> {
  const answers = at.map(async (door) => {
    const found: number[] = []
    for (const wire of wires) found.push(...(await send(wire, addresses[door])))
    return [door, found] as const
  })
  return Object.fromEntries(await Promise.all(answers))
}

function everywhere(expected: readonly number[], at: readonly AttackedDoor[] = attackedDoors) {
  return Object.fromEntries(at.map((door) => [door, expected]))
}
