/**
 * What AWS answers in a recorded run: ids, ARNs and addresses in AWS's own shapes, the same in every run. They follow
 * from the resource's name, so that a plan shows who refers to whom.
 */

const region = "eu-west-1"
const account = "123456789012"

type Properties = Readonly<Record<string, unknown>>

/** Id and outputs of a new resource. Whatever is not listed answers with its inputs and an ARN. */
export function answerResource(
  type: string,
  name: string,
  inputs: Properties,
): { id: string; state: Properties } {
  const known = resources[type]?.(name, inputs)
  const id = known?.id ?? `${name}.id`
  return { id, state: { arn: genericArn(type, name, inputs), ...inputs, ...known?.state } }
}

/** The answer to a provider's function. Throws for one that is not listed. */
export function answerCall(token: string, inputs: Properties): Properties {
  const answer = calls[token]
  if (answer === undefined)
    throw new Error(`plan: expected a known function of the provider, got \`${token}\``)
  return answer(inputs)
}

const resources: Readonly<
  Record<string, (name: string, inputs: Properties) => { id?: string; state: Properties }>
> = {
  "aws:lambda/function:Function": (_, { name }) => {
    const arn = `arn:aws:lambda:${region}:${account}:function:${name}`
    const invokeArn = `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`
    return { id: String(name), state: { arn, invokeArn } }
  },
  "aws:dynamodb/table:Table": (_, { name }) => ({
    id: String(name),
    state: { arn: `arn:aws:dynamodb:${region}:${account}:table/${name}` },
  }),
  "aws:cognito/userPool:UserPool": (name) => {
    const id = `${region}_${name}`
    return {
      id,
      state: {
        arn: `arn:aws:cognito-idp:${region}:${account}:userpool/${id}`,
        endpoint: `cognito-idp.${region}.amazonaws.com/${id}`,
      },
    }
  },
  "aws:cognito/resourceServer:ResourceServer": (_, { identifier, scopes }) => ({
    state: {
      scopeIdentifiers: Array.isArray(scopes)
        ? scopes.map(({ scopeName }) => `${identifier}/${scopeName}`)
        : [],
    },
  }),
  "aws:cognito/userPoolClient:UserPoolClient": (name, { generateSecret }) => ({
    id: `${name}Id`,
    state: { clientSecret: generateSecret === true ? `${name}Secret` : "" },
  }),
  "aws:apigatewayv2/api:Api": (name) => ({
    id: `${name}Id`,
    state: {
      executionArn: `arn:aws:execute-api:${region}:${account}:${name}Id`,
      apiEndpoint: `https://${name}Id.execute-api.${region}.amazonaws.com`,
    },
  }),
  "aws:apigateway/restApi:RestApi": (name) => ({
    id: `${name}Id`,
    state: {
      executionArn: `arn:aws:execute-api:${region}:${account}:${name}Id`,
      rootResourceId: `${name}Root`,
    },
  }),
  "aws:elasticache/replicationGroup:ReplicationGroup": (name) => ({
    state: {
      clusterEnabled: false,
      primaryEndpointAddress: `${name}.cache.amazonaws.com`,
    },
  }),
  "aws:iam/role:Role": (logical, { name = logical }) => ({
    id: String(name),
    state: { name, arn: `arn:aws:iam::${account}:role/${name}` },
  }),
  "aws:cloudwatch/metricAlarm:MetricAlarm": (_, { name }) => ({
    state: { arn: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}` },
  }),
  "aws:cloudwatch/logGroup:LogGroup": (_, { name }) => ({
    state: { arn: `arn:aws:logs:${region}:${account}:log-group:${name}` },
  }),
  "aws:acm/certificate:Certificate": (_, { domainName }) => ({
    state: {
      domainValidationOptions: [
        {
          domainName,
          resourceRecordName: `_proof.${domainName}.`,
          resourceRecordType: "CNAME",
          resourceRecordValue: "_proof.acm-validations.aws.",
        },
      ],
    },
  }),
  "aws:apigatewayv2/domainName:DomainName": (name, { domainName, domainNameConfiguration }) => ({
    id: String(domainName),
    state: {
      domainNameConfiguration: {
        // An object, as SST declares it.
        ...(domainNameConfiguration as object),
        targetDomainName: `${name}.execute-api.${region}.amazonaws.com`,
        hostedZoneId: "Z0000GATEWAY",
      },
    },
  }),
  "aws:apigateway/domainName:DomainName": (name, { domainName }) => ({
    id: String(domainName),
    state: {
      regionalDomainName: `${name}.execute-api.${region}.amazonaws.com`,
      regionalZoneId: "Z0000GATEWAY",
    },
  }),
  // SST's own: looks the zone of a domain up in Route 53.
  "pulumi-nodejs:dynamic:Resource": () => ({ state: { zoneId: "Z0000ZONE" } }),
  "random:index/randomBytes:RandomBytes": () => ({ state: { base64: Buffer.alloc(32).toString("base64") } }),
  "random:index/randomPassword:RandomPassword": (name) => ({ state: { result: `${name}Result` } }),
}

const calls: Readonly<Record<string, (inputs: Properties) => Properties>> = {
  "aws:index/getRegion:getRegion": () => ({ name: region, region, id: region }),
  "aws:index/getPartition:getPartition": () => ({ partition: "aws", dnsSuffix: "amazonaws.com" }),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: account }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": () => ({
    names: [`${region}a`, `${region}b`, `${region}c`],
  }),
  // The provider leaves an empty list out, and SST then makes no policy of it.
  "aws:iam/getPolicyDocument:getPolicyDocument": ({ statements }) =>
    Array.isArray(statements) && statements.length > 0
      ? { statements, json: policyDocument(statements) }
      : { json: policyDocument([]) },
}

/** As the AWS provider writes a policy. */
function policyDocument(statements: readonly Properties[]): string {
  const Statement = statements.map(({ effect, actions, resources, conditions, principals }) => ({
    Effect: effect ?? "Allow",
    Action: actions,
    ...(resources === undefined ? {} : { Resource: resources }),
    ...(Array.isArray(principals) ? { Principal: keyed(principals, "type", "identifiers") } : {}),
    ...(Array.isArray(conditions) ? { Condition: conditionOf(conditions) } : {}),
  }))
  return JSON.stringify({ Version: "2012-10-17", Statement })
}

/** `{ [test]: { [variable]: values } }`; one test can ask for several variables. */
function conditionOf(conditions: readonly Properties[]): Properties {
  const byTest: Record<string, Record<string, unknown>> = {}
  for (const { test, variable, values } of conditions)
    byTest[String(test)] = { ...byTest[String(test)], [String(variable)]: values }
  return byTest
}

function keyed(list: readonly Properties[], key: string, value: string): Properties {
  return Object.fromEntries(list.map((each) => [String(each[key]), each[value]]))
}

function genericArn(type: string, name: string, inputs: Properties): string {
  const [, service = ""] = type.split(/[:/]/)
  return `arn:aws:${service}:${region}:${account}:${typeof inputs.name === "string" ? inputs.name : name}`
}
