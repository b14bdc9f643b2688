/** The resources of a REST API, one for each segment of a path, and the methods on them. */
import { config } from "./config.ts"
import { createPreflight } from "./rest-preflight.ts"

type Api = sst.aws.ApiGatewayV1

export interface RestRoute {
  readonly name: string
  /** `GET /api/users/{id}` */
  readonly routeKey: string
  readonly authorized: boolean
  readonly scopes?: readonly string[]
}

interface Guard {
  readonly authorization: string
  readonly authorizer: aws.apigateway.Authorizer
}

/**
 * Declares every route with its integration, and one permission for all of them: Lambda's resource policy has room for
 * about 55, and SST's own route() writes one for each. Answers with what a deployment has to wait for.
 */
export function createMethods(
  prefix: string,
  api: Api,
  routes: readonly RestRoute[],
  guard: Guard,
  backend: sst.aws.Function,
): readonly $util.Resource[] {
  const { id: restApi, executionArn } = api.nodes.api
  new aws.lambda.Permission(`${prefix}ApiInvokesBackend`, {
    action: "lambda:InvokeFunction",
    function: backend.arn,
    principal: "apigateway.amazonaws.com",
    sourceArn: $interpolate`${executionArn}/*/*`,
  })
  const resourceAt = createResources(prefix, api)
  const methods = routes.flatMap((route) => {
    const [httpMethod = "", path = ""] = route.routeKey.split(" ")
    const at = { restApi, resourceId: resourceAt(path), httpMethod }
    const method = new aws.apigateway.Method(`${prefix}Api-${route.name}`, {
      ...at,
      ...authorization(route, guard),
    })
    const integration = new aws.apigateway.Integration(
      `${prefix}Api-${route.name}-Backend`,
      { ...at, type: "AWS_PROXY", integrationHttpMethod: "POST", uri: backend.nodes.function.invokeArn },
      { dependsOn: [method] },
    )
    return [method, integration]
  })
  if (config.corsOrigins[0] === undefined) return methods
  return [
    ...methods,
    ...preflights(routes).flatMap((path) => createPreflight(prefix, restApi, path, resourceAt(path))),
  ]
}

function authorization({ authorized, scopes = [] }: RestRoute, { authorization, authorizer }: Guard) {
  if (!authorized) return { authorization: "NONE" }
  return {
    authorization,
    authorizerId: authorizer.id,
    ...(scopes.length > 0 ? { authorizationScopes: [...scopes] } : {}),
  }
}

/** Paths whose preflights no route of the API's own answers. */
function preflights(routes: readonly RestRoute[]): readonly string[] {
  const keys = new Set(routes.map(({ routeKey }) => routeKey))
  const paths = new Set(routes.map(({ routeKey }) => routeKey.slice(routeKey.indexOf(" ") + 1)))
  return [...paths].filter((path) => !keys.has(`OPTIONS ${path}`))
}

/** Answers with the id of the resource at a path; makes it, and those above it, where they are not there yet. */
function createResources(prefix: string, api: Api): (path: string) => $util.Output<string> {
  const { id: restApi, rootResourceId } = api.nodes.api
  const known = new Map<string, $util.Output<string>>([["/", rootResourceId]])
  const resourceAt = (path: string): $util.Output<string> => {
    const found = known.get(path)
    if (found !== undefined) return found
    const end = path.lastIndexOf("/")
    const { id } = new aws.apigateway.Resource(`${prefix}Api${path}`, {
      restApi,
      parentId: resourceAt(path.slice(0, end) || "/"),
      pathPart: path.slice(end + 1),
    })
    known.set(path, id)
    return id
  }
  return resourceAt
}
