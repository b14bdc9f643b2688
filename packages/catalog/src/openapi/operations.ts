/** The operations of an OpenAPI document, as it declares them: https://spec.openapis.org/oas/v3.1.1.html */
import { ClaimgateError, type Method, methods, quote } from "@claimgate/core"
import { isObject, type JsonObject } from "./json-object.ts"
import { resolvePathItem } from "./path-item.ts"

export interface Operation {
  readonly method: Method | "ANY"
  readonly path: string
  readonly id: string | undefined
  /** The document asks for no security here. */
  readonly isOpen: boolean
}

/** One place of the document that declares an operation, or something that cannot be one. */
export type Declared =
  | { readonly where: string; readonly operation: Operation }
  | { readonly where: string; readonly fault: string }

/**
 * Lists what the document's paths declare, in its order. Throws `malformed_input` where it is no OpenAPI 3.0 or 3.1
 * document.
 */
export function readOperations(document: unknown, file: string): Declared[] {
  const { paths } = checkVersion(document, file)
  if (!isObject(paths)) throw bad(file, "`paths`: expected an object of path items")
  return Object.entries(paths)
    .filter(([path]) => !path.startsWith("x-"))
    .flatMap(([path, item]) => readPath(document, path, item))
}

/** The path that the document's first server puts in front of all others; empty where there is none. */
export function serverPath(document: unknown): string {
  const servers = isObject(document) ? document.servers : undefined
  const first: unknown = Array.isArray(servers) ? servers[0] : undefined
  const url = isObject(first) && typeof first.url === "string" ? first.url : ""
  const path = url.replace(/^[^/]*\/\/[^/]*/, "").replace(/(?<!\/)\/+$/, "")
  return path.startsWith("/") && !/[{}?#]/.test(path) ? path : ""
}

function checkVersion(document: unknown, file: string): JsonObject {
  if (!isObject(document)) throw bad(file, "expected an object with `openapi` and `paths`")
  const { openapi, swagger } = document
  if (openapi === undefined && swagger !== undefined)
    throw bad(file, `Swagger ${quote(String(swagger))}: expected OpenAPI 3.0 or 3.1: convert it first`)
  if (typeof openapi !== "string" || !/^3\.[01](\.\d+)?(-\S*)?$/.test(openapi))
    throw bad(file, `\`openapi\` is ${quote(String(openapi))}: expected \`3.0.x\` or \`3.1.x\`, as text`)
  return document
}

function readPath(document: unknown, path: string, item: unknown): Declared[] {
  const resolved = resolvePathItem(document, item)
  if (!resolved.ok) return [{ where: quote(path), fault: resolved.fault }]
  const fields = Object.keys(resolved.item)
  return Object.entries(resolved.item).flatMap(([field, value]) => readField(path, field, value, fields))
}

/** Fields of a path item that are no operations. */
const otherFields: ReadonlySet<string> = new Set(["$ref", "summary", "description", "servers", "parameters"])
/** API Gateway's own field: the operation of all methods that the path item does not name. */
const anyMethod = "x-amazon-apigateway-any-method"

function readField(path: string, field: string, value: unknown, fields: readonly string[]): Declared[] {
  if (otherFields.has(field) || (field.startsWith("x-") && field !== anyMethod)) return []
  const name = field === anyMethod ? "ANY" : field.toUpperCase()
  const id = isObject(value) && typeof value.operationId === "string" ? value.operationId : undefined
  const where = quote(`${name} ${path}`) + (id === undefined ? "" : ` (${quote(id)})`)
  const fault = faultOf(field, value)
  if (fault !== undefined) return [{ where, fault }]
  const found = methodsFor(field, fields)
  // One id names one route: the others are named for method and path.
  return found.map((method) => ({
    where,
    operation: { method, path, id: found.length === 1 ? id : undefined, isOpen: isOpen(value) },
  }))
}

function faultOf(field: string, value: unknown): string | undefined {
  if (field === "trace") return `no route has the method TRACE: expected one of ${methods.join(" ")}`
  if (field === "<<") return "merge key `<<`: expected the path item's fields spelled out"
  if (field !== anyMethod && !isMethodField(field))
    return `field ${quote(field)}: expected one of ${methods.map((method) => method.toLowerCase()).join(" ")}`
  if (!isObject(value)) return "expected an object that describes the operation"
  if (value.isDefaultRoute === true)
    return "API Gateway's default route: expected the routes that it stands for"
  return undefined
}

function isMethodField(field: string): boolean {
  return field === field.toLowerCase() && (methods as readonly string[]).includes(field.toUpperCase())
}

function methodsFor(field: string, fields: readonly string[]): (Method | "ANY")[] {
  if (field !== anyMethod) return methods.filter((method) => method.toLowerCase() === field)
  const left = methods.filter((method) => !fields.includes(method.toLowerCase()))
  return left.length === methods.length ? ["ANY"] : left
}

/** An empty list of requirements, or one that may be met by nothing. */
function isOpen(operation: unknown): boolean {
  const security = isObject(operation) ? operation.security : undefined
  if (!Array.isArray(security)) return false
  return security.length === 0 || security.some((one) => isObject(one) && Object.keys(one).length === 0)
}

function bad(file: string, message: string): ClaimgateError {
  return new ClaimgateError("malformed_input", `${file}: ${message}`)
}
