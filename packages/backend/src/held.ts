/** What the subject of one request holds: read when somebody asks, at most once, and as fresh as the route asks for. */
import {
  type Catalog,
  ClaimgateError,
  hasRoute,
  methodsOf,
  type Route,
  type RouteId,
  routeNamed,
} from "@claimgate/core"
import type { Holdings } from "@claimgate/store"
import type { Admitted } from "./endpoint.ts"
import { ageAllowedBy, isBehind, type Passed } from "./gate.ts"
import { type ReadForCaller, routesOf } from "./recheck.ts"

export interface Held extends Pick<Admitted<unknown, unknown>, "holdings" | "roles" | "holds"> {
  /** Whether a new token would say more than the one that was sent, as far as is known by now. */
  readonly behind: () => boolean
}

/** Makes it for a request that the gate let through; what the gate has read is not read again. */
export function heldBy(passage: Passed, catalog: Catalog, read: ReadForCaller): Held {
  const { caller, bound } = passage
  let loading = passage.holdings === undefined ? undefined : Promise.resolve(passage.holdings)
  let behind = passage.behind
  const holdings = async (): Promise<Holdings> => {
    if (caller === undefined)
      throw new ClaimgateError("internal", "public route: nobody is known whose holdings could be read")
    loading ??= read(caller, ageAllowedBy(bound.route.freshness))
    const loaded = await loading
    behind = isBehind(caller, passage.word, loaded)
    return loaded
  }
  return {
    behind: () => behind,
    holdings,
    async roles() {
      // The route was decided by what came along: its roles are as good.
      const trusted = passage.holdings === undefined && bound.route.access === "granted"
      return trusted && caller !== undefined ? caller.roles.filter(isRole) : (await holdings()).roles
    },
    async holds(route) {
      const routes = routesOf(catalog, await holdings())
      return idsOf(catalog, route).every((id) => hasRoute(routes, id))
    },
  }
}

/** `guest` stands for no role at all. */
function isRole(name: string): boolean {
  return name !== "guest"
}

function idsOf(catalog: Catalog, { method, path }: Pick<Route, "method" | "path">): readonly RouteId[] {
  return methodsOf(method).map((one) => {
    const id = routeNamed(catalog, `${one} ${path}`)
    if (id !== undefined) return id
    throw new ClaimgateError("internal", `route \`${one} ${path}\`: expected one of the catalog`)
  })
}
