/** All checks. */
import { alarms } from "./alarms.ts"
import type { Check } from "./check.ts"
import { deployments } from "./deployments.ts"
import { functions } from "./functions.ts"
import { gateways } from "./gateways.ts"
import { identity } from "./identity.ts"
import { names } from "./names.ts"
import { release } from "./release.ts"
import { rights } from "./rights.ts"

export const checks: Readonly<Record<string, Check>> = {
  alarms,
  deployments,
  functions,
  gateways,
  identity,
  names,
  release,
  rights,
}
