/** The front doors that a stage can have, as infra/doors.ts names them and their resources. */

export type DoorName = "hybrid" | "claims" | "cached" | "backend" | "claims-rest" | "backend-rest"

/** Begins the names of a door's resources. */
const prefixes: Readonly<Record<DoorName, string>> = {
  hybrid: "Hybrid",
  claims: "Claims",
  cached: "Cached",
  backend: "Jwt",
  "claims-rest": "ClaimsRest",
  "backend-rest": "Cognito",
}

// The keys of a record that names each of them once.
export const doorNames = Object.keys(prefixes) as readonly DoorName[]

/** `HybridApi`: the resource whose `url` is the door's address. */
export function resourceOf(door: DoorName): string {
  return `${prefixes[door]}Api`
}
