/** The whole sample API over a table of its own: real events in, real answers out. */
import { createAdministration } from "@claimgate/admin"
import { catalog, routes } from "@claimgate/catalog"
import { ClaimgateError, encodeClaim, encodePath, expand, resolveRoute } from "@claimgate/core"
import { createMemoryStore, type PermissionStore } from "@claimgate/store"
import { createHandlers } from "../src/api/handlers.ts"
import { createBackend } from "../src/app.ts"
import { createMemoryCache } from "../src/cache/memory-cache.ts"
import { createHoldingsReader } from "../src/cache/reader.ts"
import { createData } from "../src/data/data.ts"
import type { Table } from "../src/data/table.ts"
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

export interface Api extends ApiOverTable {
  readonly dynalite: Dynalite
  stop(): Promise<void>
}

export interface ApiOverTable {
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
  /** Whose sessions were ended, in order. */
  readonly signedOut: readonly string[]
  /** From now on the user pool does not answer. */
  failPool(): void
}

export const subject = "11111111-1111-4111-8111-111111111111"

export async function startApi(door: DoorName = "hybrid"): Promise<Api> {
  const dynalite = await startDynalite()
  return { ...(await createApi(dynalite, door)), dynalite, stop: () => dynalite.stop() }
}

/** The same over a table that is there already, or that nobody asks for anything. */
export async function createApi(table: Table, door: DoorName = "hybrid"): Promise<ApiOverTable> {
  let milliseconds = today * 1000
  const now = () => milliseconds++
  const store = createMemoryStore({ now })
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
  const newId = () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`
  const signedOut: string[] = []
  let poolFails = false
  const signOut = async (who: string) => {
    if (poolFails) throw new ClaimgateError("dependency_failed", "user pool: no answer")
    signedOut.push(who)
  }
  const form = "packed"
  const administration = createAdministration({ store: counted, catalog, form })
  const run = createLambda(
    createBackend({
      routes,
      handlers: createHandlers({
        ...{ catalog, now, newId, form, administration, signOut },
        data: createData(table),
        store: counted,
      }),
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
    store,
    log,
    signedOut,
    failPool() {
      poolFails = true
    },
    reads: () => reads,
    call,
    send: (request, body, visitor = {}) =>
      call(request, { headers: { "content-type": "application/json" }, body: JSON.stringify(body), visitor }),
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
