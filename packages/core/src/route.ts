/**
 * Routes as the API's owner writes them, once: `GET /api/users/{id}`, in API Gateway's own syntax. The table's
 * literal types carry on to handlers and permissions, so that a mistake in one of them does not compile.
 */
import { ClaimgateError, quote } from "./errors.ts"
import { isCanonicalPath } from "./path.ts"

/** The seven methods that a route can have, in the order that `ANY` stands for them. */
export const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const
export type Method = (typeof methods)[number]

/** How old the permission data behind a decision may be: the token's, at most that many seconds, or read just now. */
export type Freshness = "token" | "now" | { readonly within: number }

/** Who may call a route: holders of a permission for it, anyone who is signed in, or anyone. */
export type Access = "granted" | "signed-in" | "public"

/** `GET /api/users/{id}`; `ANY` stands for all seven methods. */
export type RouteText = `${Method | "ANY"} /${string}`

export interface RouteDeclaration {
  readonly route: RouteText
  /** `"token"` where it is left out. */
  readonly freshness?: Freshness
  /** `"granted"` where it is left out. */
  readonly access?: Access
}

export type RouteTable = Readonly<Record<string, RouteText | RouteDeclaration>>

/** One route of a table, complete. */
export interface Route<Text extends RouteText = RouteText, Open extends Access = Access> {
  readonly name: string
  readonly route: Text
  readonly method: Method | "ANY"
  readonly path: string
  readonly freshness: Freshness
  readonly access: Open
}

type TextOf<Declared extends RouteText | RouteDeclaration> = Declared extends RouteDeclaration
  ? Declared["route"]
  : Declared

type AccessOf<Declared> = Declared extends { readonly access: infer Open extends Access }
  ? Open
  : Declared extends { readonly access?: Access }
    ? "access" extends keyof Declared
      ? Access
      : "granted"
    : "granted"

export type Routes<Table extends RouteTable = RouteTable> = {
  readonly [Name in keyof Table & string]: Route<
    Extract<TextOf<Table[Name]>, RouteText>,
    AccessOf<Table[Name]>
  >
}

type WellFormedSegment<S extends string> = S extends "" | `{}` | `{+}`
  ? false
  : S extends `{${infer Name}}`
    ? Name extends `${string}${"{" | "}" | "*" | ","}${string}`
      ? false
      : true
    : S extends `${string}${"{" | "}" | "*" | ","}${string}`
      ? false
      : true

type WellFormedPath<P extends string> = P extends `${infer Head}/${infer Tail}`
  ? Head extends `{${string}+}`
    ? false
    : WellFormedSegment<Head> extends true
      ? WellFormedPath<Tail>
      : false
  : WellFormedSegment<P>

type WellFormed<Text extends string> = Text extends `${string} /`
  ? true
  : Text extends `${string} /${infer P}`
    ? WellFormedPath<P>
    : false

/** A misspelt field would leave its route with the default, which may be the weaker one. */
type OnlyKnownFields<Declared> = Declared extends string
  ? Declared
  : Exclude<keyof Declared, keyof RouteDeclaration> extends never
    ? Declared
    : never

/** A table whose malformed routes have a type that no value has. */
type Checked<Table extends RouteTable> = {
  readonly [Name in keyof Table]: WellFormed<TextOf<Table[Name]>> extends true
    ? OnlyKnownFields<Table[Name]>
    : never
}

/**
 * Completes a route table: each name with its method, path, freshness and access. Throws `malformed_route` on a
 * path that no request can have, an unknown method or field, two routes of the same shape, or a freshness that is no
 * bound.
 */
export function defineRoutes<const Table extends RouteTable>(table: Table & Checked<Table>): Routes<Table> {
  const defined = new Map<string, Route>()
  const shapes = new Map<string, string>()
  for (const [name, declared] of Object.entries<RouteText | RouteDeclaration>(table)) {
    const route = completeRoute(name, typeof declared === "string" ? { route: declared } : declared)
    for (const method of methodsOf(route.method)) {
      const shape = `${method} ${shapeOf(route.path)}`
      const other = shapes.get(shape)
      if (other !== undefined)
        throw bad(`route \`${name}\`: same method and shape as \`${other}\`: ${quote(shape)}`)
      shapes.set(shape, name)
    }
    defined.set(name, route)
  }
  // Built entry by entry above; the mapped type cannot be built by a loop.
  return Object.fromEntries(defined) as Routes<Table>
}

const fields: readonly string[] = ["route", "freshness", "access"] satisfies (keyof RouteDeclaration)[]

function completeRoute(name: string, declared: RouteDeclaration): Route {
  if (typeof declared?.route !== "string")
    throw bad(`route \`${name}\`: expected \`METHOD /path\`, or an object that holds it as \`route\``)
  const unknown = Object.keys(declared).find((field) => !fields.includes(field))
  if (unknown !== undefined)
    throw bad(`route \`${name}\`: field ${quote(unknown)}: expected only ${fields.join(", ")}`)
  const { method, path } = parseRoute(declared.route)
  const { freshness = "token", access = "granted" } = declared
  if (!isFreshness(freshness))
    throw bad(`route \`${name}\`: freshness: expected "token", "now" or { within: seconds from 1 to 86400 }`)
  if (!isAccess(access)) throw bad(`route \`${name}\`: access: expected "granted", "signed-in" or "public"`)
  // Nobody's permissions are looked at there, so a bound on their age would promise what is never kept.
  if (access !== "granted" && declared.freshness !== undefined)
    throw bad(`route \`${name}\`: freshness: expected none, as the route is ${access}`)
  return { name, route: declared.route, method, path, freshness, access }
}

/** For data that says of itself that it is an access. */
export function isAccess(access: string): access is Access {
  return access === "granted" || access === "signed-in" || access === "public"
}

function isFreshness(freshness: Freshness): boolean {
  if (typeof freshness === "string") return freshness === "token" || freshness === "now"
  return Number.isInteger(freshness?.within) && freshness.within >= 1 && freshness.within <= 86_400
}

/** Splits and checks the text of one route; throws `malformed_route`. */
export function parseRoute(text: string): { readonly method: Method | "ANY"; readonly path: string } {
  const space = text.indexOf(" ")
  const method = text.slice(0, space)
  if (space < 0 || !isRouteMethod(method))
    throw bad(`route ${quote(text)}: expected \`METHOD /path\` with one of ${methods.join(" ")} ANY`)
  const path = text.slice(space + 1)
  checkRoutePath(text, path)
  return { method, path }
}

function isRouteMethod(method: string): method is Method | "ANY" {
  return method === "ANY" || (methods as readonly string[]).includes(method)
}

/** The methods that a route's method stands for. */
export function methodsOf(method: Method | "ANY"): readonly Method[] {
  return method === "ANY" ? methods : [method]
}

const parameterName = /^[A-Za-z0-9._:-]{1,64}$/

function checkRoutePath(text: string, path: string): void {
  if (path === "/") return
  const [first, ...parts] = path.split("/")
  if (first !== "" || parts.length === 0)
    throw bad(`route ${quote(text)}: expected the path to start with \`/\``)
  // One scan with every parameter replaced by a plain letter judges all literals and the length at once.
  const literalPath = parts.map((part) => (isParameter(part) ? "x" : part))
  const names = parts.filter(isParameter).map((part) => part.slice(1, -1).replace(/\+$/, ""))
  parts.forEach((part, index) => {
    const isWrongGreedy = isGreedy(part) && index < parts.length - 1
    if (!isWrongGreedy && (isParameter(part) || isLiteral(part))) return
    const expected = isWrongGreedy
      ? "a greedy parameter only as the last segment"
      : "`{name}`, `{name+}` or a literal in its canonical spelling without `,` `*` `{` `}`"
    throw bad(`route ${quote(text)}: segment ${index + 1} ${quote(part)}: expected ${expected}`)
  })
  if (names.some((name) => !parameterName.test(name)))
    throw bad(`route ${quote(text)}: expected parameter names of 1 to 64 characters of A-Z a-z 0-9 . _ : -`)
  if (new Set(names).size < names.length)
    throw bad(`route ${quote(text)}: expected parameter names to differ`)
  if (!isCanonicalPath(`/${literalPath.join("/")}`))
    throw bad(`route ${quote(text)}: expected at most 4096 characters`)
}

/** A segment that stands for itself: not empty, in its one canonical spelling, without `,` `*` `{` `}`. */
export function isLiteral(segment: string): boolean {
  return segment !== "" && !/[,*{}]/.test(segment) && isCanonicalPath(`/${segment}`)
}

/** `{name}` or `{name+}`. */
export function isParameter(segment: string): boolean {
  return segment.startsWith("{") && segment.endsWith("}")
}

/** `{name+}`: one or more segments, always the last. */
export function isGreedy(segment: string): boolean {
  return segment.startsWith("{") && segment.endsWith("+}")
}

/** The path with its parameters' names taken out: what makes two routes the same route. */
export function shapeOf(path: string): string {
  return path.replace(/\{[^{}]*\}/g, (parameter) => (isGreedy(parameter) ? "{+}" : "{}"))
}

function bad(message: string): ClaimgateError {
  return new ClaimgateError("malformed_route", message)
}
