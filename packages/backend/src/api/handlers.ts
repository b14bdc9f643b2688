import type { routes } from "@claimgate/catalog"
import type { Handlers } from "../bind.ts"
import type { ApiDeps } from "./deps.ts"
import { createDeviceHandlers } from "./devices.ts"
import { healthHandlers } from "./health.ts"
import { createMeHandlers } from "./me.ts"
import { createReportHandlers } from "./reports.ts"
import { createUserHandlers } from "./users.ts"

/** Makes all handlers of the sample API, one for each route of the table. */
export function createHandlers(deps: ApiDeps): Handlers<typeof routes> {
  return {
    ...createUserHandlers(deps),
    ...createReportHandlers(deps),
    ...createDeviceHandlers(deps),
    ...createMeHandlers(deps),
    ...healthHandlers,
  }
}
