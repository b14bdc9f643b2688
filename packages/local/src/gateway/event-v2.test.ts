import { describe, expect, it } from "vitest"
import { buildAuthorizerEventV2, buildIntegrationEventV2 } from "./event-v2.ts"
import { deploymentOf } from "./exchange.ts"
import { createRequest } from "./http-message.ts"
import { scriptedExchange } from "./scripted-exchange.ts"

const traceId = expect.stringMatching(/^Root=1-5e5ffb9e-[0-9a-f]{24}$/)
const added = { "x-amzn-trace-id": traceId, "x-forwarded-port": "443", "x-forwarded-proto": "https" }

/** The request behind the published example of the format. */
const published = scriptedExchange({
  deployment: deploymentOf(
    {
      id: "id",
      region: "us-east-1",
      accountId: "123456789012",
      stageVariables: { stageVariable1: "value1", stageVariable2: "value2" },
    },
    "$default",
  ),
  request: createRequest("POST", "/my/path?ignored", {
    headers: {
      Header1: "value1",
      header2: ["value1", "value2"],
      Cookie: "cookie1; cookie2",
      "User-Agent": "agent",
      "Content-Type": "text/plain",
    },
    body: "Hello from Lambda",
    sourceIp: "192.0.2.1",
  }),
  query: "parameter1=value1&parameter1=value2&parameter2=value",
  pathParameters: { parameter1: "value1" },
  requestId: "id",
})

const publishedContext = {
  accountId: "123456789012",
  apiId: "id",
  domainName: "id.execute-api.us-east-1.amazonaws.com",
  domainPrefix: "id",
  http: {
    method: "POST",
    path: "/my/path",
    protocol: "HTTP/1.1",
    sourceIp: "192.0.2.1",
    userAgent: "agent",
  },
  requestId: "id",
  routeKey: "$default",
  stage: "$default",
  time: "04/Mar/2020:19:03:58 +0000",
  timeEpoch: 1583348638390,
}

const publishedParts = {
  routeKey: "$default",
  rawPath: "/my/path",
  rawQueryString: "parameter1=value1&parameter1=value2&parameter2=value",
  cookies: ["cookie1", "cookie2"],
  headers: {
    ...added,
    "content-length": "17",
    "content-type": "text/plain",
    header1: "value1",
    header2: "value1,value2",
    "user-agent": "agent",
    "x-forwarded-for": "192.0.2.1",
  },
  queryStringParameters: { parameter1: "value1,value2", parameter2: "value" },
  pathParameters: { parameter1: "value1" },
  stageVariables: { stageVariable1: "value1", stageVariable2: "value2" },
}

describe("payload 2.0 for an integration", () => {
  it("is the published example", () => {
    const authorizer = { jwt: { claims: { claim1: "value1" }, scopes: ["scope1", "scope2"] } }
    expect(buildIntegrationEventV2(published, authorizer)).toEqual({
      version: "2.0",
      ...publishedParts,
      requestContext: { ...publishedContext, authorizer },
      body: "Hello from Lambda",
      isBase64Encoded: false,
    })
  })

  it("leaves out what a bare request does not have", () => {
    const event = buildIntegrationEventV2(scriptedExchange(), undefined)
    expect(Object.keys(event).sort()).toEqual([
      "headers",
      "isBase64Encoded",
      "rawPath",
      "rawQueryString",
      "requestContext",
      "routeKey",
      "version",
    ])
    expect(event.requestContext).not.toHaveProperty("authorizer")
    expect(event.requestContext.http.userAgent).toBe("")
    expect(event.rawQueryString).toBe("")
  })

  it("leads the path by a stage that is not `$default`", () => {
    const deployment = deploymentOf({ id: "api1" }, "dev")
    const event = buildIntegrationEventV2(scriptedExchange({ deployment }), undefined)
    expect([event.rawPath, event.requestContext.http.path]).toEqual(["/dev/my/path", "/dev/my/path"])
  })

  it("names the domain of the API, whatever the client calls the host", () => {
    const request = createRequest("GET", "/", { headers: { Host: "evil.example/.." } })
    const { requestContext } = buildIntegrationEventV2(scriptedExchange({ request }), undefined)
    expect(requestContext.domainName).toBe("api1.execute-api.eu-west-1.amazonaws.com")
  })

  it.each([
    [
      "adds itself to `x-forwarded-for`",
      { "X-Forwarded-For": "8.8.8.8" },
      { "x-forwarded-for": "8.8.8.8, 127.0.0.1" },
    ],
    [
      "does not take a client's word for the protocol",
      { "x-forwarded-proto": "ftp" },
      { "x-forwarded-proto": "https" },
    ],
    ["drops what concerns the connection", { Connection: "x", TE: "y", "Transfer-Encoding": "chunked" }, {}],
    [
      "joins a repeated header by a comma",
      { Authorization: ["Bearer a", "Bearer b"] },
      { authorization: "Bearer a,Bearer b" },
    ],
    ["keeps a header with a hostile name", { ["__proto__"]: "x" }, { ["__proto__"]: "x" }],
  ])("%s", (_, headers, expected) => {
    const request = createRequest("GET", "/", { headers })
    const event = buildIntegrationEventV2(scriptedExchange({ request }), undefined)
    expect(event.headers).toEqual({
      ...added,
      "content-length": "0",
      "x-forwarded-for": "127.0.0.1",
      ...expected,
    })
  })
})

describe("payload 2.0 for an authorizer", () => {
  it("is the published example, cookies and all, without a body", () => {
    expect(buildAuthorizerEventV2(published, ["user1", "123"])).toEqual({
      version: "2.0",
      type: "REQUEST",
      routeArn: "arn:aws:execute-api:us-east-1:123456789012:id/$default/POST/my/path",
      identitySource: ["user1", "123"],
      ...publishedParts,
      requestContext: publishedContext,
    })
  })
})
