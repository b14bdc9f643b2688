/** Events as AWS documents them, with a token that no pool has signed. */

const issued = "Bearer e30.e30.c2lnbmF0dXJl"

/** Of a sign-in, as a trigger at V3_0 gets it. */
export const signIn = {
  version: "3",
  triggerSource: "TokenGeneration_Authentication",
  region: "eu-west-1",
  userPoolId: "eu-west-1_UserPoolUserPool",
  userName: "6f1c2c3e-0001-4000-8000-00000000aaaa",
  callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: "WebClientClientId" },
  request: {
    userAttributes: {
      sub: "6f1c2c3e-0001-4000-8000-00000000aaaa",
      "cognito:user_status": "CONFIRMED",
      email: "ann@example.com",
    },
    groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
    scopes: ["aws.cognito.signin.user.admin"],
  },
  response: { claimsAndScopeOverrideDetails: null },
}

/** Of an HTTP API, payload 2.0, to its authorizer. */
export const toHttpAuthorizer = {
  version: "2.0",
  type: "REQUEST",
  routeArn: "arn:aws:execute-api:eu-west-1:123456789012:api1234567/$default/GET/api/users",
  identitySource: [issued],
  routeKey: "GET /api/users",
  rawPath: "/api/users",
  rawQueryString: "",
  headers: { authorization: issued, host: "api1234567.execute-api.eu-west-1.amazonaws.com" },
  requestContext: {
    accountId: "123456789012",
    apiId: "api1234567",
    http: {
      method: "GET",
      path: "/api/users",
      protocol: "HTTP/1.1",
      sourceIp: "192.0.2.1",
      userAgent: "curl/8",
    },
    requestId: "JKJaXmPLvHcESHA=",
    routeKey: "GET /api/users",
    stage: "$default",
    time: "10/Mar/2026:10:03:53 +0000",
    timeEpoch: 1773137033000,
  },
}

/** Of a REST API to its REQUEST authorizer. */
export const toRestAuthorizer = {
  type: "REQUEST",
  methodArn: "arn:aws:execute-api:eu-west-1:123456789012:api1234567/dev/GET/api/users",
  resource: "/api/users",
  path: "/api/users",
  httpMethod: "GET",
  headers: { Authorization: issued },
  multiValueHeaders: { Authorization: [issued] },
  queryStringParameters: {},
  pathParameters: {},
  stageVariables: {},
  requestContext: {
    accountId: "123456789012",
    apiId: "api1234567",
    httpMethod: "GET",
    path: "/dev/api/users",
    requestId: "cb4b5e9e-0000-4000-8000-000000000000",
    resourcePath: "/api/users",
    stage: "dev",
  },
}

/** The same request after an authorizer let it through to a backend: here, nobody did. */
export function toHttpBackend(path: string) {
  const routeKey = `GET ${path}`
  const { type, identitySource, routeArn, ...event } = toHttpAuthorizer
  const http = { ...event.requestContext.http, path }
  return {
    ...event,
    routeKey,
    rawPath: path,
    requestContext: { ...event.requestContext, routeKey, http, domainName: event.headers.host },
    isBase64Encoded: false,
  }
}

export function toRestBackend(path: string) {
  const { type, methodArn, ...event } = toRestAuthorizer
  return {
    ...event,
    resource: path,
    path,
    multiValueQueryStringParameters: null,
    queryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      ...event.requestContext,
      path: `/dev${path}`,
      resourcePath: path,
      identity: { sourceIp: "192.0.2.1" },
    },
    body: null,
    isBase64Encoded: false,
  }
}
