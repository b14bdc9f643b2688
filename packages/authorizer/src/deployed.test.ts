/** The lines that a deployed authorizer writes, as CloudWatch reads them. */
import type { Doubt, Refusal } from "@claimgate/core"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest"
import { captureStdout } from "../../../test/written/capture.ts"
import { type EmbeddedMetric, embeddedMetrics, formatMetric } from "../../core/test/embedded-metrics.ts"
import { type Deployed, startDeployed } from "../test/deployed.ts"
import { clientId, issuer } from "../test/issuer.ts"
import type { DecisionLog } from "./authorize.ts"
import { deployed } from "./deployed.ts"
import type { BadToken } from "./token.ts"

const lines: string[] = []
beforeEach(() => {
  lines.length = 0
  captureStdout(lines)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const of = "stage=test,service=hybrid-authorizer"
const timed = `took Milliseconds 0.5 {${of}}`

function metricsOf(entry: Partial<DecisionLog>): readonly string[] {
  const { log } = deployed(
    { issuer, clientIds: [clientId], tokenUse: "access" },
    { stage: "test", service: "hybrid-authorizer" },
  )
  log({
    ...{ event: "decision", requestId: "r", status: 200, decision: "allowed", subject: "ann" },
    ...{ method: "GET", path: "/api/users/7", route: "GET /api/users/{id}", took: 0.5 },
    ...entry,
  })
  return embeddedMetrics(lines.at(-1) ?? "").map(formatMetric)
}

describe("counted and timed is", () => {
  it("what was allowed, with the feed's age where it was asked", () => {
    expect(metricsOf({})).toEqual([`allowed Count 1 {${of}}`, timed])
    const aged = `feedAge Milliseconds 2500 {${of}}`
    expect(metricsOf({ feedAge: 2500 })).toEqual([`allowed Count 1 {${of}}`, timed, aged])
  })

  it("a failure, and never by its words", () => {
    const entry = { status: 500, decision: "failed", because: "signing keys: no answer" } as const
    expect(metricsOf(entry)).toEqual([`failed Count 1 {${of}}`, timed])
  })

  const doubts = {
    newer_route: true,
    unreadable_claim: true,
    stale_epoch: true,
    unreadable_epoch: true,
    feed_unavailable: true,
  } satisfies Record<Doubt, true>
  it.each(Object.keys(doubts))("a recheck, by its reason, too: %s", (because) => {
    expect(metricsOf({ decision: "recheck", because })).toEqual([
      `recheck Count 1 {${of}}`,
      timed,
      `recheck Count 1 {${of},because=${because}}`,
    ])
  })

  const reasons = {
    ...doubts,
    ...{ bad_path: true, no_route: true, no_permission: true },
    ...{ no_token: true, bad_scheme: true, too_long: true, malformed: true, bad_header: true },
    ...{ unknown_key: true, bad_signature: true, wrong_issuer: true, wrong_client: true, wrong_use: true },
    ...{ expired: true, not_yet_valid: true, no_expiry: true, lives_too_long: true, no_subject: true },
  } satisfies Record<Doubt | Refusal | BadToken, true>
  it.each(Object.keys(reasons))("a refusal, by its reason, too: %s", (because) => {
    expect(metricsOf({ status: 401, decision: "refused", because })).toEqual([
      `refused Count 1 {${of}}`,
      timed,
      `refused Count 1 {${of},because=${because}}`,
    ])
  })

  it("as many reasons as the comment beside it says", () => {
    expect(Object.keys(reasons)).toHaveLength(23)
  })
})

describe("the claims authorizer", () => {
  let around: Deployed
  beforeAll(async () => {
    around = await startDeployed()
  })
  afterAll(() => around.stop())
  beforeEach(() => {
    around.bind()
    captureStdout(lines)
  })

  const event = (path: string, authorization: string) => ({
    version: "2.0",
    type: "REQUEST",
    routeKey: "$default",
    rawPath: path,
    headers: { authorization },
    requestContext: { requestId: "req-1", http: { method: "GET", path } },
  })

  it("counts what it decides, and never under anything of the request or the token", async () => {
    const { handler } = await import("./claims-http/handler.ts")
    const authorization = around.authorization({ "custom:role": "keeper", email: "ann@example.com" })
    const ask = (path: string, with_ = authorization) => handler(event(path, with_)).catch(() => undefined)
    await ask("/api/users")
    await ask("/api/reports/secret-7")
    await ask("/no/such/route")
    await ask("/api/users", `${authorization.slice(0, -8)}AAAAAAAA`)
    await ask("/api/users", around.authorization({ exp: 1 }))
    const metrics = lines.flatMap(embeddedMetrics)
    expect(metrics.filter(({ unit }) => unit === "Count").map(({ name }) => name)).toContain("allowed")
    for (const { dimensions } of metrics) expect(Object.keys(dimensions)).toEqual(expectedKeys(dimensions))
    expect(lines).toHaveLength(5)
    const [, payload = "", signature = ""] = authorization.split(".")
    for (const private_ of [payload, signature.slice(0, 40), "keeper", "ann@example.com", "eyJ"])
      expect(lines.join("")).not.toContain(private_)
  })

  function expectedKeys({ because }: EmbeddedMetric["dimensions"]): readonly string[] {
    return because === undefined ? ["stage", "service"] : ["stage", "service", "because"]
  }

  it("decides the same when nothing can be written", async () => {
    vi.spyOn(process.stdout, "write").mockImplementation(() => {
      throw new Error("EPIPE")
    })
    const { handler } = await import("./claims-http/handler.ts")
    expect(await handler(event("/api/users", around.authorization()))).toMatchObject({ isAuthorized: true })
    await expect(handler(event("/api/users", "Bearer x"))).rejects.toThrow(/^Unauthorized$/)
  })
})
