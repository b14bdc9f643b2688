/** Front doors that are REST APIs. Which methods there are, and what may be cached, the catalog package computes. */
import { planCognitoApi, planRestApi } from "@claimgate/catalog/gateway"
import { routes } from "@claimgate/catalog/routes"
import { createAuthorizer } from "./authorizers.ts"
import { createBackend } from "./backend.ts"
import { config, domainOf } from "./config.ts"
import { type DoorName, doors } from "./doors.ts"
import type { FrontDoor } from "./front-door.ts"
import { userPool } from "./identity.ts"
import { type Answers, createAnswers } from "./rest-answers.ts"
import { createMethods, type RestRoute } from "./rest-methods.ts"
import { scopes } from "./tokens.ts"

type Api = sst.aws.ApiGatewayV1

/** How an API's methods are guarded. */
interface Gate {
  readonly plan: { readonly routes: readonly RestRoute[]; readonly gatewayResponses: Answers }
  readonly authorization: "CUSTOM" | "COGNITO_USER_POOLS"
  readonly authorizer: aws.apigateway.Authorizer
  readonly functions: { readonly authorizer?: sst.aws.Function }
  readonly parts: FrontDoor["parts"]
}

export function createRestApi(name: DoorName): FrontDoor {
  const { prefix, strategy } = doors[name]
  const deployed: $util.Resource[] = []
  const triggers: Record<string, $util.Input<string>> = {}
  const api = new sst.aws.ApiGatewayV1(`${prefix}Api`, {
    endpoint: { type: "regional" },
    // SST would let any origin in.
    cors: false,
    domain: domainOf(name),
    transform: {
      // SST knows of routes only that its own route() added: a deployment of these waits for all of them, and is made
      // anew when they change.
      deployment(args, opts) {
        args.triggers = triggers
        opts.dependsOn = deployed
      },
    },
  })
  const { plan, parts, functions, ...guard } =
    strategy === "backend" ? guardedByGateway(api) : guardedByFunction(name, api)
  const backend = createBackend(name)
  deployed.push(guard.authorizer, ...createAnswers(prefix, api, plan.gatewayResponses))
  deployed.push(...createMethods(prefix, api, plan.routes, guard, backend))
  Object.assign(triggers, {
    plan: JSON.stringify(plan),
    authorizer: guard.authorizer.id,
    backend: backend.arn,
  })
  api.deploy()
  const stage = api.nodes.stage === undefined ? [] : [api.nodes.stage]
  return {
    name,
    url: api.url,
    functions: { ...functions, backend },
    parts: [...parts, backend.nodes.function, guard.authorizer, ...stage],
  }
}

const origin = { allowOrigin: config.corsOrigins[0] }

/** With a Lambda authorizer that answers with a policy. */
function guardedByFunction(name: DoorName, api: Api): Gate {
  const ttlSeconds = name === "cached" ? config.cachedTtl : config.claimsTtl
  const { layout, cachedBy, restAuthorizer } = config
  const plan =
    ttlSeconds > 0
      ? planRestApi(routes, { ...origin, ttlSeconds, cachedBy })
      : planRestApi(routes, { ...origin, layout, ttlSeconds: 0, authorizer: restAuthorizer })
  const check = createAuthorizer(name, { POLICY_RESOURCE: plan.policyResource })
  const { authorizer } = api.addAuthorizer({
    name: "Token",
    ...(plan.authorizer === "TOKEN" ? { tokenFunction: check.arn } : { requestFunction: check.arn }),
    // Unset, it would be 300.
    ttl: plan.ttlSeconds,
    identitySource: plan.identitySources.join(","),
  }).nodes
  return {
    plan,
    authorization: "CUSTOM",
    authorizer,
    functions: { authorizer: check },
    parts: [check.nodes.function],
  }
}

/** With the gateway's own Cognito authorizer; the backend decides. */
function guardedByGateway(api: Api): Gate {
  const plan = planCognitoApi(routes, { ...origin, layout: config.layout, scopes })
  const { authorizer } = api.addAuthorizer({
    name: "Token",
    userPools: [userPool.arn],
    ttl: 0,
    identitySource: plan.identitySources.join(","),
  }).nodes
  return { plan, authorization: "COGNITO_USER_POOLS", authorizer, functions: {}, parts: [] }
}
