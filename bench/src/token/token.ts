/** From a token to a decision on GitHub's catalog, against the one thing that nobody gets around: the signature. */
import { fileURLToPath } from "node:url"
import { type Catalog, compileCatalog, encodeClaim, type RouteId, routeNamed } from "@claimgate/core"
import { routeSet } from "../../../packages/core/src/route-set.ts"
import { vendorCatalog } from "../../../packages/core/test/catalogs.ts"
import { plainRoles, ruggedRoles } from "../../../packages/core/test/role-shapes.ts"
import type { Bar, Effort, Outcome } from "../part.ts"
import type { Timing } from "../rounds.ts"
import { quietest } from "../statistics.ts"
import { withWorker } from "../worker.ts"
import { createSigner } from "./cognito-token.ts"
import { names } from "./names.ts"
import type { Task } from "./process.ts"

const plans = {
  full: { tokens: 300, processes: 5, rounds: 25 },
  quick: { tokens: 50, processes: 1, rounds: 3 },
}

/** Every token's holder may make it. */
const request = {
  requestId: "JKJaXmPLvHcESHA=",
  method: "GET",
  path: "/repos/claimgate/claimgate/issues/4711",
  gatewayRoute: "GET /repos/{owner}/{repo}/issues/{issue_number}",
}

export async function measureToken(effort: Effort): Promise<Outcome> {
  const { tokens, processes, rounds } = plans[effort]
  const task = createTask(tokens, rounds)
  const reports: Timing[] = []
  await withWorker(fileURLToPath(new URL("./process.ts", import.meta.url)), async (run) => {
    for (let process = 0; process < processes; process++)
      // What process.ts prints is what it declares.
      reports.push(...((await run(task)) as Timing[]))
  })
  const timeOf = (name: string) =>
    quietest(reports.filter((one) => one.name === name).map((one) => one.nanoseconds))
  const floor = timeOf(names.floor)
  return {
    tables: [
      {
        title: "Token: microseconds from a token to its claims, or with claimgate to the decision",
        columns: ["who", "µs", "× one verification"],
        rows: Object.values(names).map((name) => [name, timeOf(name) / 1000, timeOf(name) / floor]),
      },
    ],
    bars: [
      atMost("authorizer, token seen before", 0.15, timeOf(names.seen) / floor),
      atMost("authorizer, first sight, known claim", 2.2, timeOf(names.knownClaim) / floor),
      atMost("authorizer, first sight, new claim", 4, timeOf(names.newClaim) / floor),
    ],
    pictures: {},
  }
}

function createTask(tokens: number, rounds: number): Task {
  const catalog = vendorCatalog("github")
  const signer = createSigner()
  const claims = claimsOf(catalog).slice(0, tokens)
  if (claims.length < tokens) throw new Error(`expected ${tokens} different claims, got ${claims.length}`)
  return {
    compiled: compileCatalog(catalog),
    key: signer.key,
    alike: claims.map(() => signer.token(claims[0] ?? "")),
    different: claims.map((claim) => signer.token(claim)),
    request,
    rounds,
  }
}

/** Different claims of role-shaped sets, each with the one route in it that is asked for. */
function claimsOf(catalog: Catalog): string[] {
  const asked = routeNamed(catalog, request.gatewayRoute)
  if (asked === undefined) throw new Error(`expected a route \`${request.gatewayRoute}\``)
  const encode = (ids: readonly RouteId[]) =>
    encodeClaim(catalog, routeSet(catalog.routes.length, [...ids, asked]))
  const roles = [...plainRoles(catalog), ...ruggedRoles(catalog)].map(({ ids }) => encode(ids))
  const all = [...new Set(roles)]
  // Every fifth of them, again and again from the next, so that a few hundred hold some of every shape.
  return [0, 1, 2, 3, 4].flatMap((offset) => all.filter((_, index) => index % 5 === offset))
}

function atMost(what: string, bar: number, measured: number): Bar {
  return { what, sense: "at most", bar, measured, unit: "× one RSA verification" }
}
