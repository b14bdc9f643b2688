/** What the comparison asks for, most popular first: reads and writes of every freshness that the API has. */
import { routes } from "@claimgate/catalog"
import type { Freshness } from "@claimgate/core"
import type { SampleData } from "./sample-data.ts"

/** A route, and the paths by which the workload asks for it, most popular first. */
export interface Asked {
  /** `GET /api/reports/{id}` */
  readonly route: string
  readonly method: string
  readonly freshness: Freshness
  readonly paths: readonly string[]
  /** As JSON. */
  readonly body?: object
}

/** None of them leaves anything behind that another one would have to read. */
export function askedRoutes({ reports, devices, users }: SampleData): readonly Asked[] {
  return [
    asked("listReports", ["/api/reports"]),
    asked("getReport", pathsTo("reports", reports)),
    asked("listDevices", ["/api/devices"]),
    asked("getDevice", pathsTo("devices", devices)),
    asked("sendCommand", pathsTo("devices", devices, "/commands"), { name: "restart" }),
    asked("listUsers", ["/api/users"]),
    asked("getUser", pathsTo("users", users)),
    asked("listComments", pathsTo("reports", reports, "/comments")),
    // Gone already: whoever may remove devices is told that there is none.
    asked("removeDevice", ["/api/devices/none"]),
    asked("exportUsers", ["/api/users/export"]),
  ]
}

function asked(name: keyof typeof routes, paths: readonly string[], body?: object): Asked {
  const { route, method, freshness } = routes[name]
  return { route, method, freshness, paths, ...(body && { body }) }
}

function pathsTo(collection: string, ids: readonly string[], rest = ""): string[] {
  return ids.map((id) => `/api/${collection}/${id}${rest}`)
}
