/** One revoke, and how long it took to reach routes of each freshness at every door. */
import { routes } from "@claimgate/catalog"
import { newAttribution, type PermissionStore } from "@claimgate/store"
import { doorNames, doors, promiseOf } from "../doors.ts"
import { recordOf } from "../record-of.ts"
import type { Stack } from "../stack.ts"
import { makeSubject, type Subject } from "./population.ts"
import { type Effect, measureRevocation, type Probe, type RevocationDeps } from "./revocation.ts"

/** The freshness of a route, by name. */
export type Kind = "token" | "within" | "now"

/** A route of each kind, and a path that asks for it and leaves nothing behind. */
export const probed = {
  token: { route: routes.listReports, path: "/api/reports" },
  within: { route: routes.getReport, path: "/api/reports/none" },
  now: { route: routes.removeDevice, path: "/api/devices/none" },
} as const satisfies Record<Kind, object>

/** The keys of a record that names each of them once. */
export const kinds = Object.keys(probed) as readonly Kind[]

/** Effects by kind, at each door. */
export type Revocations = Readonly<Record<(typeof doorNames)[number], Readonly<Record<Kind, Effect>>>>

/**
 * Grants each route to a subject of its own, so that no read for one kind makes another kind's data fresh; takes all of
 * them away again, and asks everywhere until nothing is let through.
 */
export async function revokeAtDoors(
  { store, identity, clock, addresses }: Stack,
  deps: Omit<RevocationDeps, "clock">,
): Promise<Revocations> {
  const population = { pool: identity.pool, store }
  const holders = new Map<Kind, Subject>()
  for (const kind of kinds) {
    const permissions = [permissionFor(kind)]
    holders.set(
      kind,
      await makeSubject(population, `revoked-${kind}@example.com`, { roles: [], permissions }),
    )
  }
  const probes = recordOf(doorNames, (door) =>
    recordOf(kinds, (kind): Probe => {
      const { route, path } = probed[kind]
      const promised = promiseOf(doors[door], route.freshness)
      const { token = "" } = holders.get(kind) ?? {}
      return { method: route.method, path, token, address: addresses.doors[door], promised }
    }),
  )
  const revokeAll = () => Promise.all([...holders.values()].map((holder) => revoke(store, holder)))
  const all = Object.values(probes).flatMap((ofDoor) => Object.values(ofDoor))
  const effects = await measureRevocation(all, revokeAll, { ...deps, clock })
  // Each probe was handed over above.
  return recordOf(doorNames, (door) => recordOf(kinds, (kind) => effects.get(probes[door][kind])!))
}

function permissionFor(kind: Kind): string {
  const { method, path } = probed[kind].route
  return `${method}:${path}`
}

function revoke(store: PermissionStore, { subject }: Subject): Promise<unknown> {
  return store.putMember(
    { subject, roles: [], permissions: [], disabled: false },
    1,
    newAttribution("tour", "seed"),
  )
}
