import { describe, expect, it } from "vitest"
import {
  buildAuthorizerEventV1OfHttpApi,
  buildIntegrationEventV1,
  buildRequestAuthorizerEvent,
  buildTokenAuthorizerEvent,
} from "./event-v1.ts"
import { deploymentOf } from "./exchange.ts"
import { createRequest } from "./http-message.ts"
import { scriptedExchange } from "./scripted-exchange.ts"

/** The request behind a captured event: encoded path, repeated query and header, two cookies. */
const captured = scriptedExchange({
  deployment: deploymentOf({ id: "api1", region: "us-west-2", accountId: "123456789012" }, "live"),
  request: createRequest("POST", "", {
    headers: {
      host: "api1.execute-api.us-west-2.amazonaws.com",
      "user-agent": "curl/8.7.1",
      accept: "*/*",
      "content-type": "application/json",
      "content-length": "2",
      cookie: "session=abc123; theme=dark",
      "x-Probe": ["first", "second"],
    },
    body: "{}",
    sourceIp: "192.0.2.1",
  }),
  sentPath: "/live/capture/space%20value",
  path: "/capture/space%20value",
  query: "repeat=one&repeat=two&literalPlus=a+b&encodedPlus=a%2Bb&empty=",
  routeKey: "ANY /{proxy+}",
  resourcePath: "/{proxy+}",
  pathParameters: { proxy: "capture/space%20value" },
  requestId: "7c2af7db-31f3-42b5-8a6d-9ffc74e3b9e0",
  extendedRequestId: "ATfSdF7nPHcErRA=",
  timeEpoch: 1_783_711_144_836,
})

const traceId = expect.stringMatching(/^Root=1-6a5145a8-[0-9a-f]{24}$/)

const capturedParts = {
  resource: "/{proxy+}",
  path: "/capture/space%20value",
  httpMethod: "POST",
  headers: {
    Host: "api1.execute-api.us-west-2.amazonaws.com",
    "User-Agent": "curl/8.7.1",
    "X-Amzn-Trace-Id": traceId,
    "X-Forwarded-For": "192.0.2.1",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Proto": "https",
    accept: "*/*",
    "content-type": "application/json",
    cookie: "session=abc123; theme=dark",
    "x-Probe": "second",
  },
  multiValueHeaders: {
    Host: ["api1.execute-api.us-west-2.amazonaws.com"],
    "User-Agent": ["curl/8.7.1"],
    "X-Amzn-Trace-Id": [traceId],
    "X-Forwarded-For": ["192.0.2.1"],
    "X-Forwarded-Port": ["443"],
    "X-Forwarded-Proto": ["https"],
    accept: ["*/*"],
    "content-type": ["application/json"],
    cookie: ["session=abc123; theme=dark"],
    "x-Probe": ["first", "second"],
  },
  queryStringParameters: { empty: "", encodedPlus: "a+b", literalPlus: "a b", repeat: "two" },
  multiValueQueryStringParameters: {
    empty: [""],
    encodedPlus: ["a+b"],
    literalPlus: ["a b"],
    repeat: ["one", "two"],
  },
  pathParameters: { proxy: "capture/space%20value" },
}

const capturedContext = {
  accountId: "123456789012",
  apiId: "api1",
  domainName: "api1.execute-api.us-west-2.amazonaws.com",
  domainPrefix: "api1",
  extendedRequestId: "ATfSdF7nPHcErRA=",
  httpMethod: "POST",
  identity: {
    accessKey: null,
    accountId: null,
    apiKey: null,
    apiKeyId: null,
    caller: null,
    clientCert: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: "192.0.2.1",
    user: null,
    userAgent: "curl/8.7.1",
    userArn: null,
  },
  path: "/live/capture/space%20value",
  protocol: "HTTP/1.1",
  requestId: "7c2af7db-31f3-42b5-8a6d-9ffc74e3b9e0",
  requestTime: "10/Jul/2026:19:19:04 +0000",
  requestTimeEpoch: 1783711144836,
  resourceId: "ANY /{proxy+}",
  resourcePath: "/{proxy+}",
  stage: "live",
}

const methodArn = "arn:aws:execute-api:us-west-2:123456789012:api1/live/POST/capture/space%20value"
const overJson = (event: unknown) => JSON.parse(JSON.stringify(event)) as unknown

describe("payload 1.0 for an integration of a REST API", () => {
  it("is what live AWS sent for the same request", () => {
    const authorizer = { principalId: "ada", integrationLatency: 3, roles: "editor" }
    expect(buildIntegrationEventV1(captured, authorizer, [])).toEqual({
      ...capturedParts,
      stageVariables: null,
      requestContext: { ...capturedContext, authorizer },
      body: "{}",
      isBase64Encoded: false,
    })
  })

  it("keeps the names that a sender made up", () => {
    const headers = { constructor: "x", ["__proto__"]: "y" }
    const exchange = scriptedExchange({ request: createRequest("GET", "/", { headers }) })
    const event = buildIntegrationEventV1(exchange, undefined, [])
    expect(Object.entries(event.headers)).toEqual(
      expect.arrayContaining([
        ["constructor", "x"],
        ["__proto__", "y"],
      ]),
    )
  })

  it("has null for every map without entries, and for no body", () => {
    const bare = scriptedExchange({ request: createRequest("GET", "/") })
    const event = buildIntegrationEventV1(bare, undefined, [])
    expect(event).toMatchObject({
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
    })
    expect(event.requestContext).not.toHaveProperty("authorizer")
  })
})

describe("payload 1.0 for an authorizer", () => {
  it("of a REST API is the request, with empty maps rather than null", () => {
    expect(overJson(buildRequestAuthorizerEvent(captured))).toEqual({
      type: "REQUEST",
      methodArn,
      ...capturedParts,
      stageVariables: {},
      requestContext: capturedContext,
    })
  })

  it("of a REST API by token is the token and the method's ARN, nothing else", () => {
    expect(buildTokenAuthorizerEvent(captured, "Bearer x")).toEqual({
      type: "TOKEN",
      methodArn,
      authorizationToken: "Bearer x",
    })
  })

  it("of an HTTP API names its version and identity, and decodes the one path that AWS decodes", () => {
    const exchange = scriptedExchange({ path: "/a b", sentPath: "/a%20b" })
    const event = buildAuthorizerEventV1OfHttpApi(exchange, ["user1", "123"])
    expect(event).toMatchObject({
      version: "1.0",
      type: "REQUEST",
      identitySource: "user1,123",
      authorizationToken: "user1,123",
      path: "/a%20b",
      requestContext: { path: "/a b" },
    })
  })
})
