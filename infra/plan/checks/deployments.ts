/** What makes a gateway work at all: a REST API's deployment, and the right to call functions. */
import { ofType, type Plan, type Planned, typeOf } from "../plan.ts"
import { type Asked, type Check, complain, same } from "./check.ts"

export const deployments: Check = (plan, asked) => [
  ...ofType(plan, "aws:apigateway/restApi:RestApi").flatMap((api) => deployed(plan, api)),
  ...permissions(plan),
  ...origins(plan, asked),
  ...network(plan),
]

/** Parts of a REST API: without all of them a deployment is a snapshot of half an API. */
const parts = [
  "aws:apigateway/method:Method",
  "aws:apigateway/integration:Integration",
  "aws:apigateway/integrationResponse:IntegrationResponse",
  "aws:apigateway/response:Response",
  "aws:apigateway/authorizer:Authorizer",
]

function deployed(plan: Plan, { name }: Planned): readonly string[] {
  const isWithin = ({ inputs }: Planned) => (inputs.restApi ?? inputs.restApiId) === `${name}Id`
  const [deployment] = ofType(plan, "aws:apigateway/deployment:Deployment").filter(isWithin)
  const [stage] = ofType(plan, "aws:apigateway/stage:Stage").filter(isWithin)
  if (deployment === undefined || stage === undefined)
    return [`${name}: expected a deployment: call \`deploy()\``]
  const triggers = JSON.stringify(deployment.inputs.triggers ?? {})
  return [
    ...complain(
      plan.resources.filter((each) => parts.includes(each.type) && isWithin(each)),
      ({ urn }) => !deployment.dependsOn.includes(urn),
      ({ name: part, urn }) => `${name}: expected its deployment after \`${part}\` (${typeOf(urn)})`,
    ),
    ...(triggers.includes("routeKey") ? [] : [`${name}: expected a new deployment when its routes change`]),
    ...(stage.inputs.deployment === `${deployment.name}.id`
      ? []
      : [`${name}: expected its stage to show the deployment`]),
  ]
}

/** Lambda's resource policy holds 20 KB: about 55 statements, so never one for each route. */
function permissions(plan: Plan): readonly string[] {
  const all = ofType(plan, "aws:lambda/permission:Permission")
  return [
    ...complain(
      ofType(plan, "aws:lambda/function:Function"),
      ({ inputs }) =>
        all.filter((each) => String(each.inputs.function).endsWith(`:${inputs.name}`)).length !== 1,
      ({ name }) => `${name}: expected one permission to call it`,
    ),
    ...complain(
      all,
      ({ inputs }) => typeof inputs.sourceArn !== "string" || inputs.principal === "*",
      ({ name }) => `${name}: expected a permission for one gateway or pool`,
    ),
  ]
}

function origins(plan: Plan, { config }: Asked): readonly string[] {
  const wanted = config.corsOrigins.length > 0 ? config.corsOrigins : undefined
  return complain(
    ofType(plan, "aws:apigatewayv2/api:Api"),
    ({ inputs }) => !same((inputs.corsConfiguration as { allowOrigins?: unknown }).allowOrigins, wanted),
    ({ name }) => `${name}: expected pages of ${config.corsOrigins.join(", ") || "no other origin"} alone`,
  )
}

/** From within a network DynamoDB is reached through an endpoint, or not at all. */
function network(plan: Plan): readonly string[] {
  const inside = ofType(plan, "aws:lambda/function:Function").filter(
    ({ inputs }) => inputs.vpcConfig !== undefined,
  )
  const tables = ofType(plan, "aws:ec2/routeTable:RouteTable").filter(({ name }) => name.includes("Private"))
  const reached = ofType(plan, "aws:ec2/vpcEndpoint:VpcEndpoint")
    .filter(({ inputs }) => String(inputs.serviceName).endsWith(".dynamodb"))
    .flatMap(({ inputs }) => inputs.routeTableIds as readonly string[])
  const isReached = tables.length > 0 && tables.every(({ name }) => reached.includes(`${name}.id`))
  return complain(
    inside,
    () => !isReached,
    ({ name }) => `${name}: expected an endpoint of its network for DynamoDB`,
  )
}
