/** What a handler is: the shape of what it reads, and the function that answers. */
import type { Route } from "@claimgate/core"
import type { Holdings } from "@claimgate/store"
import type { Context } from "hono"
import * as z from "zod"
import { accept, type BodyReader, noBody } from "./body.ts"
import type { GatewayRequest } from "./event/gateway-request.ts"
import { type Guarded, type Handle, type Ready, settle } from "./permit.ts"
import type { Problem } from "./problem.ts"
import type { Refused } from "./rule.ts"

/** What Hono carries for us: the request as the gateway described it. */
export interface Bindings {
  readonly request: GatewayRequest
}

/** A request that passed the gate, before its query and body are read. */
export interface Admitted<Params, Who> {
  /** Undefined on public routes. */
  readonly caller: Who
  readonly params: Params
  /** The gateway's id of the request. */
  readonly requestId: string
  /**
   * What the subject holds: as the gate read it, or else read now; at most once per request, and never older than the
   * route allows. Throws like `PermissionStore.load`, and `internal` on public routes.
   */
  readonly holdings: () => Promise<Holdings>
  /** The subject's roles, without `guest`: the caller's own where the route trusts those, or else of `holdings`. */
  readonly roles: () => Promise<readonly string[]>
  /** Whether `holdings` cover a route of the table, with all its methods. */
  readonly holds: (route: Pick<Route, "method" | "path">) => Promise<boolean>
  readonly c: Context<{ Bindings: Bindings }>
}

/** All that a handler gets. */
export interface Call<Params, Who, Body, Query> extends Admitted<Params, Who> {
  readonly body: Body
  readonly query: Query
}

/** What a handler comes to. A refusal is for what only shows while it writes: the last place was taken meanwhile. */
export type Answer = Response | Problem | Refused

/** A handler that is complete; its schemas stay visible for whoever documents the API. */
export interface Endpoint<Params, Who> {
  readonly reads: Reads<unknown, unknown>
  /**
   * Reads query and body, then settles what comes before the handler, and does nothing else yet: a part that is
   * malformed, or a refusal, is the answer.
   */
  readonly prepare: (request: Admitted<Params, Who>) => Promise<Problem | Refused | Ready>
}

/** What an endpoint reads beside its path. */
export interface Reads<Body, Query> {
  readonly body: BodyReader<Body>
  readonly query: z.ZodType<Query>
}

/** Neither query nor body: whatever is sent of them is refused. */
export const nothing = { body: noBody, query: z.strictObject({}) } as const

/** Makes an endpoint from what it reads and the function that answers, with `load` and `permit` before it or without. */
export function endpoint<Params, Who, Body, Query>(
  reads: Reads<Body, Query>,
  next: Handle<Call<Params, Who, Body, Query>> | Guarded<Call<Params, Who, Body, Query>>,
): Endpoint<Params, Who> {
  return {
    reads,
    async prepare(request) {
      const query = accept("query", reads.query, queryOf(request.c.req.raw))
      if (!query.ok) return query.problem
      const body = await reads.body.read(request.c.req.raw)
      if (!body.ok) return body.problem
      return settle(next, { ...request, query: query.value, body: body.value })
    },
  }
}

/** Query parameters by name; one that is repeated is a list, which no schema here takes. */
function queryOf(request: Request): Record<string, string | string[]> {
  const { searchParams } = new URL(request.url)
  return Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => {
      const values = searchParams.getAll(name)
      return [name, values.length === 1 ? (values[0] ?? "") : values]
    }),
  )
}
