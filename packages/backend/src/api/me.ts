/** What the API knows about whoever asks. */
import { routeIds } from "@claimgate/core"
import { endpoint, nothing } from "../endpoint.ts"
import { routesOf } from "../recheck.ts"
import type { ApiDeps, HandlersOf } from "./deps.ts"
import { timestamp } from "./fields.ts"

/**
 * Makes the handler. It answers from the store as it is now, and says how that compares with what the caller brought
 * along: the token's own roles and epoch, or those that a `cached` authorizer has read and the gateway has kept.
 */
export function createMeHandlers({ catalog }: Pick<ApiDeps, "catalog">): HandlersOf<"whoAmI"> {
  return {
    whoAmI: endpoint(nothing, async ({ caller, holdings, c }) => {
      const held = await holdings()
      const routes = routeIds(routesOf(catalog, held)).flatMap((id) => catalog.routes[id] ?? [])
      const brought = { roles: caller.roles, epoch: caller.epoch, current: caller.epoch === held.epoch }
      const expiresAt = timestamp(caller.exp * 1000)
      return c.json({
        subject: caller.subject,
        roles: held.roles.length === 0 ? ["guest"] : held.roles,
        permissions: routes.map((route) => `${route.method}:${route.path}`),
        freshness: { source: "store", epoch: held.epoch },
        ...(caller.source === "token"
          ? { token: { ...brought, expiresAt } }
          : { authorizer: brought, token: { expiresAt } }),
      })
    }),
  }
}
