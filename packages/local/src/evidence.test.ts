import { describe, expect, it } from "vitest"
import { createEvidence } from "./evidence.ts"
import type { RequestLogEntry } from "./gateway/request-log.ts"

describe("evidence", () => {
  const entry: RequestLogEntry = {
    api: "a",
    requestId: "r",
    method: "GET",
    path: "/",
    routeKey: null,
    status: 403,
    authorizer: "called",
    cache: "miss",
    storeReads: 0,
    error: "forbidden",
    milliseconds: { total: 1, authorizer: 1, integration: 0 },
  }

  it("waits for the line of who was called", async () => {
    const evidence = createEvidence(() => undefined)
    evidence.request(entry)
    const about = evidence.about("r")
    const line = JSON.stringify({ requestId: "r", decision: "refused", because: "no_permission" })
    setTimeout(() => evidence.line({ name: "claims-authorizer", role: "authorizer" }, line), 100)
    expect(await about).toBe("authorizer: refused, no_permission")
  })

  it("waits for nobody where only the gateway spoke", async () => {
    const evidence = createEvidence(() => undefined)
    evidence.request({ ...entry, authorizer: "none", error: "unauthorized" })
    const started = performance.now()
    expect(await evidence.about("r")).toBe("gateway: unauthorized")
    expect(performance.now() - started).toBeLessThan(100)
  })
})
