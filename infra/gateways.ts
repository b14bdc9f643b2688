/** Front doors. Which routes there are, and what may be cached, is computed by the catalog package. */
import { planHttpApi } from "@claimgate/catalog/gateway"
import { routes } from "@claimgate/catalog/routes"
import { httpAuthorizer } from "./authorizers"
import { backend } from "./backend"

const plan = planHttpApi(routes)

export const httpApi = new sst.aws.ApiGatewayV2("HttpApi", {
  cors: { allowHeaders: ["authorization", "content-type"], exposeHeaders: ["x-claimgate-refresh"] },
})

const authorizer = httpApi.addAuthorizer({
  name: "Claims",
  lambda: {
    function: httpAuthorizer.arn,
    payload: "2.0",
    response: "simple",
    ttl: `${plan.ttlSeconds} seconds`,
    identitySources: [...plan.identitySources],
  },
})

// Lambda's resource policy holds about 55 statements, and SST's own route() writes one for each route: so there is
// one integration and one permission here for all of them.
const integration = new aws.apigatewayv2.Integration("HttpApiBackend", {
  apiId: httpApi.nodes.api.id,
  integrationType: "AWS_PROXY",
  integrationUri: backend.arn,
  payloadFormatVersion: "2.0",
})

new aws.lambda.Permission("HttpApiInvokesBackend", {
  action: "lambda:InvokeFunction",
  function: backend.arn,
  principal: "apigateway.amazonaws.com",
  sourceArn: $interpolate`${httpApi.nodes.api.executionArn}/*/*`,
})

for (const { name, routeKey, authorized } of plan.routes)
  new aws.apigatewayv2.Route(`HttpApi-${name}`, {
    apiId: httpApi.nodes.api.id,
    routeKey,
    target: $interpolate`integrations/${integration.id}`,
    ...(authorized
      ? { authorizationType: "CUSTOM", authorizerId: authorizer.id }
      : { authorizationType: "NONE" }),
  })
