/** The sequence of requests that every door gets: who asks for what, drawn by popularity, the same each time. */
import type { Sent } from "./client.ts"
import type { Subject } from "./population.ts"
import type { Asked } from "./routes.ts"
import { createRandom, createZipf } from "./zipf.ts"

/** One request, and what must become of it wherever it is sent. */
export interface Request extends Sent {
  readonly allowed: boolean
}

/** Draws that many requests; subjects, routes and paths each by their place in the list, from the same seed alike. */
export function drawRequests(
  subjects: readonly Subject[],
  routes: readonly Asked[],
  count: number,
  seed: number,
): readonly Request[] {
  const random = createRandom(seed)
  const nextSubject = createZipf(subjects, random)
  const nextRoute = createZipf(routes, random)
  const nextPath = new Map(routes.map((route) => [route, createZipf(route.paths, random)]))
  return Array.from({ length: count }, () => {
    const { token, holds } = nextSubject()
    const asked = nextRoute()
    const path = nextPath.get(asked)?.() ?? ""
    const { method, body } = asked
    return { method, path, token, allowed: holds(asked.route), ...(body && { body }) }
  })
}
