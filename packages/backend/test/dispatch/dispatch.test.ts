/**
 * The property that matters: when the authorizer lets a request through on a route, the backend runs the handler of that
 * very route or refuses. Whatever the path is spelled like, by whichever gateway it comes, and also when that gateway
 * takes it for another route than anybody else would.
 */

import { hasRoute, methods, routeNamed } from "@claimgate/core"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { filledIn, twisted } from "../../../core/test/any-path.ts"
import { type Asked, createStage, type Journey, type Meddle, type Stage } from "./journey.ts"
import { roads } from "./roads.ts"
import { tables } from "./tables.ts"

/** The environment raises it: a million with `CLAIMGATE_FUZZ=10000000`. */
const cases = process.env.CLAIMGATE_FUZZ === undefined ? 20_000 : Number(process.env.CLAIMGATE_FUZZ) / 10
const ways = Object.entries(tables).flatMap(([table]) => Object.keys(roads).map((road) => ({ table, road })))
const perWay = Math.ceil(cases / ways.length)

/** Mostly a path of some route with its own method, changed a little or not at all. */
function requestsTo({ catalog, people }: Stage): fc.Arbitrary<Asked> {
  const method = fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom<string>(...methods, "TRACE", "get") },
  )
  const near = fc.constantFrom(...catalog.routes).chain((route) =>
    fc.record({ method, path: twisted(filledIn(route.path)) }).map((asked) => ({
      path: asked.path,
      method: asked.method ?? route.method,
    })),
  )
  // Mostly somebody who may.
  const person = fc.constantFrom(0, 0, ...people.keys())
  return fc.tuple(near, person, fc.nat()).map(([request, who, any]) => ({ ...request, person: who, any }))
}

/** What is wrong with what became of a request, if anything is. */
function wrongWith({ catalog }: Stage, { person, meant, allowed, ran, status }: Journey): string | undefined {
  const [handler] = ran
  if ((status ?? 400) >= 500) return `status ${status}`
  if (handler === undefined) return allowed !== undefined && allowed === meant ? "kept out" : undefined
  if (ran.length > 1) return "two handlers ran"
  if (handler !== meant) return `the handler of ${handler} ran, and the path means ${meant}`
  const id = routeNamed(catalog, handler)
  const route = id === undefined ? undefined : catalog.routes[id]
  if (route?.access === "public") return undefined
  if (handler !== allowed) return `the handler of ${handler} ran, and ${allowed} was allowed`
  if (route?.access === "granted" && !hasRoute(person.held, route.id))
    return `${handler} ran, and is not held`
  return undefined
}

describe(`a request runs the handler of the route that it was let through on, or none: ${cases} requests`, () => {
  const seen = { requests: 0, letThrough: 0, handlers: new Set<string>() }
  for (const { table, road } of ways)
    it(`to ${table}, by way of ${road}`, { timeout: 15_000 + perWay * 20 }, async () => {
      const stage = await createStage(tables[table]!, roads[road]!)
      const holds = fc.asyncProperty(requestsTo(stage), async (asked) => {
        const journey = await stage.send(asked)
        seen.requests++
        if (journey.allowed !== undefined) seen.letThrough++
        for (const handler of journey.ran) seen.handlers.add(`${table}: ${handler}`)
        const wrong = wrongWith(stage, journey)
        if (wrong !== undefined) expect.fail(wrong)
      })
      await fc.assert(holds, { numRuns: perWay })
    })

  it("at least a fifth of them was let through, and a fifth kept out", () => {
    expect(seen.letThrough / seen.requests).toBeGreaterThan(0.2)
    expect(seen.letThrough / seen.requests).toBeLessThan(0.8)
  })

  it.each(Object.entries(tables))("every handler of %s has run", (table, routes) => {
    const ran = new Set([...seen.handlers].map((handler) => handler.replace(/: \w+ /, ": ")))
    expect(Object.values(routes).filter(({ path }) => !ran.has(`${table}: ${path}`))).toEqual([])
  })
})

/** What the authorizer has allowed says nothing any more: the backend takes whatever it finds itself. */
const unheeded: Meddle = (context, meant) => ({ ...context, route: meant })

it.each(Object.entries(tables))(
  "the same property finds a backend that does not compare: %s",
  async (_, table) => {
    const stage = await createStage(table, roads["an HTTP API that takes any route for any path"]!, unheeded)
    const right = fc.asyncProperty(
      requestsTo(stage),
      async (asked) => wrongWith(stage, await stage.send(asked)) === undefined,
    )
    // A seed, so that what is found today is found tomorrow.
    const { failed } = await fc.check(right, { numRuns: 1_000, seed: 1, endOnFailure: true })
    expect(failed).toBe(true)
  },
)
