/**
 * A REST API takes one path variable among the children of a resource: `{id}` and `{name}` cannot stand side by side,
 * and neither can `{id}` and `{rest+}`.
 */
import { ClaimgateError, isGreedy, isParameter, quote } from "@claimgate/core"
import { segmentsOf } from "./overlap.ts"
import { type GatewayRoute, parts } from "./routes.ts"

/**
 * Gives siblings the name of the first of them: names mean nothing to whoever matches a route here. Throws
 * `malformed_configuration` where one of them is greedy and another is not.
 */
export function withOneVariableEach<Route extends GatewayRoute>(routes: readonly Route[]): readonly Route[] {
  const variables = new Map<string, string>()
  return routes.map((route) => {
    const [method, path] = parts(route)
    const renamed: string[] = []
    for (const segment of segmentsOf(path)) {
      const parent = `/${renamed.join("/")}`
      const known = variables.get(parent)
      if (!isParameter(segment)) renamed.push(segment)
      else if (known !== undefined && isGreedy(known) !== isGreedy(segment))
        throw conflict(route.routeKey, parent, known)
      else {
        const variable = known ?? unlike(renamed, segment)
        variables.set(parent, variable)
        renamed.push(variable)
      }
    }
    // Only names of parameters were replaced: the key has the form that it had.
    return { ...route, routeKey: `${method} /${renamed.join("/")}` as Route["routeKey"] }
  })
}

/** A variable's name must be its own along the path, which may have got another one meanwhile. */
function unlike(above: readonly string[], variable: string): string {
  return above.some((one) => bare(one) === bare(variable))
    ? unlike(above, variable.replace("{", "{_"))
    : variable
}

/** `{id}` and `{id+}` are one name. */
function bare(segment: string): string {
  return segment.replace("+}", "}")
}

function conflict(routeKey: string, parent: string, sibling: string): ClaimgateError {
  return new ClaimgateError(
    "malformed_configuration",
    `route ${quote(routeKey)}: a REST API has one variable below ${quote(parent)}, and ${quote(sibling)} is there: expected another path, or an HTTP API`,
  )
}
