/** On whose behalf tests write. */
import { newAttribution } from "../src/attribution.ts"
import type { Attribution } from "../src/port.ts"

/** Somebody with the admin API; every call is another request, under a key of its own. */
export function by(changes: Partial<Attribution> = {}): Attribution {
  return { ...newAttribution("tester", "admin-api"), ...changes }
}
