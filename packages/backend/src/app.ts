/** The backend: a Hono app that serves the route table's routes, each behind the gate. */
import type { Routes } from "@claimgate/core"
import { Hono } from "hono"
import { type AnyEndpoint, bindRoutes, type Exactly, honoPattern, honoText } from "./bind.ts"
import type { Bindings } from "./endpoint.ts"
import { createServe, type ServeDeps } from "./serve.ts"

export interface BackendDeps<Table extends Routes, Given extends PropertyKey = keyof Table>
  extends ServeDeps {
  readonly routes: Table
  readonly handlers: Exactly<Table, Given>
}

export type Backend = Hono<{ Bindings: Bindings }>

/**
 * Makes the app for `createLambda`. Throws `malformed_configuration` where table, handlers and catalog do not fit
 * together.
 */
export function createBackend<Table extends Routes, Given extends PropertyKey>(
  deps: BackendDeps<Table, Given>,
): Backend {
  // The type has made sure of every handler's own parameters; from here on they are all alike.
  const handlers = deps.handlers as Readonly<Record<string, AnyEndpoint>>
  const serve = createServe(deps)
  // Hono would match the path of a URL, where `/a/../b` is `/b`: it gets the path as it came in.
  const app: Backend = new Hono({
    getPath: (_, options) => honoText(options?.env?.request?.path ?? ""),
  })
  // Hono looks among GET's handlers when it gets a HEAD: the method as it was sent decides whose turn it is.
  for (const bound of bindRoutes(deps.routes, handlers, deps.catalog))
    app.on(bound.method === "HEAD" ? "GET" : bound.method, honoPattern(bound.route.path), (c, next) =>
      c.req.method === bound.method ? serve(c, bound) : next(),
    )
  app.notFound((c) => serve(c, undefined))
  return app
}
