/** The whole sample API over a table of its own: real events in, real answers out. */
import { catalog, routes } from "@claimgate/catalog"
import { encodeClaim, encodePath, expand, resolveRoute } from "@claimgate/core"
import { createMemoryStore, type PermissionStore } from "@claimgate/store"
import { createHandlers } from "../src/api/handlers.ts"
import { createBackend } from "../src/app.ts"
import { createMemoryCache } from "../src/cache/memory-cache.ts"
import { createHoldingsReader } from "../src/cache/reader.ts"
import { createData } from "../src/data/data.ts"
import { createLambda } from "../src/lambda.ts"
import type { LogEntry } from "../src/log.ts"
import { byTest } from "./attribution.ts"
import { type DoorName, doors, eventThrough, type Visitor } from "./doors.ts"
import { type Dynalite, startDynalite } from "./dynalite.ts"
import { eventOf, type Sent, today } from "./event.ts"

/** An answer's body, with the fields that tests look into; a field that is not there is undefined, and fails them. */
export interface Json {
  readonly [field: string]: unknown
  readonly id: string
  readonly name: string
  readonly text: string
  readonly updatedAt: string
  readonly detail: string
  readonly reason: string
  readonly version: number
  readonly token: unknown
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
  /** Permission reads so far. */
  reads(): number
  /**
   * Sends a request as an administrator whose token is current, unless told otherwise; `context` is what an HTTP API's
   * authorizer left instead.
   */
  call(request: string, more?: Partial<Sent> & { readonly visitor?: Visitor }): Promise<Reply>
  /** The same with a body of JSON. */
  send(request: string, body: unknown, visitor?: Visitor): Promise<Reply>
  stop(): Promise<void>
}

export const subject = "11111111-1111-4111-8111-111111111111"

export async function startApi(door: DoorName = "hybrid"): Promise<Api> {
  const dynalite = await startDynalite()
  const store = createMemoryStore()
  let reads = 0
  const counted: PermissionStore = {
    ...store,
    load(...asked) {
      reads++
      return store.load(...asked)
    },
  }
  await store.putMember({ subject, roles: ["admin"], permissions: [], disabled: false }, 0, byTest())
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
      readHoldings: createHoldingsReader({ store: counted, cache: createMemoryCache({ now }), now }),
      door: doors[door],
      log: (entry) => log.push(entry),
      now,
    }),
    doors[door].gateway,
  )
  const call: Api["call"] = async (request, { visitor, ...more } = {}) => {
    const sent = { ...more, request }
    const event =
      "context" in more ? eventOf(sent) : eventThrough(door, sent, { ...administrator(request), ...visitor })
    const answer = await run(event)
    const text = answer.body
    const isJson = /json$/.test(String(answer.headers?.["content-type"])) && text !== ""
    const json = isJson ? JSON.parse(text) : {}
    return { status: answer.statusCode, headers: answer.headers, text, json }
  }
  return {
    dynalite,
    store,
    log,
    reads: () => reads,
    call,
    send: (request, body, visitor = {}) =>
      call(request, { headers: { "content-type": "application/json" }, body: JSON.stringify(body), visitor }),
    stop: () => dynalite.stop(),
  }
}

const everything = encodeClaim(catalog, expand(catalog, ["*:/**"]))

/** Let through to the route that the request asks for. */
function administrator(request: string): Visitor {
  const [method = "", target = ""] = request.split(" ")
  const resolved = resolveRoute(catalog, method, encodePath(target.split("?")[0] ?? ""))
  const route = resolved.ok ? catalog.routes[resolved.route] : undefined
  const named = route && `${route.method} ${route.path}`
  return { subject, roles: "admin", epoch: "0.1.0", claim: everything, route: named }
}
