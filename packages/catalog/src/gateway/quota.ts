/** What an API has room for. AWS raises these quotas for one API on request. */
import { ClaimgateError } from "@claimgate/core"
import { segmentsOf } from "./overlap.ts"
import { type GatewayRoute, parts } from "./routes.ts"

/** Routes of an HTTP API, resources of a REST API. */
const granted = 300

/** Throws `malformed_configuration` where an HTTP API has no room for so many routes. */
export function checkHttpApiRoutes(routes: readonly GatewayRoute[], quota: number = granted): void {
  check(routes.length, "routes of an HTTP API", quota)
}

/** Throws `malformed_configuration` where a REST API has no room for the resources that carry these routes. */
export function checkRestApiResources(routes: readonly GatewayRoute[], quota: number = granted): void {
  check(resourcesOf(routes).size, "resources of a REST API", quota)
}

/** Every path that a route lies on, the root among them: a REST API has a resource for each segment. */
function resourcesOf(routes: readonly GatewayRoute[]): ReadonlySet<string> {
  const paths = routes.map((route) => segmentsOf(parts(route)[1]))
  return new Set([
    "/",
    ...paths.flatMap((segments) => segments.map((_, last) => `/${segments.slice(0, last + 1).join("/")}`)),
  ])
}

function check(count: number, what: string, quota: number): void {
  if (!Number.isInteger(quota) || quota < 1)
    throw new ClaimgateError("malformed_configuration", `quota: expected a whole number, got \`${quota}\``)
  if (count <= quota) return
  throw new ClaimgateError(
    "malformed_configuration",
    `${what}: expected at most ${quota}, got ${count}: take \`layout: "proxy"\`, or have AWS raise the quota and say so with \`quota\``,
  )
}
