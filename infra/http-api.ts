/** Front doors that are HTTP APIs. Which routes there are, and what may be cached, the catalog package computes. */
import { planHttpApi, planJwtApi } from "@claimgate/catalog/gateway"
import { routes } from "@claimgate/catalog/routes"
import { createAuthorizer } from "./authorizers.ts"
import { createBackend } from "./backend.ts"
import { config, domainOf } from "./config.ts"
import { cors } from "./cors.ts"
import { type DoorName, doors } from "./doors.ts"
import type { FrontDoor } from "./front-door.ts"
import { clientIds, issuer } from "./tokens.ts"

type Api = sst.aws.ApiGatewayV2

/** How an API's routes are guarded. */
interface Gate {
  readonly routes: readonly { name: string; routeKey: string; authorized: boolean }[]
  readonly authorizationType: "CUSTOM" | "JWT"
  readonly authorizer: aws.apigatewayv2.Authorizer
  readonly functions: { readonly authorizer?: sst.aws.Function }
  readonly parts: FrontDoor["parts"]
}

export function createHttpApi(name: DoorName): FrontDoor {
  const { prefix, strategy } = doors[name]
  const api = new sst.aws.ApiGatewayV2(`${prefix}Api`, { cors, domain: domainOf(name) })
  const gate = strategy === "backend" ? guardedByGateway(api) : guardedByFunction(name, api)
  const backend = createBackend(name)
  return {
    name,
    url: api.url,
    functions: { ...gate.functions, backend },
    parts: [...gate.parts, ...createRoutes(name, api, gate, backend)],
  }
}

// With pages of other origins, a route for every path must leave their preflights to the gateway.
const layout =
  config.layout === "proxy" ? ({ layout: "proxy", openPreflights: cors !== false } as const) : ({} as const)

/** With a Lambda authorizer that gives the simple answer. */
function guardedByFunction(name: DoorName, api: Api): Gate {
  const plan =
    name === "claims" && config.claimsTtl > 0
      ? planHttpApi(routes, { strategy: "claims", ttlSeconds: config.claimsTtl })
      : planHttpApi(routes, layout)
  const check = createAuthorizer(name)
  const { authorizer } = api.addAuthorizer({
    name: "Token",
    lambda: {
      function: check.arn,
      payload: "2.0",
      response: "simple",
      ttl: `${plan.ttlSeconds} seconds`,
      identitySources: [...plan.identitySources],
    },
  }).nodes
  return {
    routes: plan.routes,
    authorizationType: "CUSTOM",
    authorizer,
    functions: { authorizer: check },
    parts: [check.nodes.function],
  }
}

/** With the gateway's own JWT authorizer; the backend decides. */
function guardedByGateway(api: Api): Gate {
  const plan = planJwtApi(routes, layout)
  const [identitySource] = plan.identitySources
  const { authorizer } = api.addAuthorizer({
    name: "Token",
    jwt: { issuer, audiences: clientIds, identitySource },
  }).nodes
  return { routes: plan.routes, authorizationType: "JWT", authorizer, functions: {}, parts: [] }
}

function createRoutes(name: DoorName, api: Api, gate: Gate, backend: sst.aws.Function): FrontDoor["parts"] {
  const { prefix } = doors[name]
  const apiId = api.nodes.api.id
  const integration = createIntegration(prefix, api, backend)
  const authorized = { authorizationType: gate.authorizationType, authorizerId: gate.authorizer.id }
  const created = gate.routes.map(
    (route) =>
      new aws.apigatewayv2.Route(`${prefix}Api-${route.name}`, {
        apiId,
        routeKey: route.routeKey,
        target: $interpolate`integrations/${integration.id}`,
        ...(route.authorized ? authorized : { authorizationType: "NONE" }),
      }),
  )
  return [gate.authorizer, backend.nodes.function, ...created]
}

/**
 * Lambda's resource policy holds about 55 statements, and SST's own route() writes one for each route: so there is one
 * integration and one permission here for all of them.
 */
function createIntegration(
  prefix: string,
  api: Api,
  backend: sst.aws.Function,
): aws.apigatewayv2.Integration {
  new aws.lambda.Permission(`${prefix}ApiInvokesBackend`, {
    action: "lambda:InvokeFunction",
    function: backend.arn,
    principal: "apigateway.amazonaws.com",
    sourceArn: $interpolate`${api.nodes.api.executionArn}/*/*`,
  })
  return new aws.apigatewayv2.Integration(`${prefix}ApiBackend`, {
    apiId: api.nodes.api.id,
    integrationType: "AWS_PROXY",
    integrationUri: backend.arn,
    payloadFormatVersion: "2.0",
  })
}
