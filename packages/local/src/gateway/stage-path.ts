/** Where below its stage a request's path leads. */
import type { Deployment } from "./exchange.ts"
import { decodePercent } from "./request-target.ts"

/**
 * HTTP API: the path that a route is matched on, decoded [L] and then cut at a `?` that was encoded [L]. The stage
 * `$default` has no segment of its own; for any other one, undefined where the path is not below it.
 */
export function pathInHttpApi(sentPath: string, { stage }: Deployment): string | undefined {
  const decoded = decodePercent(sentPath)
  const question = decoded.indexOf("?")
  const path = question < 0 ? decoded : decoded.slice(0, question)
  return stage === "$default" ? path : below(stage, path)
}

/** Where in a REST API a path leads. */
export interface RestPlace {
  /** What a resource is matched on: percent-encoded as sent, below the stage. */
  readonly path: string
  /** With the stage, as sent. */
  readonly sentPath: string
}

/** REST API: slashes repeated before the stage, or right after it, do not count. [L] */
export function placeInRestApi(sent: string, { stage }: Deployment): RestPlace | undefined {
  const sentPath = `/${sent.replace(/^\/+/, "")}`
  const path = below(stage, sentPath)
  return path === undefined ? undefined : { path: `/${path.replace(/^\/+/, "")}`, sentPath }
}

function below(stage: string, path: string): string | undefined {
  if (path === `/${stage}`) return "/"
  return path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : undefined
}
