/** What the load generator calls: allowed and refused, tokens good and bad, every freshness. */
import type { SampleData } from "../comparison/sample-data.ts"
import type { Call } from "./messages.ts"

/** Tokens by who has them. */
export type Askers = Readonly<Record<string, string>>

type Row = readonly [asker: string | undefined, asks: string, allowed: boolean]

/** Every call as often as every other. */
export function createCalls(askers: Askers, { reports, devices, users }: SampleData): readonly Call[] {
  const [report = "", device = "", user = ""] = [reports[0], devices[0], users[0]]
  const steady: readonly Row[] = [
    ["ann", "GET /api/users", true],
    ["ann", `GET /api/users/${user}`, true],
    ["ann", "GET /api/users/export", true],
    // Over what is there: a table that grows with the load would hide what grows beside it.
    ["ann", `PUT /api/reports/${report}`, true],
    ["ben", "GET /api/reports", true],
    ["ben", `GET /api/reports/${report}`, true],
    ["ben", `GET /api/reports/${report}/comments`, true],
    ["ben", "GET /api/users/export", false],
    ["ben", "DELETE /api/devices/none", false],
    ["ben", "GET /api/admin/members", false],
    ["cleo", `GET /api/devices/${device}`, true],
    ["cleo", "PUT /api/reports/none", true],
    ["cleo", "DELETE /api/reports/none", false],
    ["dan", "GET /api/me", true],
    ["dan", "GET /api/reports", false],
    ["dan", `POST /api/devices/${device}/commands`, false],
    ["forger", "GET /api/reports", false],
    ["nobody", "GET /api/reports", false],
    ["nobody", "GET /health", true],
    ["ann", "GET /api/users/%2e%2e", false],
    ["byRole", "GET /api/reports", true],
  ]
  const call = (permission: Call["permission"], [asker = "", asks, allowed]: Row): Call => {
    const [method = "", path = ""] = asks.split(" ")
    const token = askers[asker]
    return {
      ...{ method, path, permission, allowed },
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...((method === "POST" || method === "PUT") && { body: bodyOf(path) }),
    }
  }
  return [
    ...steady.map((row) => call("steady", row)),
    ...several(5, call("changed", ["byRole", "GET /api/devices", true])),
    ...several(3, call("changedNow", ["own", "DELETE /api/devices/none", true])),
  ]
}

function bodyOf(path: string): string {
  return JSON.stringify(
    path.endsWith("/commands") ? { name: "restart" } : { title: "Report", text: "All is well." },
  )
}

function several<T>(times: number, one: T): readonly T[] {
  return Array.from({ length: times }, () => one)
}
