import { describe, expect, it } from "vitest"
import type { Subject } from "./population.ts"
import { askedRoutes } from "./routes.ts"
import { drawRequests } from "./workload.ts"

const subjects = ["ann", "ben", "cleo"].map(
  (token): Subject => ({
    subject: token,
    token,
    holds: (route) => token === "ann" || route.startsWith("GET "),
  }),
)
const routes = askedRoutes({ reports: ["r1", "r2"], devices: ["d1"], users: ["u1"] })

describe("the workload", () => {
  const requests = drawRequests(subjects, routes, 4000, 1)

  it("is the same for the same seed, longer where more is asked for", () => {
    expect(drawRequests(subjects, routes, 100, 1)).toEqual(requests.slice(0, 100))
    expect(drawRequests(subjects, routes, 100, 2)).not.toEqual(requests.slice(0, 100))
  })

  it("asks for every path of every route, by every subject, and knows what must become of it", () => {
    const paths = new Set(requests.map(({ method, path }) => `${method} ${path}`))
    expect(paths.size).toBe(routes.flatMap((route) => route.paths).length)
    expect(new Set(requests.map(({ token }) => token))).toEqual(new Set(["ann", "ben", "cleo"]))
    for (const { allowed, token, method } of requests)
      expect(allowed).toBe(token === "ann" || method === "GET")
  })

  it.each(["token", "now", { within: 30 }])("asks for routes of freshness %j", (freshness) => {
    expect(routes.map((route) => route.freshness)).toContainEqual(freshness)
  })
})
