/**
 * What to show: whether a token's holder may call a route, as far as the token tells. It hides buttons and protects
 * nothing; the API decides each request itself.
 */
import {
  type Catalog,
  decideRoute,
  decodeClaim,
  type Method,
  type Route,
  type Routes,
  type RouteText,
  routeNamed,
} from "@claimgate/core"
import { type Claims, millisecondsOf, readClaims } from "./claims.ts"

/** `DELETE /api/users/{id}` for each route of a table, `ANY` taken apart. */
export type RouteOf<Table extends Routes> = {
  [Name in keyof Table]: Table[Name] extends Route<infer Text extends RouteText> ? Apart<Text> : never
}[keyof Table]

type Apart<Text extends RouteText> = Text extends `ANY ${infer Path}` ? `${Method} ${Path}` : Text

/**
 * Tells whether the holder of a token, or of a token's claims, may call a route. False for whatever cannot be read,
 * has expired, or is older than the route; true for a public route, token or not. Never throws.
 */
export type Can<Name extends string> = (holder: string | Claims | null | undefined, route: Name) => boolean

/**
 * Makes `can` for a catalog, typed by its route table: `createCan<typeof routes>(catalog)`. `now` is in milliseconds
 * since 1970.
 */
export function createCan<Table extends Routes = Routes>(
  catalog: Catalog,
  { now = Date.now }: { readonly now?: () => number } = {},
): Can<RouteOf<Table>> {
  const claimsOf = rememberLast(readToken)
  return (holder, name) => {
    const route = routeNamed(catalog, name)
    if (route === undefined) return false
    if (catalog.routes[route]?.access === "public") return true
    const claims = typeof holder === "string" ? claimsOf(holder) : holder
    if (claims === undefined || claims === null || hasExpired(claims, now())) return false
    const text = claims["custom:permissions"]
    const decoded = decodeClaim(catalog, typeof text === "string" ? text : undefined)
    return decideRoute(catalog, decoded.ok ? decoded.routes : undefined, route).allowed
  }
}

/** A token without an expiry is none: no API takes it. */
function readToken(token: string): Claims | undefined {
  const claims = readClaims(token)
  return millisecondsOf(claims?.exp) === undefined ? undefined : claims
}

/** Claims alone, handed out by a server, may come without one. */
function hasExpired({ exp }: Claims, now: number): boolean {
  return exp !== undefined && !(now < (millisecondsOf(exp) ?? 0))
}

/** A page asks for every button at each rendering, about one token. */
function rememberLast<Answer>(read: (text: string) => Answer): (text: string) => Answer {
  let last: { readonly text: string; readonly answer: Answer } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, answer: read(text) }
    return last.answer
  }
}
