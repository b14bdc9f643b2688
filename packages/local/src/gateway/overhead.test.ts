import { expect, it } from "vitest"
import { createHttpApi } from "./http-api.ts"
import { createRequest, type HttpRequest, type HttpResponse } from "./http-message.ts"
import { createRestApi } from "./rest-api.ts"
import { echo, scriptedFunction } from "./scripted-function.ts"

const routes = Array.from({ length: 300 }, (_, at) => `GET /things${at}/{id}/parts/{part}`)
const headers = { Authorization: `Bearer ${"x".repeat(1_500)}`, accept: "*/*", "user-agent": "test" }

async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 400; round++) {
    const start = performance.now()
    await work()
    times.push(performance.now() - start)
  }
  return times.sort((a, b) => a - b)[200] ?? Number.POSITIVE_INFINITY
}

const integration = echo("backend")
const allow = {
  principalId: "ada",
  policyDocument: { Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
}

const gateways: Readonly<
  Record<string, { handle(request: HttpRequest): Promise<HttpResponse>; target: string }>
> = {
  "HTTP API": {
    ...createHttpApi(
      {
        id: "api1",
        routes: routes.map((routeKey) => ({ routeKey, authorizer: "main", integration })),
        authorizers: {
          main: {
            kind: "lambda",
            function: scriptedFunction("authorizer", () => ({ isAuthorized: true })),
            identitySources: ["$request.header.Authorization"],
            response: "simple",
          },
        },
      },
      { now: Date.now },
    ),
    target: "/things299/1/parts/2?a=1&b=2",
  },
  "REST API": {
    ...createRestApi(
      {
        id: "api1",
        stage: "prod",
        routes: routes.map((routeKey) => ({ routeKey, authorizer: "main", integration })),
        authorizers: {
          main: { kind: "TOKEN", function: scriptedFunction("authorizer", () => allow), ttlSeconds: 0 },
        },
      },
      { now: Date.now },
    ),
    target: "/prod/things299/1/parts/2?a=1&b=2",
  },
}

// The bar is 1 ms over calling the handlers directly; here a call of both functions is part of what is measured.
it.each(Object.entries(gateways))(
  "an %s with 300 routes costs less than a millisecond per request",
  async (_, gateway) => {
    const request = createRequest("GET", gateway.target, { headers })
    expect((await gateway.handle(request)).status).toBe(200)
    expect(await median(() => gateway.handle(request))).toBeLessThan(1)
  },
)
