/** The API as an OpenAPI 3.1 document, from the route table and what each handler reads. */
import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from "@asteasolutions/zod-to-openapi"
import { isGreedy, isParameter, methodsOf, type Route, type Routes } from "@claimgate/core"
import * as z from "zod"
import type { AnyEndpoint } from "../bind.ts"

type Document = ReturnType<OpenApiGeneratorV31["generateDocument"]>
/** A parameter of OpenAPI 3.1. */
interface Parameter {
  readonly name: string
  readonly in: "path" | "query" | "header"
  readonly required: boolean
  readonly description?: string
  readonly schema: object
}

/** Describes each route of the table by its handler of the same name. */
export function openApiDocument(routes: Routes, handlers: Readonly<Record<string, AnyEndpoint>>): Document {
  const registry = new OpenAPIRegistry()
  registry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
  })
  registry.registerComponent("schemas", "Problem", problemSchema)
  for (const route of Object.values(routes)) registerRoute(registry, route, handlers[route.name])
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: {
      title: "Claimgate",
      version: "0.1.0",
      description: "The API, with what each route asks of its caller.",
    },
    servers: [{ url: "/" }],
  })
}

function registerRoute(registry: OpenAPIRegistry, route: Route, handler: AnyEndpoint | undefined): void {
  const all = methodsOf(route.method)
  for (const method of all) {
    const body = bodyOf(handler)
    registry.registerPath({
      // A document names methods in lower case, and each of them is one of its own.
      method: method.toLowerCase() as RouteConfig["method"],
      path: pathOf(route.path),
      operationId: all.length === 1 ? route.name : `${route.name}_${method.toLowerCase()}`,
      ...(route.access === "public" ? {} : { security: [{ token: [] }] }),
      "x-claimgate-access": route.access,
      "x-claimgate-freshness": route.freshness,
      parameters: parametersOf(route, handler),
      ...(body === undefined ? {} : { requestBody: body }),
      responses: {
        "2XX": { description: "Done" },
        default: {
          description: "Problem details (RFC 9457)",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
    })
  }
}

function parametersOf(route: Route, handler: AnyEndpoint | undefined) {
  const all: Parameter[] = [
    ...pathParameters(route.path),
    ...queryParameters(handler),
    ...keyParameter(route),
  ]
  // The library's type has those of every version of OpenAPI side by side, each as a list of its own.
  return all as NonNullable<RouteConfig["parameters"]>
}

/** A greedy parameter has no name of its own in OpenAPI. */
function pathOf(path: string): string {
  return path.replaceAll("+}", "}")
}

function pathParameters(path: string): Parameter[] {
  return path
    .split("/")
    .filter(isParameter)
    .map((segment) => ({
      name: segment.slice(1, isGreedy(segment) ? -2 : -1),
      in: "path",
      required: true,
      ...(isGreedy(segment) ? { description: "One segment or more, with their `/`." } : {}),
      schema: { type: "string", minLength: 1 },
    }))
}

function queryParameters(handler: AnyEndpoint | undefined): Parameter[] {
  if (handler === undefined) return []
  const { properties = {}, required = [] } = schemaOf(handler.reads.query)
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    // What zod writes is JSON Schema 2020-12, which is what OpenAPI 3.1 takes; their types do not know of each other.
    schema: schema as object,
  }))
}

/** Each change of the admin API has one, or its request id instead. */
function keyParameter({ path, method }: Route): Parameter[] {
  if (!path.startsWith("/api/admin/") || method === "GET") return []
  const schema = { type: "string", pattern: "^[A-Za-z0-9_-]{1,128}$" } as const
  return [{ name: "Idempotency-Key", in: "header", required: false, schema }]
}

function bodyOf(handler: AnyEndpoint | undefined): RouteConfig["requestBody"] {
  const { mediaType, schema } = handler?.reads.body ?? {}
  if (mediaType === undefined) return undefined
  const content = schema === undefined ? { type: "string" as const } : (schemaOf(schema) as object)
  return { required: true, content: { [mediaType]: { schema: content } } }
}

/** What goes in, as JSON Schema. */
function schemaOf(schema: z.ZodType): z.core.JSONSchema.JSONSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input" })
  return rest
}

const problemSchema = {
  type: "object" as const,
  required: ["type", "title", "status", "code", "detail"],
  properties: {
    type: { type: "string" as const },
    title: { type: "string" as const },
    status: { type: "integer" as const },
    code: { type: "string" as const, description: "Stable: programs may rely on it." },
    detail: { type: "string" as const },
    reason: { type: "string" as const, description: "Why a request was refused, in one word." },
    version: { type: "integer" as const, description: "The current version, with a 409." },
    instance: { type: "string" as const, description: "The request's id." },
  },
}
