/** The route table as data: its module is imported, and what is wrong with it is told with its line. */
import { ClaimgateError, type Routes } from "@claimgate/core"
import { readText } from "./files.ts"

export interface RouteSource {
  /** The module's file, for messages. */
  readonly routes: string
  importRoutes(): Promise<unknown>
}

/** Gives the module's `routes`. Throws `malformed_route`, naming file and line, where it cannot be had. */
export async function loadRoutes(source: RouteSource): Promise<Routes> {
  const module = await importFrom(source)
  const routes = isObject(module) ? module.routes : undefined
  if (!isRoutes(routes))
    throw bad(`${source.routes}: expected it to export \`routes\`, made by \`defineRoutes\``)
  return routes
}

async function importFrom(source: RouteSource): Promise<unknown> {
  try {
    return await source.importRoutes()
  } catch (cause) {
    const message = (cause instanceof Error ? cause.message : String(cause)).trim()
    // What the loader says of a file that it cannot compile: `…/routes.ts:12:3: ERROR: Unexpected "<<"`.
    const syntax = /:(\d+):\d+: ERROR: (.*)/.exec(message)
    if (syntax !== null) throw bad(`${source.routes}:${syntax[1]}: ${syntax[2]}`, { cause })
    throw bad(`${source.routes}${lineOf(source.routes, message)}: ${inOneLine(message)}`, {
      cause,
    })
  }
}

function inOneLine(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trim())
    .join(" ")
}

/** `:12` where the table declares the route whose name or text a message quotes first, or nothing. */
function lineOf(file: string, message: string): string {
  const quoted = /^route `([^`]+)`/.exec(message)?.[1]
  if (quoted === undefined) return ""
  const lines = (readText(file) ?? "").split("\n")
  const declares = (line: string) => line.includes(`"${quoted}"`) || line.trimStart().startsWith(`${quoted}:`)
  const index = lines.findIndex(declares)
  return index < 0 ? "" : `:${index + 1}`
}

function isRoutes(routes: unknown): routes is Routes {
  return (
    isObject(routes) &&
    Object.values(routes).every(
      (route) =>
        isObject(route) &&
        ["name", "route", "method", "path", "access"].every((field) => typeof route[field] === "string"),
    )
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
}

function bad(message: string, options?: ErrorOptions): ClaimgateError {
  return new ClaimgateError("malformed_route", message, options)
}
