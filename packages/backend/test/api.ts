/** The whole sample API over a table of its own: real events in, real answers out. */
import { catalog, routes } from "@claimgate/catalog"
import { encodePath, resolveRoute } from "@claimgate/core"
import { createMemoryStore, type PermissionStore } from "@claimgate/store"
import { createHandlers } from "../src/api/handlers.ts"
import { createBackend } from "../src/app.ts"
import { createData } from "../src/data/data.ts"
import { createLambda } from "../src/lambda.ts"
import type { LogEntry } from "../src/log.ts"
import { type Dynalite, startDynalite } from "./dynalite.ts"
import { allowedTo, eventOf, type Sent, today } from "./event.ts"

/** An answer's body, with the fields that tests look into; a field that is not there is undefined, and fails them. */
export interface Json {
  readonly [field: string]: unknown
  readonly id: string
  readonly name: string
  readonly text: string
  readonly updatedAt: string
  readonly detail: string
  readonly items: readonly Json[]
  readonly cursor: string | undefined
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  /** Empty where the answer is no JSON. */
  readonly json: Json
}

export interface Api {
  readonly dynalite: Dynalite
  readonly store: PermissionStore
  readonly log: LogEntry[]
  /** Sends a request as an administrator whose token is current, unless told otherwise. */
  call(request: string, more?: Partial<Sent>): Promise<Reply>
  /** The same with a body of JSON. */
  send(request: string, body: unknown): Promise<Reply>
  stop(): Promise<void>
}

export const subject = "11111111-1111-4111-8111-111111111111"

export async function startApi(): Promise<Api> {
  const dynalite = await startDynalite()
  const store = createMemoryStore()
  await store.putMember({ subject, roles: ["admin"], permissions: [], disabled: false }, 0)
  const log: LogEntry[] = []
  let ids = 0
  let milliseconds = today * 1000
  const now = () => milliseconds++
  const newId = () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`
  const run = createLambda(
    createBackend({
      routes,
      handlers: createHandlers({ data: createData(dynalite), catalog, now, newId }),
      catalog,
      store,
      strategy: "hybrid",
      log: (entry) => log.push(entry),
      now,
    }),
  )
  const call: Api["call"] = async (request, more = {}) => {
    const answer = await run(eventOf({ context: administrator(request), ...more, request }))
    const text = answer.body
    const isJson = /json$/.test(String(answer.headers?.["content-type"])) && text !== ""
    const json = isJson ? JSON.parse(text) : {}
    return { status: answer.statusCode, headers: answer.headers ?? {}, text, json }
  }
  return {
    dynalite,
    store,
    log,
    call,
    send: (request, body) =>
      call(request, { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    stop: () => dynalite.stop(),
  }
}

function administrator(request: string): unknown {
  const [method = "", target = ""] = request.split(" ")
  const resolved = resolveRoute(catalog, method, encodePath(target.split("?")[0] ?? ""))
  const route = resolved.ok ? catalog.routes[resolved.route] : undefined
  return allowedTo(route && `${route.method} ${route.path}`, { subject, roles: "admin", epoch: "0.1.0" })
}
