/**
 * The same API behind every door: what is asked, by whom, and which status each door answers. Where a row has more
 * than one status, AWS's gateways differ, and the row says how.
 */
import { type DoorName, doorNames } from "../src/doors.ts"
import { recordOf } from "../src/record-of.ts"

/**
 * Who asks. `nobody` sends no token, `forger` one that was changed, `impostor` an ID token; `late`'s has expired, and
 * `newcomer`, an editor, asks for nothing in the table.
 */
export type Asker =
  | "nobody"
  | "ann"
  | "ben"
  | "cleo"
  | "dan"
  | "machine"
  | "forger"
  | "impostor"
  | "revoked"
  | "late"
  | "newcomer"

export interface Row {
  readonly what: string
  readonly as: Asker
  readonly asks: string
  readonly status: Readonly<Record<DoorName, number>>
}

const everywhere = (status: number) => recordOf(doorNames, () => status)

const row = (
  what: string,
  as: Asker,
  asks: string,
  status: number,
  except: Partial<Record<DoorName, number>> = {},
): Row => ({ what, as, asks, status: { ...everywhere(status), ...except } })

/** A path that is refused for its spelling: `cached` must not say so in an answer that is kept for other paths. */
const badOnRest = { cached: 401, "claims-rest": 403, "backend-rest": 400 } as const

export const rows: readonly Row[] = [
  row("a public route, for anyone", "nobody", "GET /health", 200),
  row("a public route, whatever token comes with it", "forger", "GET /health", 200),
  row("no token", "nobody", "GET /api/reports", 401),
  row("a token that was changed", "forger", "GET /api/reports", 401),
  row("an ID token where access tokens count", "impostor", "GET /api/reports", 401),
  row("a token that has expired", "late", "GET /api/reports", 401),
  row("what the token grants", "ben", "GET /api/reports", 200),
  row("what a wildcard grants", "ben", "GET /api/users/none/devices", 404),
  row("everything, for an administrator", "ann", "DELETE /api/users/none", 404),
  row("what is granted to a machine", "machine", "GET /api/reports", 200),
  row("what is not granted to a machine", "machine", "GET /api/users", 403),
  row("what is not granted", "ben", "DELETE /api/reports/none", 403),
  row("what a role takes away", "ben", "GET /api/users/export", 403),
  row("what was taken away from one subject alone", "cleo", "DELETE /api/reports/none", 403),
  row("what was added for one subject alone", "cleo", "PATCH /api/users/none", 415),
  row("anything, for one who holds nothing", "dan", "GET /api/reports", 403),
  row("what all who are signed in may do", "dan", "GET /api/me", 200),
  row("a route that is read within 30 seconds", "ben", "GET /api/reports/none", 404),
  row("a route that is read now, after a revoke", "revoked", "DELETE /api/devices/none", 403),
  row("a route that the API does not have", "ben", "GET /api/nothing", 404),
  row("a route that the API does not have, without a token", "nobody", "GET /api/nothing", 404),
  row("a method that the route does not have", "ben", "PUT /api/reports", 404),
  row("HEAD, which is not GET", "ben", "HEAD /api/reports", 404),
  row("a way up", "ben", "GET /api/devices/1/files/..%2F..%2Fusers", 403, { ...badOnRest, backend: 400 }),
  row("an encoded slash, which HTTP API decodes", "ben", "GET /api/devices/1/files/a%2Fb", 404, badOnRest),
  row("a slash at the end, which REST API overlooks", "ann", "GET /api/reports/", 404, badOnRest),
]
