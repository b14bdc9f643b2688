/** What may become of a request, by who held what and when: the property itself. */
import { type Catalog, encodePath, type Resolution, resolveRoute, routeNamed } from "@claimgate/core"
import { deploymentOf } from "../../src/gateway/exchange.ts"
import { chooseForHttpApi, chooseForRestApi } from "../../src/gateway/route-choice.ts"
import { pathInHttpApi, placeInRestApi } from "../../src/gateway/stage-path.ts"
import { type Deployment, isKeptByRoute } from "./deployment.ts"
import type { History } from "./history.ts"
import type { World } from "./world.ts"

/** When every world begins, in milliseconds. */
export const start = Date.UTC(2026, 0, 1)

/** What went wrong: somebody was let in who must not be, or kept out who must not be. */
export interface Wrong {
  readonly kind: "lets in" | "keeps out"
  readonly request: string
}

/** Judges what became of a request. */
export type Judge = (
  method: string,
  path: string,
  token: number,
  time: number,
  entered: unknown,
) => Wrong["kind"] | undefined

const both = { ever: true, always: true }
const neither = { ever: false, always: false }

/** Judges by the world's tables, the deployment's own time to live, and everybody's history. */
export function createJudge(
  world: World,
  deployment: Deployment,
  catalog: Catalog,
  people: readonly History[],
): Judge {
  const { gateway, ttlSeconds } = deployment
  const place = deploymentOf({ id: "api1" }, gateway === "HTTP" ? "$default" : "prod")
  const choose = (gateway === "HTTP" ? chooseForHttpApi : chooseForRestApi)(
    world.routes.map(({ text }) => ({ routeKey: text })),
  )
  const isOpen = (route: number | undefined) =>
    route !== undefined && catalog.routes[route]?.access === "public"
  /** How long ago an answer may have been given: not at all without a cache. */
  const window = Math.max(ttlSeconds * 1000 - 1, 0)
  const standing = (at: number, route: number, time: number) => {
    if (isOpen(route)) return both
    const token = world.tokens[at]
    const history = token && people[token.subject]
    const known = catalog.routes[route]
    if (token === undefined || history === undefined || known === undefined) return neither
    // An answer that is kept may outlive its token.
    const end = start + token.lifetime * 1000 - 1
    const until = Math.min(time, end)
    if (until < time - window) return neither
    const text = `${known.method} ${known.path}`
    const { ever, always } = known.access === "granted" ? history.held(text, time - window, until) : both
    return { ever, always: always && time <= end }
  }
  /** Whether the backend is told of that very route, and of that token's subject and end. */
  const isAbout = (event: unknown, route: number, at: number) => {
    const { subject, exp, route: text } = contextOf(event)
    const token = world.tokens[at]
    if (token === undefined || routeNamed(catalog, text ?? "") !== route) return false
    return subject === `subject-${token.subject}` && exp === String(start / 1000 + token.lifetime)
  }
  return (method, path, token, time, entered) => {
    const seen = (gateway === "HTTP" ? pathInHttpApi(path, place) : placeInRestApi(path, place)?.path) ?? ""
    const asked = resolveRoute(catalog, method, gateway === "HTTP" ? encodePath(seen) : seen)
    const routeKey = choose(method, seen)?.route.routeKey
    const chosen = routeKey === undefined ? undefined : routeNamed(catalog, routeKey)
    // On a REST API both always agree; an HTTP API prefers every route without a greedy parameter to every route with
    // one, and gives `/` to `/{rest+}`: the backend refuses what it would have matched otherwise.
    if (asked.ok && asked.route !== chosen && gateway === "REST")
      throw new Error(`${method} ${path}: the gateway and the catalog match different routes`)
    const routes = [
      asked.ok ? asked.route : undefined,
      isBad(asked) && !isKeptByRoute(deployment) ? undefined : chosen,
    ]
    if (entered === undefined)
      return asked.ok && asked.route === chosen && standing(token, chosen, time).always
        ? "keeps out"
        : undefined
    // A bad path may only have ridden on an answer for its own resource, and the backend refuses it.
    const isRight = (route: number | undefined) =>
      route !== undefined && standing(token, route, time).ever && isAbout(entered, route, token)
    return routes.some(isRight) || isOpen(chosen) ? undefined : "lets in"
  }
}

function isBad(asked: Resolution): boolean {
  return !asked.ok && asked.because === "bad_path"
}

interface IntegrationEvent {
  readonly requestContext: { readonly authorizer?: { readonly lambda?: Context } & Context }
}
type Context = Readonly<Partial<Record<"subject" | "exp" | "route", string>>>

/** What the authorizer left, on either gateway. */
function contextOf(event: unknown): Context {
  // It is the stand-in's own.
  const { authorizer = {} } = (event as IntegrationEvent).requestContext
  return authorizer.lambda ?? authorizer
}
