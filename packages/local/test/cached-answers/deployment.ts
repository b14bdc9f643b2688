/** What a gateway is told, by plan or by hand, and the gateway that comes of it. */
import { type HttpApiPlan, planHttpApi, planRestApi, type RestApiPlan } from "@claimgate/catalog/gateway"
import type { Routes } from "@claimgate/core"
import type { Authorize } from "../../../authorizer/src/authorize.ts"
import { createHttpAuthorizer } from "../../../authorizer/src/http.ts"
import type { PolicyResource } from "../../../authorizer/src/policy.ts"
import { createRestAuthorizer } from "../../../authorizer/src/rest.ts"
import type { LambdaFunction } from "../../src/function.ts"
import type { Gateway, GatewayDeps } from "../../src/gateway/gateway.ts"
import { createHttpApi } from "../../src/gateway/http-api.ts"
import { createRestApi } from "../../src/gateway/rest-api.ts"

/** Everything about an API that decides which answer serves which request. */
export interface Deployment {
  readonly gateway: "HTTP" | "REST"
  readonly authorizer: "REQUEST" | "TOKEN"
  readonly routes: readonly { readonly routeKey: string; readonly authorized: boolean }[]
  readonly ttlSeconds: number
  readonly identitySources: readonly string[]
  readonly policyResource: PolicyResource
  /** Takes a guard out of the authorizer. */
  readonly weaken?: (authorize: Authorize) => Authorize
}

/** A deployment of a route table. */
export type Deploy = (routes: Routes) => Deployment

const http = (plan: HttpApiPlan): Deployment => ({
  gateway: "HTTP",
  authorizer: "REQUEST",
  policyResource: "path",
  ...plan,
})
const rest = (plan: RestApiPlan): Deployment => ({ gateway: "REST", ...plan })

/** All that gateway.ts can produce for a Lambda authorizer. */
export const planned: Readonly<Record<string, Deploy>> = {
  "HTTP API": (routes) => http(planHttpApi(routes)),
  "HTTP API, kept by route": (routes) => http(planHttpApi(routes, { strategy: "claims", ttlSeconds: 300 })),
  "HTTP API, kept by route for an hour": (routes) =>
    http(planHttpApi(routes, { strategy: "claims", ttlSeconds: 3600 })),
  "HTTP API behind a proxy": (routes) => http(planHttpApi(routes, { layout: "proxy" })),
  "HTTP API behind a proxy, open preflights": (routes) =>
    http(planHttpApi(routes, { layout: "proxy", openPreflights: true })),
  "REST API, kept by resource": (routes) => rest(planRestApi(routes)),
  "REST API, kept by resource for a minute": (routes) => rest(planRestApi(routes, { ttlSeconds: 60 })),
  "REST API, kept by path": (routes) => rest(planRestApi(routes, { cachedBy: "path" })),
  "REST API": (routes) => rest(planRestApi(routes, { ttlSeconds: 0 })),
  "REST API, TOKEN": (routes) => rest(planRestApi(routes, { ttlSeconds: 0, authorizer: "TOKEN" })),
  "REST API behind a proxy": (routes) => rest(planRestApi(routes, { ttlSeconds: 0, layout: "proxy" })),
  "REST API behind a proxy, TOKEN": (routes) =>
    rest(planRestApi(routes, { ttlSeconds: 0, layout: "proxy", authorizer: "TOKEN" })),
}

/** Whether answers are kept under what stands for a route, so that one answer serves all paths of it. */
export function isKeptByRoute({ ttlSeconds, identitySources }: Deployment): boolean {
  return ttlSeconds > 0 && identitySources.some((source) => /routeKey|resourcePath/.test(source))
}

/** Deploys it to the gateway's stand-in, with the real adapter before that authorizer. */
export function deploy(
  deployment: Deployment,
  authorize: Authorize,
  integration: LambdaFunction,
  deps: GatewayDeps,
): Gateway {
  const { gateway, ttlSeconds, identitySources, weaken = (same) => same } = deployment
  const routes = deployment.routes.map(({ routeKey, authorized }) => ({
    routeKey,
    integration,
    ...(authorized ? { authorizer: "main" } : {}),
  }))
  if (gateway === "HTTP") {
    const lambda = functionOf(createHttpAuthorizer(weaken(authorize)))
    const main = {
      kind: "lambda",
      function: lambda,
      identitySources,
      ttlSeconds,
      response: "simple",
    } as const
    return createHttpApi({ id: "api1", routes, authorizers: { main }, trace: false }, deps)
  }
  const lambda = functionOf(createRestAuthorizer(weaken(authorize), deployment.policyResource))
  const main =
    deployment.authorizer === "TOKEN"
      ? ({ kind: "TOKEN", function: lambda, ttlSeconds } as const)
      : ({ kind: "REQUEST", function: lambda, identitySources, ttlSeconds } as const)
  return createRestApi({ id: "api1", stage: "prod", routes, authorizers: { main }, trace: false }, deps)
}

/** A handler as a gateway calls it. */
function functionOf(handler: (event: unknown) => Promise<unknown>): LambdaFunction {
  return {
    name: "authorizer",
    async invoke(event) {
      try {
        return { ok: true, payload: await handler(event) }
      } catch (fault) {
        const errorMessage = fault instanceof Error ? fault.message : String(fault)
        return { ok: false, errorType: "Error", errorMessage }
      }
    },
  }
}
