/** Checks that need a front door of some kind. */
import { routes } from "@claimgate/catalog/routes"
import { type Check, notApplicable, type Observation } from "../check.ts"
import type { DoorName } from "../doors.ts"
import type { Lab } from "../lab.ts"

/** HTTP APIs whose authorizer is a function. */
export const httpWithFunction: readonly DoorName[] = ["hybrid", "claims"]
export const httpApis: readonly DoorName[] = [...httpWithFunction, "backend"]
export const restWithFunction: readonly DoorName[] = ["claims-rest", "cached"]
export const restApis: readonly DoorName[] = [...restWithFunction, "backend-rest"]

/** Looks at the first of these doors that the stage has; it must serve the sample API's routes. */
export function at(
  doors: readonly DoorName[],
  look: (door: DoorName, lab: Lab) => Promise<Observation>,
): Check["look"] {
  return async (lab) => {
    const door = doors.find((one) => lab.stage.doors[one] !== undefined)
    if (door === undefined)
      return notApplicable(
        `deploy with ${doors.length > 1 ? "one of " : ""}AUTH_STRATEGIES=${doors.join(" | ")}`,
      )
    if (missing !== undefined) return notApplicable(`deploy with the sample API's route \`${missing}\``)
    return look(door, lab)
  }
}

/** The folder of a device that need not exist: who may read it is told that there is no such file, and its name. */
export const folder = "/api/devices/claimgate-verify/files"

/** For whoever is signed in. */
export const me = "/api/me"

/** For nobody who holds what a check's person holds. */
export const forbidden = "/api/users/export"

const known = new Set(Object.values(routes).map(({ route }) => route as string))
const files = "/api/devices/{id}/files/{path+}"
const missing = [
  `GET ${files}`,
  `PUT ${files}`,
  `GET ${me}`,
  `GET ${forbidden}`,
  "POST /api/devices",
  "GET /health",
].find((route) => !known.has(route))
