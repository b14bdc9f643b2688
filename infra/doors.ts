/** The front doors that an API can have: gateway, authorizer and backend function, each with one strategy. */

/** A front door as `AUTH_STRATEGIES` names it. */
export type DoorName = "hybrid" | "claims" | "claims-rest" | "cached" | "backend" | "backend-rest"

export interface Door {
  /** Begins the names of its resources. */
  readonly prefix: string
  readonly gateway: "http-api" | "rest-api"
  /** What its functions are told; never inferred from an event. */
  readonly strategy: "hybrid" | "claims" | "cached" | "backend"
}

export const doors: Readonly<Record<DoorName, Door>> = {
  hybrid: { prefix: "Hybrid", gateway: "http-api", strategy: "hybrid" },
  claims: { prefix: "Claims", gateway: "http-api", strategy: "claims" },
  "claims-rest": { prefix: "ClaimsRest", gateway: "rest-api", strategy: "claims" },
  cached: { prefix: "Cached", gateway: "rest-api", strategy: "cached" },
  backend: { prefix: "Jwt", gateway: "http-api", strategy: "backend" },
  "backend-rest": { prefix: "Cognito", gateway: "rest-api", strategy: "backend" },
}

export function isDoorName(text: string): text is DoorName {
  return Object.hasOwn(doors, text)
}
