/** One request from its gateway to the handler that ran, if one did: the real authorizer, then the real backend. */
import { type Catalog, createCatalog, type Routes } from "@claimgate/core"
import { createMemoryStore } from "@claimgate/store"
import { createAuthorize } from "../../../authorizer/src/authorize.ts"
import { claimSource } from "../../../authorizer/src/source.ts"
import { createReferenceMatch, encodeDecoded, objectionTo } from "../../../core/test/reference.ts"
import { createBackend } from "../../src/app.ts"
import type { Handlers } from "../../src/bind.ts"
import { createMemoryCache } from "../../src/cache/memory-cache.ts"
import { createHoldingsReader } from "../../src/cache/reader.ts"
import { endpoint, nothing } from "../../src/endpoint.ts"
import { createLambda } from "../../src/lambda.ts"
import { byTest } from "../attribution.ts"
import { createVerifier, type Person, peopleFor } from "./people.ts"
import type { CreateRoad, Sent } from "./roads.ts"

export interface Asked extends Omit<Sent, "authorization"> {
  /** Whose token it is. */
  readonly person: number
}

/** What became of a request. */
export interface Journey {
  readonly person: Person
  /** The route that the reference finds for the path as it arrived; undefined where it finds none, or refuses the path. */
  readonly meant: string | undefined
  /** The route that the authorizer let the request through on. */
  readonly allowed: string | undefined
  /** The routes whose handlers ran: one or none. */
  readonly ran: readonly string[]
  /** Undefined where no backend was asked. */
  readonly status: number | undefined
}

export interface Stage {
  readonly catalog: Catalog
  readonly people: readonly Person[]
  send(asked: Asked): Promise<Journey>
}

/** Changes what the authorizer tells the backend: for a stage that is one guard short. */
export type Meddle = (context: Readonly<Record<string, unknown>>, meant: string | undefined) => object

/** Sets up authorizer and backend of a table, behind a gateway. */
export async function createStage(
  table: Routes,
  createRoad: CreateRoad,
  meddle: Meddle = (context) => context,
): Promise<Stage> {
  const catalog = catalogOf(table)
  const people = peopleFor(catalog)
  const ran: string[] = []
  const authorize = createAuthorize({
    verify: createVerifier(),
    catalog,
    source: claimSource(catalog),
    onDoubt: "refuse",
    log: () => undefined,
    now: () => 0,
  })
  const road = createRoad(catalog, authorize)
  const store = createMemoryStore()
  for (const { subject, permissions } of people)
    if (subject !== "")
      await store.putMember({ subject, roles: [], permissions, disabled: false }, 0, byTest())
  const readHoldings = createHoldingsReader({
    store,
    cache: createMemoryCache({ now: Date.now }),
    now: Date.now,
  })
  const backend = createLambda(
    createBackend({
      routes: table,
      handlers: handlersThatTell(table, ran),
      ...{ catalog, door: road.door, readHoldings, log: () => undefined, now: Date.now },
    }),
    road.door.gateway,
  )
  const nameOf = (id: number) => {
    const route = catalog.routes[id]
    return route && `${route.method} ${route.path}`
  }
  const reference = createReferenceMatch(catalog.routes)
  const meantBy = (method: string, arrived: string) => {
    const path = road.door.gateway === "http-api" ? encodeDecoded(arrived) : arrived
    return path === undefined || objectionTo(path) !== undefined ? undefined : nameOf(reference(method, path))
  }
  return {
    catalog,
    people,
    async send({ person: which, ...sent }) {
      ran.length = 0
      const person = people[which % people.length]!
      const arrival = road.arrive({ ...sent, authorization: person.authorization })
      if (arrival === undefined)
        return { person, meant: undefined, allowed: undefined, ran: [], status: undefined }
      const meant = meantBy(sent.method, arrival.path)
      const context = await arrival.authorize()
      const allowed = typeof context?.route === "string" ? context.route : undefined
      // Without a context a request has come by a gateway route that asks no authorizer, as public ones do.
      const { statusCode } = await backend(arrival.event(context && { ...meddle(context, meant) }))
      return { person, meant, allowed, ran: [...ran], status: statusCode }
    },
  }
}

function catalogOf(table: Routes): Catalog {
  const routes = Object.values(table)
  const open = routes.filter(({ access }) => access !== "granted").map(({ route, access }) => [route, access])
  return createCatalog(
    routes.map(({ route }) => route),
    undefined,
    Object.fromEntries(open),
  )
}

function handlersThatTell(table: Routes, ran: string[]): Handlers<Routes> {
  return Object.fromEntries(
    Object.values(table).map(({ name, path }) => [
      name,
      endpoint(nothing, ({ c }) => {
        ran.push(`${c.req.method} ${path}`)
        return c.body(null, 204)
      }),
    ]),
  )
}
