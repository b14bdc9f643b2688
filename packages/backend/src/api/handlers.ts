import type { routes } from "@claimgate/catalog"
import type { Handlers } from "../bind.ts"
import type { AdminDeps } from "./admin/deps.ts"
import { createAdminHandlers } from "./admin/handlers.ts"
import type { ApiDeps } from "./deps.ts"
import { createDeviceHandlers } from "./devices.ts"
import { healthHandlers } from "./health.ts"
import { createMeHandlers } from "./me.ts"
import { createOpenApiHandlers } from "./openapi.ts"
import { createReportHandlers } from "./reports.ts"
import { createUserHandlers } from "./users.ts"

/** Makes all handlers of the sample API and of the admin API, one for each route of the table. */
export function createHandlers(deps: ApiDeps & AdminDeps): Handlers<typeof routes> {
  const handlers = {
    ...createUserHandlers(deps),
    ...createReportHandlers(deps),
    ...createDeviceHandlers(deps),
    ...createMeHandlers(deps),
    ...healthHandlers,
    ...createAdminHandlers(deps),
  }
  return { ...handlers, ...createOpenApiHandlers(handlers) }
}
