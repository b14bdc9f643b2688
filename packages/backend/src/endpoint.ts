/** What a handler is: the shape of what it reads, and the function that answers. */
import type { Holdings } from "@claimgate/store"
import type { Context } from "hono"
import * as z from "zod"
import { accept, type BodyReader, noBody } from "./body.ts"
import type { Problem } from "./problem.ts"

/** What Hono carries for us: the event as the gateway sent it. */
export interface Bindings {
  readonly event: unknown
}

/** A request that passed the gate, before its query and body are read. */
export interface Admitted<Params, Who> {
  /** Undefined on public routes. */
  readonly caller: Who
  readonly params: Params
  /**
   * What the subject holds: as the gate read it, or else read now. Throws like `PermissionStore.load`, and
   * `internal` on public routes.
   */
  readonly holdings: () => Promise<Holdings>
  readonly c: Context<{ Bindings: Bindings }>
}

/** All that a handler gets. */
export interface Call<Params, Who, Body, Query> extends Admitted<Params, Who> {
  readonly body: Body
  readonly query: Query
}

export type Answer = Response | Problem

/** A handler that is complete; its schemas stay visible for whoever documents the API. */
export interface Endpoint<Params, Who> {
  readonly reads: Reads<unknown, unknown>
  /** Reads query and body, then answers; a part that is malformed is the answer, and nothing is done. */
  readonly run: (request: Admitted<Params, Who>) => Promise<Answer>
}

/** What an endpoint reads beside its path. */
export interface Reads<Body, Query> {
  readonly body: BodyReader<Body>
  readonly query: z.ZodType<Query>
}

/** Neither query nor body: whatever is sent of them is refused. */
export const nothing = { body: noBody, query: z.strictObject({}) } as const

/** Makes an endpoint from what it reads and the function that answers. */
export function endpoint<Params, Who, Body, Query>(
  reads: Reads<Body, Query>,
  handle: (call: Call<Params, Who, Body, Query>) => Answer | Promise<Answer>,
): Endpoint<Params, Who> {
  return {
    reads,
    async run(request) {
      const query = accept("query", reads.query, queryOf(request.c.req.raw))
      if (!query.ok) return query.problem
      const body = await reads.body.read(request.c.req.raw)
      if (!body.ok) return body.problem
      return handle({ ...request, query: query.value, body: body.value })
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
