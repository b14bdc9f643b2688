/** A door's gateway: what the catalog package plans for the route table, deployed to a stand-in. */
import { planCognitoApi, planHttpApi, planJwtApi, planRestApi } from "@claimgate/catalog/gateway"
import { methods, type Routes } from "@claimgate/core"
import { type DoorName, doors, webOrigin } from "./doors.ts"
import type { LambdaFunction } from "./function.ts"
import type { CorsConfig } from "./gateway/cors.ts"
import type { Gateway, GatewayDeps } from "./gateway/gateway.ts"
import { createHttpApi, type HttpApiConfig } from "./gateway/http-api.ts"
import type { Header } from "./gateway/http-message.ts"
import { createRestApi, type RestApiConfig } from "./gateway/rest-api.ts"
import { issuer, region, webClientId } from "./identity.ts"
import { machine } from "./subjects.ts"

/** What stands behind a gateway. */
export interface Behind {
  readonly authorizer: LambdaFunction | undefined
  readonly backend: LambdaFunction
  /** Where the user pool publishes its keys. */
  readonly jwksUri: string
}

/** The one stage of each REST API here. */
export const restStage = "local"

/** Deploys a route table to a door's gateway; throws `malformed_configuration` where AWS would not take it. */
export function deployDoor(door: DoorName, table: Routes, behind: Behind, deps: GatewayDeps): Gateway {
  // Letters and digits, as AWS gives ids: authorizers read ARNs by that.
  const id = { id: door.replace("-", ""), region }
  if (doors[door].gateway === "REST API")
    return createRestApi({ ...id, ...restApi(door, table, behind), preflight }, deps)
  return createHttpApi({ ...id, ...httpApi(table, behind), cors }, deps)
}

type HttpApiParts = Pick<HttpApiConfig, "routes" | "authorizers">

function httpApi(table: Routes, { authorizer, backend, jwksUri }: Behind): HttpApiParts {
  if (authorizer === undefined) {
    const { routes, identitySources } = planJwtApi(table)
    const [identitySource] = identitySources
    const audiences = [webClientId, machine.id]
    const check = { kind: "jwt", issuer, audiences, jwksUri, identitySource } as const
    return { routes: routesTo(backend, routes), authorizers: { check } }
  }
  const { routes, identitySources, ttlSeconds } = planHttpApi(table)
  const lambda = { kind: "lambda", function: authorizer, response: "simple" } as const
  return {
    routes: routesTo(backend, routes),
    authorizers: { check: { ...lambda, identitySources, ttlSeconds } },
  }
}

type RestApiParts = Pick<RestApiConfig, "stage" | "routes" | "authorizers" | "gatewayResponses">

function restApi(door: DoorName, table: Routes, { authorizer, backend, jwksUri }: Behind): RestApiParts {
  const origin = { allowOrigin: webOrigin }
  if (authorizer === undefined) {
    const { routes, identitySources, gatewayResponses } = planCognitoApi(table, { ...origin, scopes })
    const [identitySource] = identitySources
    const check = { kind: "COGNITO_USER_POOLS", pools: [{ issuer, jwksUri }], identitySource } as const
    return {
      stage: restStage,
      routes: routesTo(backend, routes),
      authorizers: { check },
      gatewayResponses,
    }
  }
  const { routes, identitySources, ttlSeconds, gatewayResponses } = planRestApi(table, {
    ...origin,
    ttlSeconds: doors[door].ttlSeconds,
  })
  const check = { kind: "REQUEST", function: authorizer, identitySources, ttlSeconds } as const
  return { stage: restStage, routes: routesTo(backend, routes), authorizers: { check }, gatewayResponses }
}

/** What people's access tokens have who signed in without a hosted page, and what the machine's have. */
const scopes = ["aws.cognito.signin.user.admin", machine.scope]

interface Planned {
  readonly routeKey: string
  readonly authorized: boolean
  readonly scopes?: readonly string[]
}

function routesTo(integration: LambdaFunction, planned: readonly Planned[]) {
  return planned.map(({ routeKey, authorized, scopes }) => ({
    routeKey,
    integration,
    ...(authorized ? { authorizer: "check" } : {}),
    ...(scopes === undefined ? {} : { scopes }),
  }))
}

const allowHeaders = ["authorization", "content-type", "idempotency-key"]

/** As infra/cors.ts has it. */
const cors: CorsConfig = {
  allowOrigins: [webOrigin],
  allowMethods: ["*"],
  allowHeaders,
  exposeHeaders: ["retry-after", "www-authenticate", "x-claimgate-refresh"],
}

/** As infra/rest-preflight.ts has it: the same to whomever asks. */
const preflight: readonly Header[] = [
  ["access-control-allow-origin", webOrigin],
  ["access-control-allow-headers", allowHeaders.join(",")],
  ["access-control-allow-methods", methods.join(",")],
  ["access-control-max-age", "3600"],
]
