/**
 * What a gateway must be told so that it can never let the wrong request through: its routes, which of them stand
 * behind the authorizer, and how long that one's answers are kept under which key. infra and the local gateways take it
 * from here, so neither can differ.
 *
 * INVARIANT: a cached answer holds for every request that shares its cache key
 * (packages/local/src/gateway/cached-answers.test.ts).
 */
export {
  type HttpApiOptions,
  type HttpApiPlan,
  type JwtApiPlan,
  type Layout,
  planHttpApi,
  planJwtApi,
  type ScopedRoute,
} from "./gateway/http-api.ts"
export type { GatewayResponse, GatewayResponses } from "./gateway/responses.ts"
export {
  type CognitoApiPlan,
  planCognitoApi,
  planRestApi,
  type RestApiOptions,
  type RestApiPlan,
} from "./gateway/rest-api.ts"
export type { CatalogGatewayRoute, GatewayRoute } from "./gateway/routes.ts"
