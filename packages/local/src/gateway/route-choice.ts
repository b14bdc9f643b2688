/**
 * Which route a request gets. HTTP API and REST API differ in more than their words: what they match on, whether a
 * trailing slash counts, and what wins.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html
 */
import { ClaimgateError, quote } from "@claimgate/core"

/** Anything with a route key: `GET /users/{id}`, `ANY /files/{rest+}`, and on HTTP API `$default`. */
export interface Keyed {
  readonly routeKey: string
}

/** The chosen route, and what its path parameters stand for. */
export interface RouteChoice<Route> {
  readonly route: Route
  /** `/users/{id}`, or `$default`. */
  readonly resourcePath: string
  readonly parameters: Readonly<Record<string, string>>
}

/** Chooses by method and path, once and for all the same way; undefined where there is no route. */
export type RouteChooser<Route> = (method: string, path: string) => RouteChoice<Route> | undefined

/**
 * HTTP API: a full match, then the greedy ones, then `$default`. [D] Within these a literal goes before a parameter,
 * segment by segment, and on one path the exact method before `ANY`. [D] for the documented example, [U] beyond.
 * Matches the decoded path, so `%2F` separates segments [L]; a trailing slash counts [L], and makes an empty last
 * segment that only a greedy parameter takes [U].
 */
export function chooseForHttpApi<Route extends Keyed>(routes: readonly Route[]): RouteChooser<Route> {
  const fallback = routes.find((route) => route.routeKey === "$default")
  const compiled = compileAll(routes.filter((route) => route !== fallback))
  const ordered = compiled.sort(
    (a, b) => Number(a.greedy) - Number(b.greedy) || bySegments(a, b) || byMethod(a, b),
  )
  return (method, path) =>
    firstMatch(ordered, method, path.split("/").slice(1), true) ??
    (fallback && { route: fallback, resourcePath: "$default", parameters: {} })
}

/**
 * REST API: the most specific resource that has the method, or `ANY`; a resource without it does not stand in the
 * way of a more general one. [L] Matches the path as sent, percent-encoded, without trailing slashes. [L]
 */
export function chooseForRestApi<Route extends Keyed>(routes: readonly Route[]): RouteChooser<Route> {
  const ordered = compileAll(routes).sort((a, b) => bySegments(a, b) || byMethod(a, b))
  return (method, path) => firstMatch(ordered, method, trimSlashes(path).split("/"), false)
}

function trimSlashes(path: string): string {
  let start = 0
  let end = path.length
  while (path[start] === "/") start++
  while (end > start && path[end - 1] === "/") end--
  return path.slice(start, end)
}

interface CompiledRoute<Route> {
  readonly route: Route
  readonly method: string
  readonly path: string
  readonly segments: readonly Segment[]
  readonly greedy: boolean
}

interface Segment {
  /** 0 literal, 1 parameter, 2 greedy parameter: the smaller the more specific. */
  readonly kind: 0 | 1 | 2
  /** The literal itself, or the parameter's name. */
  readonly text: string
}

const keyForm = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY) (\/\S*)$/
const parameterForm = /^\{([^{}+]+)(\+?)\}$/

function compileAll<Route extends Keyed>(routes: readonly Route[]): CompiledRoute<Route>[] {
  const compiled = routes.map(compile)
  const seen = new Set<string>()
  for (const { method, segments, route } of compiled) {
    const shape = `${method} ${segments.map(({ kind, text }) => (kind === 0 ? text : `{${kind}}`)).join("/")}`
    if (seen.has(shape)) throw badRoute(route.routeKey, "expected no other route of the same shape")
    seen.add(shape)
  }
  return compiled
}

function compile<Route extends Keyed>(route: Route): CompiledRoute<Route> {
  const [, method, path] = keyForm.exec(route.routeKey) ?? []
  if (method === undefined || path === undefined)
    throw badRoute(route.routeKey, "expected `METHOD /path`, `ANY /path` or, on HTTP API, `$default`")
  const segments = path.slice(1).split("/").map(parseSegment)
  const greedyAt = segments.findIndex(({ kind }) => kind === 2)
  if (greedyAt >= 0 && greedyAt < segments.length - 1)
    throw badRoute(route.routeKey, "expected a greedy parameter only at the end")
  return { route, method, path, segments, greedy: greedyAt >= 0 }
}

function parseSegment(text: string): Segment {
  const [, name, plus] = parameterForm.exec(text) ?? []
  if (name === undefined) return { kind: 0, text }
  return { kind: plus === "+" ? 2 : 1, text: name }
}

function firstMatch<Route>(
  ordered: readonly CompiledRoute<Route>[],
  method: string,
  segments: readonly string[],
  greedyTakesEmpty: boolean,
): RouteChoice<Route> | undefined {
  for (const candidate of ordered) {
    if (candidate.method !== method && candidate.method !== "ANY") continue
    const parameters = match(candidate.segments, segments, greedyTakesEmpty)
    if (parameters !== undefined) return { route: candidate.route, resourcePath: candidate.path, parameters }
  }
  return undefined
}

function match(
  pattern: readonly Segment[],
  segments: readonly string[],
  greedyTakesEmpty: boolean,
): Record<string, string> | undefined {
  const parameters: Record<string, string> = {}
  for (const [at, { kind, text }] of pattern.entries()) {
    const segment = segments[at]
    if (segment === undefined) return undefined
    if (kind === 2) {
      const rest = segments.slice(at).join("/")
      return rest === "" && !greedyTakesEmpty ? undefined : { ...parameters, [text]: rest }
    }
    if (kind === 0 ? segment !== text : segment === "") return undefined
    if (kind === 1) parameters[text] = segment
  }
  return segments.length === pattern.length ? parameters : undefined
}

/** Negative where `a` is more specific at the first segment in which the two differ in kind; then the longer one. */
function bySegments(a: CompiledRoute<unknown>, b: CompiledRoute<unknown>): number {
  const shared = Math.min(a.segments.length, b.segments.length)
  for (let at = 0; at < shared; at++) {
    const difference = (a.segments[at]?.kind ?? 0) - (b.segments[at]?.kind ?? 0)
    if (difference !== 0) return difference
  }
  return b.segments.length - a.segments.length
}

function byMethod(a: CompiledRoute<unknown>, b: CompiledRoute<unknown>): number {
  return Number(a.method === "ANY") - Number(b.method === "ANY")
}

function badRoute(routeKey: string, expected: string): ClaimgateError {
  return new ClaimgateError("malformed_configuration", `route ${quote(routeKey)}: ${expected}`)
}
