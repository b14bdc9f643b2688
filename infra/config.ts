/** What `.env` says, checked before anything is declared. SST reads the file itself. */
import type { DoorName } from "./doors.ts"
import { parseConfig } from "./variables.ts"

export const config = parseConfig((name) => process.env[name])

/** The name that a front door has besides AWS's own. */
export function domainOf(name: DoorName): string | undefined {
  return name === config.doors[0] ? config.domain : undefined
}
