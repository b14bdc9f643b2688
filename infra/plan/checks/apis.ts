/** Both kinds of API as one shape, so that one set of rules holds for both. */
import { ofType, type Plan, type Planned } from "../plan.ts"

/** One gateway route: `GET /api/users/{id}`, and the authorizer before it. */
export interface ApiRoute {
  readonly key: string
  /** Undefined where the route is open. */
  readonly authorizer: string | undefined
  /** The backend function, or `MOCK`. */
  readonly target: string
}

export interface Api {
  readonly name: string
  readonly kind: "http-api" | "rest-api"
  readonly id: string
  readonly routes: readonly ApiRoute[]
  readonly authorizers: readonly Planned[]
}

export function apisOf(plan: Plan): readonly Api[] {
  return [
    ...ofType(plan, "aws:apigatewayv2/api:Api").map((api) => httpApi(plan, api)),
    ...ofType(plan, "aws:apigateway/restApi:RestApi").map((api) => restApi(plan, api)),
  ]
}

function httpApi(plan: Plan, { name }: Planned): Api {
  const id = `${name}Id`
  const within = (type: string) => ofType(plan, type).filter(({ inputs }) => inputs.apiId === id)
  const integrations = within("aws:apigatewayv2/integration:Integration")
  const routes = within("aws:apigatewayv2/route:Route").map(({ inputs }) => ({
    key: String(inputs.routeKey),
    authorizer: authorizerOf(inputs.authorizationType, inputs.authorizerId),
    target: String(
      integrations.find((each) => inputs.target === `integrations/${each.name}.id`)?.inputs.integrationUri,
    ),
  }))
  return { name, kind: "http-api", id, routes, authorizers: within("aws:apigatewayv2/authorizer:Authorizer") }
}

function restApi(plan: Plan, { name }: Planned): Api {
  const id = `${name}Id`
  const within = (type: string) => ofType(plan, type).filter(({ inputs }) => inputs.restApi === id)
  const pathOf = pathsOf(within("aws:apigateway/resource:Resource"), `${name}Root`)
  const integrations = within("aws:apigateway/integration:Integration")
  const routes = within("aws:apigateway/method:Method").map(({ inputs }) => {
    const own = integrations.filter(
      (each) => each.inputs.resourceId === inputs.resourceId && each.inputs.httpMethod === inputs.httpMethod,
    )
    return {
      key: `${inputs.httpMethod} ${pathOf(inputs.resourceId)}`,
      authorizer: authorizerOf(inputs.authorization, inputs.authorizerId),
      target: own.map((each) => each.inputs.uri ?? each.inputs.type).join(),
    }
  })
  return { name, kind: "rest-api", id, routes, authorizers: within("aws:apigateway/authorizer:Authorizer") }
}

/** From a resource's id to its path, by way of its parents. */
function pathsOf(resources: readonly Planned[], root: string): (id: unknown) => string {
  const pathOf = (id: unknown): string => {
    if (id === root) return ""
    const found = resources.find(({ name }) => `${name}.id` === id)
    return found === undefined ? `(${id})` : `${pathOf(found.inputs.parentId)}/${found.inputs.pathPart}`
  }
  return (id) => pathOf(id) || "/"
}

function authorizerOf(type: unknown, id: unknown): string | undefined {
  return type === "NONE" && id === undefined ? undefined : `${type} ${id}`
}
