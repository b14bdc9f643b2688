import { createAuditHandlers } from "./audit.ts"
import type { AdminDeps } from "./deps.ts"
import { createExplainHandlers } from "./explain.ts"
import { createImportHandlers } from "./import.ts"
import { createMemberHandlers } from "./members.ts"
import { createRoleHandlers } from "./roles.ts"

/** Makes all handlers of the admin API. */
export function createAdminHandlers(deps: AdminDeps) {
  return {
    ...createMemberHandlers(deps),
    ...createRoleHandlers(deps),
    ...createExplainHandlers(deps),
    ...createAuditHandlers(deps),
    ...createImportHandlers(deps),
  }
}
