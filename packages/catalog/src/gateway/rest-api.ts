/** REST API: with a Lambda authorizer that answers with policies, or with its own Cognito authorizer. */
import { ClaimgateError, type Routes } from "@claimgate/core"
import { type Layout, type ScopedRoute, withScopes } from "./http-api.ts"
import { checkRestApiResources } from "./quota.ts"
import { type GatewayResponses, gatewayResponses } from "./responses.ts"
import { behindProxy, type CatalogGatewayRoute, type GatewayRoute, oneForEach } from "./routes.ts"
import { withOneVariableEach } from "./siblings.ts"
import { parseTtl } from "./ttl.ts"

const token = "method.request.header.Authorization"
const method = "context.httpMethod"
const path = "context.path"
const resourcePath = "context.resourcePath"

/** What a REST API is told besides: the answers that it gives itself. */
interface Answers {
  readonly gatewayResponses: GatewayResponses
}

/**
 * What a REST API with a Lambda authorizer is told. `policyResource` is that function's `POLICY_RESOURCE`: a policy names
 * no more and no less than the requests under its cache key.
 */
export type RestApiPlan = Answers &
  (
    | {
        readonly authorizer: "TOKEN" | "REQUEST"
        readonly layout: "routes" | "proxy"
        readonly routes: readonly GatewayRoute[]
        /** Sent explicitly: AWS's own default is 300. */
        readonly ttlSeconds: 0
        readonly identitySources: readonly [typeof token]
        readonly policyResource: "path"
      }
    | {
        readonly authorizer: "REQUEST"
        readonly layout: "routes"
        readonly routes: readonly CatalogGatewayRoute[]
        /** 60 to 3,600. */
        readonly ttlSeconds: number
        readonly identitySources: readonly [typeof token, typeof method, typeof path]
        readonly policyResource: "path"
      }
    | {
        readonly authorizer: "REQUEST"
        readonly layout: "routes"
        readonly routes: readonly CatalogGatewayRoute[]
        /** 60 to 3,600. */
        readonly ttlSeconds: number
        readonly identitySources: readonly [typeof token, typeof method, typeof resourcePath]
        readonly policyResource: "resource"
      }
  )

/** The one origin whose pages may read the answers that the gateway gives itself. */
interface Origin {
  readonly allowOrigin?: string | undefined
}

export type RestApiOptions = Origin &
  (
    | (Layout & {
        /** `REQUEST` where it is left out. A TOKEN authorizer's answers are kept under the token alone: never here. */
        readonly authorizer?: "TOKEN" | "REQUEST"
        readonly ttlSeconds: 0
      })
    | {
        readonly quota?: number
        readonly layout?: "routes"
        readonly authorizer?: "REQUEST"
        /** 0, or 60 to 3,600; 300 where it is left out. */
        readonly ttlSeconds?: number
        /**
         * What an answer holds for: `resource`, which is the default, every path of a resource, so that few answers serve
         * many paths; or one `path`, for integrations that do not refuse a bad path themselves.
         */
        readonly cachedBy?: "resource" | "path"
      }
  )

/**
 * Plans the REST API of a route table, its Lambda authorizer and the cache for that one's answers; without options, a
 * REQUEST authorizer whose answers are kept for 300 seconds, one for each token, method and resource. Throws
 * `malformed_configuration` on a combination that is unsafe, on a table that no REST API can carry, and on more resources
 * than fit.
 */
export function planRestApi(routes: Routes, options: RestApiOptions = {}): RestApiPlan {
  // What the types keep apart, a program without types may put together.
  const {
    authorizer = "REQUEST",
    layout = "routes",
    ttlSeconds = 300,
    cachedBy = "resource",
  }: Loose = options
  const seconds = parseTtl(ttlSeconds)
  const answers = { gatewayResponses: gatewayResponses(options.allowOrigin) }
  if (seconds === 0)
    return {
      ...answers,
      authorizer,
      layout,
      routes: layOut(routes, options),
      ttlSeconds: 0,
      identitySources: [token],
      policyResource: "path",
    }
  if (layout !== "routes" || authorizer !== "REQUEST")
    throw new ClaimgateError(
      "malformed_configuration",
      "ttlSeconds: expected 0 but for a REQUEST authorizer with one gateway route per catalog route",
    )
  const each = withOneVariableEach(oneForEach(routes))
  checkRestApiResources(each, options.quota)
  const kept = { ...answers, authorizer, layout, routes: each, ttlSeconds: seconds }
  return cachedBy === "path"
    ? { ...kept, identitySources: [token, method, path], policyResource: "path" }
    : { ...kept, identitySources: [token, method, resourcePath], policyResource: "resource" }
}

interface Loose {
  readonly authorizer?: "TOKEN" | "REQUEST"
  readonly layout?: "routes" | "proxy"
  readonly ttlSeconds?: number
  readonly cachedBy?: "resource" | "path"
}

/** REST API with its Cognito authorizer: the gateway checks the token, the backend decides. Nothing is cached. */
export interface CognitoApiPlan extends Answers {
  readonly layout: "routes" | "proxy"
  readonly routes: readonly ScopedRoute[]
  readonly identitySources: readonly [typeof token]
}

/**
 * Plans a REST API with a Cognito authorizer. It takes access tokens that have one of `scopes`, by default the one that
 * users have who signed in without a hosted page; with none it takes ID tokens. Throws `malformed_configuration` as
 * `planRestApi` does.
 */
export function planCognitoApi(
  routes: Routes,
  options: Layout & Origin & { readonly scopes?: readonly string[] } = {},
): CognitoApiPlan {
  const { layout = "routes", scopes = ["aws.cognito.signin.user.admin"] } = options
  return {
    layout,
    routes: withScopes(layOut(routes, options), scopes),
    identitySources: [token],
    gatewayResponses: gatewayResponses(options.allowOrigin),
  }
}

/** Preflights are not the gateway's own here: `OPTIONS` is a method as any other. */
function layOut(routes: Routes, options: Pick<Layout, "layout" | "quota">): readonly GatewayRoute[] {
  const laidOut = withOneVariableEach<GatewayRoute>(
    options.layout === "proxy" ? behindProxy(routes, false) : oneForEach(routes),
  )
  checkRestApiResources(laidOut, options.quota)
  return laidOut
}
