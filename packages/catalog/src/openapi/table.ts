/** A route table for the operations of an OpenAPI document: which of them can be routes, and the module's text. */
import { methodsOf, parseRoute, quote, shapeOf } from "@claimgate/core"
import type { Declared, Operation } from "./operations.ts"
import { createNaming } from "./route-name.ts"

export interface TableEntry {
  readonly name: string
  /** `GET /api/users/{id}` */
  readonly route: string
  readonly isOpen: boolean
}

export interface Table {
  readonly entries: readonly TableEntry[]
  /** What cannot be a route: where in the document, and why. */
  readonly faults: readonly string[]
}

/** Makes a table of what can be routes; `base` is put in front of each path. */
export function createTable(declared: readonly Declared[], base: string): Table {
  const naming = createNaming()
  const shapes = new Map<string, string>()
  const entries: TableEntry[] = []
  const faults: string[] = []
  for (const one of declared) {
    const fault =
      "fault" in one
        ? one.fault
        : (whyNoRoute(one.operation, base) ?? claimShapes(shapes, one.operation, one.where))
    if ("fault" in one || fault !== undefined) {
      faults.push(`${one.where}: ${fault}`)
      continue
    }
    const { method, path, id, isOpen } = one.operation
    entries.push({ name: naming(method, path, id), route: `${method} ${base}${path}`, isOpen })
  }
  return { entries, faults }
}

/** Why no route can have an operation's path, or undefined. */
function whyNoRoute({ method, path }: Operation, base: string): string | undefined {
  if (!path.startsWith("/")) return "expected the path to start with `/`"
  const cut = /[?#]/.exec(path)?.[0]
  if (cut !== undefined)
    return `expected the path to end before \`${cut}\`: a query or fragment chooses no route`
  if (`${base}${path}` !== "/" && path.endsWith("/"))
    return "expected no `/` at the end of the path: no request path may have one"
  const segments = path.slice(1).split("/")
  const mixed = segments.findIndex((segment) => /[{}]/.test(segment) && !/^\{[^{}]*\}$/.test(segment))
  if (mixed >= 0)
    return `segment ${mixed + 1} ${quote(segments[mixed] ?? "")}: expected one \`{name}\` or a literal, not a mixture`
  return faultOfRoute(`${method} ${path}`) ?? faultOfRoute(`${method} ${base}${path}`)
}

function faultOfRoute(route: string): string | undefined {
  try {
    parseRoute(route)
    return undefined
  } catch (fault) {
    // The operation is named already: what is left is what stands behind `route …: `.
    const message = fault instanceof Error ? fault.message : String(fault)
    return message.slice(message.indexOf("`: ") + 3)
  }
}

/** Takes the operation's shapes, or says who has one of them. */
function claimShapes(
  shapes: Map<string, string>,
  { method, path }: Operation,
  where: string,
): string | undefined {
  const wanted = methodsOf(method).map((one) => `${one} ${shapeOf(path)}`)
  const other = wanted.map((shape) => shapes.get(shape)).find((taken) => taken !== undefined)
  if (other !== undefined)
    return `expected another method or shape than ${other} has: parameter names do not count`
  for (const shape of wanted) shapes.set(shape, where)
  return undefined
}

/** The module of a route table: what `routes.ts` has to export. `source` is the document's name. */
export function formatTable(entries: readonly TableEntry[], source: string): string {
  return `/**
 * The API's route table: the one place where a route is declared. Gateway, catalog, permissions and handlers all
 * follow from it. After a change run \`npm run catalog\`. Made from ${quote(source)}.
 */
import { type Covering, defineRoutes, type PermissionOf } from "@claimgate/core"

export const routes = defineRoutes({
${entries.map(formatEntry).join("")}})

/** Every permission that names exactly one route of the table. */
export type Permission = PermissionOf<typeof routes>

/** Lists permissions, wildcards among them; one that covers no route of the table does not compile. */
export function permissions<const Texts extends readonly string[]>(
  ...texts: { [Index in keyof Texts]: Covering<Texts[Index], Permission> }
): readonly string[] {
  return texts
}
`
}

const lineWidth = 110

function formatEntry({ name, route, isOpen }: TableEntry): string {
  const comment = isOpen
    ? '  // The document asks for no security here; to open the route: { route: …, access: "public" }\n'
    : ""
  const text = JSON.stringify(route)
  const line = `  ${name}: ${text},`
  return `${comment}${line.length <= lineWidth ? line : `  ${name}:\n    ${text},`}\n`
}
