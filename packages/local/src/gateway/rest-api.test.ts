import { ClaimgateError } from "@claimgate/core"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import type { LambdaFunction } from "../function.ts"
import { createRequest, createResponse, headerOf, type RequestParts, textOf } from "./http-message.ts"
import type { RequestLogEntry } from "./request-log.ts"
import { createRestApi, type RestApiConfig } from "./rest-api.ts"
import type { RestAuthorizer } from "./rest-api-authorizers.ts"
import { echo, never, scriptedFunction } from "./scripted-function.ts"
import { type ScriptedIssuer, startIssuer } from "./scripted-issuer.ts"

const start = Date.UTC(2026, 0, 1, 12)
const clock = { time: start }
beforeEach(() => {
  clock.time = start
})
const now = () => clock.time
const arn = "arn:aws:execute-api:eu-west-1:123456789012:api1/prod"
const byToken = ["method.request.header.Authorization"]

function guarded(main: RestAuthorizer, more: Partial<RestApiConfig> = {}) {
  const integration = scriptedFunction("backend", () => ({ statusCode: 200, body: "backend" }))
  const entries: RequestLogEntry[] = []
  const api = createRestApi(
    {
      id: "api1",
      stage: "prod",
      routes: [
        { routeKey: "GET /users/{id}", authorizer: "main", integration },
        { routeKey: "DELETE /users/{id}", authorizer: "main", integration },
        { routeKey: "GET /reports", authorizer: "main", integration, scopes: ["reports/read"] },
        { routeKey: "GET /health", integration },
      ],
      authorizers: { main },
      ...more,
    },
    { now, log: (entry) => entries.push(entry) },
  )
  const send = (line: string, headers: RequestParts["headers"] = { Authorization: "Bearer a" }) => {
    const [method = "", target = ""] = line.split(" ")
    return api.handle(createRequest(method, target, { headers }))
  }
  return { api, send, integration, entries }
}

const policy = (Effect: string, Resource: string, context?: unknown) => ({
  principalId: "ada",
  policyDocument: { Version: "2012-10-17", Statement: [{ Action: "execute-api:Invoke", Effect, Resource }] },
  context,
})
const answering = (answer: unknown) => scriptedFunction("authorizer", () => answer)
const request = (lambda: LambdaFunction, more: object = {}): RestAuthorizer => ({
  kind: "REQUEST",
  function: lambda,
  identitySources: byToken,
  ttlSeconds: 0,
  ...more,
})

describe("a path", () => {
  const open = () => guarded(request(answering(policy("Allow", "*"))))

  it.each([
    ["GET /prod/users/my%20plan", "/users/my%20plan", "/prod/users/my%20plan", "my%20plan"],
    ["GET /prod/users/a%2Fb", "/users/a%2Fb", "/prod/users/a%2Fb", "a%2Fb"],
    ["GET /prod/users/1/", "/users/1/", "/prod/users/1/", "1"],
    ["GET //prod/users/1", "/users/1", "/prod/users/1", "1"],
    ["GET /prod//users/1", "/users/1", "/prod//users/1", "1"],
    ["GET /prod/users/..", "/users/..", "/prod/users/..", ".."],
    ["GET /prod/users/a%3Fb", "/users/a%3Fb", "/prod/users/a%3Fb", "a%3Fb"],
  ])("stays as it was sent: %s", async (line, path, contextPath, id) => {
    const { send, integration } = open()
    expect((await send(line)).status).toBe(200)
    expect(integration.events).toMatchObject([
      { path, pathParameters: { id }, resource: "/users/{id}", requestContext: { path: contextPath } },
    ])
  })

  it.each([
    ["an unknown resource", "GET /prod/nothing"],
    ["an unknown method", "POST /prod/users/1"],
    ["the stage alone", "GET /prod"],
    ["another spelling", "GET /prod/%75sers/1"],
  ])("of %s is a missing authentication token, as AWS has it", async (_, line) => {
    const response = await open().send(line)
    expect([response.status, textOf(response)]).toEqual([403, '{"message":"Missing Authentication Token"}'])
    expect(headerOf(response, "x-amzn-errortype")).toBe("MissingAuthenticationTokenException")
  })

  it.each(["GET /users/1", "GET /", "GET /production/users/1", "OPTIONS *"])(
    "outside of the stage is forbidden: %s",
    async (line) => {
      const response = await open().send(line)
      expect([response.status, textOf(response)]).toEqual([403, '{"message":"Forbidden"}'])
    },
  )

  it("is asked for with the method that a header says, and the header is gone", async () => {
    const { send, integration } = open()
    await send("GET /prod/users/1", { Authorization: "a", "X-HTTP-Method-Override": "delete" })
    expect(integration.events).toMatchObject([{ httpMethod: "DELETE" }])
    expect(JSON.stringify(integration.events)).not.toContain("Override")
  })
})

describe("a TOKEN authorizer", () => {
  const token = (lambda: LambdaFunction, more: object = {}): RestAuthorizer => ({
    kind: "TOKEN",
    function: lambda,
    ttlSeconds: 0,
    ...more,
  })

  it("gets the token and the method's ARN, and its context arrives flat and as text", async () => {
    const lambda = answering(
      policy("Allow", `${arn}/GET/users/*`, { text: "a", number: 1, flag: true, none: null }),
    )
    const { send, integration, entries } = guarded(token(lambda))
    expect((await send("GET /prod/users/1")).status).toBe(200)
    expect(lambda.events).toEqual([
      { type: "TOKEN", methodArn: `${arn}/GET/users/1`, authorizationToken: "Bearer a" },
    ])
    const [event] = integration.events as [{ requestContext: { authorizer: unknown } }]
    expect(event.requestContext.authorizer).toEqual({
      text: "a",
      number: "1",
      flag: "true",
      none: null,
      principalId: "ada",
      integrationLatency: expect.any(Number),
    })
    expect(entries).toMatchObject([{ authorizer: "called", routeKey: "GET /users/{id}" }])
  })

  it.each([
    ["no token", {}, undefined],
    ["an empty token", { Authorization: "" }, undefined],
    ["a token of another form", { Authorization: "Basic a" }, "^Bearer "],
  ])("is not asked with %s: 401", async (_, headers, validation) => {
    const lambda = answering(policy("Allow", "*"))
    const { send, entries } = guarded(token(lambda, validation === undefined ? {} : { validation }))
    const response = await send("GET /prod/users/1", headers)
    expect([response.status, textOf(response)]).toEqual([401, '{"message":"Unauthorized"}'])
    expect(lambda.events).toEqual([])
    expect(entries).toMatchObject([{ authorizer: "refused", cache: "off" }])
  })

  it("is asked with a token of the right form", async () => {
    const { send } = guarded(token(answering(policy("Allow", "*")), { validation: "^Bearer " }))
    expect((await send("GET /prod/users/1")).status).toBe(200)
  })

  it("can find its token in another header", async () => {
    const identitySource = "method.request.header.X-Token"
    const lambda = answering(policy("Allow", "*"))
    await guarded(token(lambda, { identitySource })).send("GET /prod/users/1", { "x-token": "t" })
    expect(lambda.events).toMatchObject([{ authorizationToken: "t" }])
  })

  it("keeps answers for 300 seconds where it does not say otherwise, under the token alone", async () => {
    const lambda = answering(policy("Allow", "*"))
    const { send } = guarded({ kind: "TOKEN", function: lambda })
    await send("GET /prod/users/1")
    clock.time += 299_999
    const second = await send("DELETE /prod/users/2")
    expect(headerOf(second, "x-claimgate-cache")).toBe("hit")
    clock.time += 1
    await send("GET /prod/users/1")
    expect(lambda.events).toHaveLength(2)
  })
})

describe("a REQUEST authorizer", () => {
  const throws = (message: string) => () => {
    throw new Error(message)
  }
  const denied = "User is not authorized to access this resource"
  it.each([
    ["a policy that denies", () => policy("Deny", "*"), 403, { Message: `${denied} with an explicit deny` }],
    ["a policy that does not say", () => policy("Allow", `${arn}/GET/reports`), 403, { Message: denied }],
    ["`Unauthorized`", throws("Unauthorized"), 401, { message: "Unauthorized" }],
    ["another error", throws("no database"), 500, { message: null }],
    ["nothing in time", never, 500, { message: null }],
    ["a simple answer", () => ({ isAuthorized: true }), 500, { message: null }],
    ["no principal", () => ({ ...policy("Allow", "*"), principalId: "" }), 500, { message: null }],
    ["no policy", () => ({ principalId: "ada" }), 500, { message: null }],
    ["a policy as text", () => ({ principalId: "ada", policyDocument: "Allow" }), 500, { message: null }],
    ["a resource that is too long", () => policy("Allow", "x".repeat(513)), 500, { message: null }],
    ["an object in its context", () => policy("Allow", "*", { roles: {} }), 500, { message: null }],
    ["a list in its context", () => policy("Allow", "*", { roles: ["editor"] }), 500, { message: null }],
    ["`claims` in its context", () => policy("Allow", "*", { claims: "x" }), 500, { message: null }],
    ["a context that is a list", () => policy("Allow", "*", ["x"]), 500, { message: null }],
  ])("that answers with %s keeps the integration from being called", async (_, script, status, body) => {
    const { send, integration } = guarded(request(scriptedFunction("authorizer", script)), {
      limits: { authorizerMilliseconds: 20 },
    })
    const response = await send("GET /prod/users/1")
    expect([response.status, JSON.parse(textOf(response))]).toEqual([status, body])
    expect(integration.events).toEqual([])
  })

  it("gets the request, and is asked once per values of its identity sources", async () => {
    const lambda = answering(policy("Allow", "*"))
    const identitySources = [...byToken, "context.httpMethod", "context.path"]
    const { send } = guarded(request(lambda, { identitySources, ttlSeconds: 60 }))
    for (const line of [
      "GET /prod/users/1",
      "GET /prod/users/1",
      "GET /prod/users/2",
      "DELETE /prod/users/1",
    ])
      expect((await send(line)).status).toBe(200)
    expect(lambda.events).toMatchObject([
      { type: "REQUEST", methodArn: `${arn}/GET/users/1`, pathParameters: { id: "1" } },
      { methodArn: `${arn}/GET/users/2` },
      { methodArn: `${arn}/DELETE/users/1` },
    ])
  })

  it("is not asked where one of its sources is missing", async () => {
    const lambda = answering(policy("Allow", "*"))
    const identitySources = [...byToken, "method.request.querystring.key"]
    const { send } = guarded(request(lambda, { identitySources }))
    expect((await send("GET /prod/users/1")).status).toBe(401)
    expect((await send("GET /prod/users/1?key=")).status).toBe(401)
    expect((await send("GET /prod/users/1?key=x")).status).toBe(200)
    expect(lambda.events).toHaveLength(1)
  })

  it("has its kept policy read again for every request", async () => {
    const lambda = answering(policy("Allow", `${arn}/GET/users/1`))
    const { send, entries } = guarded(request(lambda, { ttlSeconds: 60 }))
    expect((await send("GET /prod/users/1")).status).toBe(200)
    expect((await send("GET /prod/users/2")).status).toBe(403)
    expect(lambda.events).toHaveLength(1)
    expect(entries.map(({ authorizer, cache }) => [authorizer, cache])).toEqual([
      ["called", "miss"],
      ["cached", "hit"],
    ])
  })

  it("does not keep a failure", async () => {
    let broken = true
    const lambda = scriptedFunction("authorizer", () => {
      if (broken) throw new Error("Unauthorized")
      return policy("Allow", "*")
    })
    const { send } = guarded(request(lambda, { ttlSeconds: 60 }))
    expect((await send("GET /prod/users/1")).status).toBe(401)
    broken = false
    expect((await send("GET /prod/users/1")).status).toBe(200)
  })

  it("is not asked for a method whose ARN is too long", async () => {
    const lambda = answering(policy("Allow", "*"))
    const { send } = guarded(request(lambda))
    const response = await send(`GET /prod/users/${"x".repeat(1_600)}`)
    expect([response.status, textOf(response)]).toEqual([414, '{"message":"Request URI too long"}'])
    expect(lambda.events).toEqual([])
  })
})

describe("the Cognito authorizer", () => {
  let issuer: ScriptedIssuer
  beforeAll(async () => {
    issuer = await startIssuer(now)
  })
  afterAll(() => issuer.close())

  const behindPool = () =>
    guarded({ kind: "COGNITO_USER_POOLS", pools: [{ issuer: issuer.issuer, jwksUri: issuer.jwksUri }] })
  const id = (claims: object = {}) =>
    issuer.token({ token_use: "id", aud: "app", client_id: undefined, ...claims })

  it("hands the claims of an ID token on as text, with dates as Java prints them", async () => {
    const { send, integration, entries } = behindPool()
    const token = id({ "cognito:groups": ["admin", "user"], email_verified: true, auth_time: 1 })
    expect((await send("GET /prod/users/1", { Authorization: token })).status).toBe(200)
    const [event] = integration.events as [{ requestContext: { authorizer: unknown } }]
    expect(event.requestContext.authorizer).toEqual({
      claims: {
        aud: "app",
        auth_time: "1",
        "cognito:groups": "admin,user",
        email_verified: "true",
        exp: "Thu Jan 01 12:05:00 UTC 2026",
        iat: "Thu Jan 01 12:00:00 UTC 2026",
        iss: issuer.issuer,
        sub: "ada",
        token_use: "id",
      },
    })
    expect(entries).toMatchObject([{ authorizer: "gateway", cache: "off" }])
  })

  it.each([
    ["an ID token with its scheme", "GET /prod/users/1", () => `Bearer ${id()}`, 200],
    ["an access token where no scopes are asked for", "GET /prod/users/1", () => issuer.token(), 401],
    ["an ID token where scopes are asked for", "GET /prod/reports", () => id({ scope: "reports/read" }), 401],
    [
      "an access token with the scope",
      "GET /prod/reports",
      () => issuer.token({ scope: "x reports/read" }),
      200,
    ],
    ["an access token without the scope", "GET /prod/reports", () => issuer.token({ scope: "x" }), 401],
    ["an expired token", "GET /prod/users/1", () => id({ exp: Math.floor(clock.time / 1000) }), 401],
    ["a token of another pool", "GET /prod/users/1", () => id({ iss: `${issuer.issuer}2` }), 401],
    ["what is no token", "GET /prod/users/1", () => "x", 401],
  ])("of %s makes %s", async (_, line, token, status) => {
    expect((await behindPool().send(line, { Authorization: token() })).status).toBe(status)
  })

  it("asks for a token where there is none", async () => {
    const response = await behindPool().send("GET /prod/users/1", {})
    expect([response.status, textOf(response)]).toEqual([401, '{"message":"Unauthorized"}'])
  })
})

describe("an integration", () => {
  const openTo = (script: () => unknown, more: Partial<RestApiConfig> = {}, headers = {}) => {
    const integration = scriptedFunction("backend", script)
    const routes = [{ routeKey: "GET /x", integration }]
    const api = createRestApi({ id: "api1", stage: "prod", routes, ...more }, { now })
    return api.handle(createRequest("GET", "/prod/x", { headers }))
  }

  it.each([
    ["throws", () => Promise.reject(new Error("secret reason")), 502, "Internal server error"],
    ["gives a malformed answer", () => "text", 502, "Internal server error"],
    ["takes too long", never, 504, "Endpoint request timed out"],
  ])("that %s is not shown to the client", async (_, script, status, message) => {
    const response = await openTo(script, { limits: { integrationMilliseconds: 20 } })
    expect([response.status, JSON.parse(textOf(response))]).toEqual([status, { message }])
  })

  it("may answer in bytes where the client asks for them", async () => {
    const answer = { statusCode: 200, body: "/wA=", isBase64Encoded: true }
    const response = await openTo(() => answer, { binaryMediaTypes: ["image/*"] }, { accept: "image/png" })
    expect(response.body).toEqual(Buffer.from([0xff, 0]))
  })
})

describe("gateway responses", () => {
  it("reshape the gateway's refusals, and give them CORS headers", async () => {
    const { send } = guarded(request(answering(policy("Deny", "*"))), {
      gatewayResponses: {
        DEFAULT_4XX: { headers: { "Access-Control-Allow-Origin": "'*'" } },
        ACCESS_DENIED: {
          headers: { "Content-Language": "'en'" },
          body: '{"code":"forbidden","request":"$context.requestId","resource":"$context.resourcePath"}',
        },
      },
    })
    const refusal = await send("GET /prod/users/1")
    expect(JSON.parse(textOf(refusal))).toEqual({
      code: "forbidden",
      request: headerOf(refusal, "x-amzn-RequestId"),
      resource: "/users/{id}",
    })
    expect(headerOf(await send("GET /prod/users/1", {}), "access-control-allow-origin")).toBe("*")
    expect(headerOf(await send("GET /prod/nothing"), "access-control-allow-origin")).toBe("*")
  })
})

describe("a preflight", () => {
  const preflight = [["access-control-allow-origin", "https://app.example"]] as const
  const choosing = scriptedFunction("choosing", () => ({ statusCode: 200, body: "own" }))
  const integration = scriptedFunction("any", () => ({ statusCode: 200, body: "any" }))
  const open = (more: Partial<RestApiConfig> = { preflight }) =>
    guarded(request(answering(policy("Deny", "*"))), {
      ...more,
      routes: [
        { routeKey: "GET /users/{id}", authorizer: "main", integration },
        { routeKey: "ANY /any", authorizer: "main", integration },
        { routeKey: "OPTIONS /own", integration: choosing },
      ],
    })

  it.each(["/users/1", "/any"])("of %s is answered without token and backend", async (path) => {
    const { status, headers } = await open().send(`OPTIONS /prod${path}`, {})
    expect(status).toBe(204)
    expect(headers).toContainEqual(preflight[0])
  })

  it.each([
    ["is the API's own matter where it has that method", open, "/own", 200],
    ["finds nothing where there is no resource", open, "/none", 403],
    ["finds nothing where nobody asked for it", () => open({}), "/users/1", 403],
  ] as const)("%s", async (_, api, path, status) => {
    const answer = await api().send(`OPTIONS /prod${path}`, {})
    expect(answer.status).toBe(status)
    expect(headerOf(answer, "access-control-allow-origin")).toBeUndefined()
  })
})

describe("limits", () => {
  const open = (limits = {}) => guarded(request(answering(policy("Allow", "*"))), { limits })

  it("let 10,240 bytes of header values pass, and not one more", async () => {
    expect((await open().send("GET /prod/health", { a: "x".repeat(10_240) })).status).toBe(200)
    expect((await open().send("GET /prod/health", { a: "x".repeat(10_240), b: "x" })).status).toBe(494)
  })

  it("refuse a body of more than 10 MB", async () => {
    const { api } = open({ payloadBytes: 10 })
    const response = await api.handle(createRequest("GET", "/prod/health", { body: "x".repeat(11) }))
    expect([response.status, textOf(response)]).toEqual([413, '{"message":"Request Too Long"}'])
  })
})

describe("a configuration that AWS would not take", () => {
  const lambda = answering(policy("Allow", "*"))
  const integration = echo("backend")
  it.each([
    ["the stage of an HTTP API", { stage: "$default" }],
    [
      "an authorizer that is not there",
      { routes: [{ routeKey: "GET /x", integration, authorizer: "other" }] },
    ],
    ["`$default` as a method", { routes: [{ routeKey: "$default", integration }] }],
    [
      "a cache with nothing to key on",
      { authorizers: { main: request(lambda, { identitySources: [], ttlSeconds: 1 }) } },
    ],
    [
      "the default cache with nothing to key on",
      { authorizers: { main: { kind: "REQUEST", function: lambda, identitySources: [] } } },
    ],
    [
      "a cache for too long",
      { authorizers: { main: { kind: "TOKEN", function: lambda, ttlSeconds: 3601 } } },
    ],
    [
      "a path parameter as identity source",
      { authorizers: { main: request(lambda, { identitySources: ["method.request.path.id"] }) } },
    ],
    [
      "a form that is no regular expression",
      { authorizers: { main: { kind: "TOKEN", function: lambda, validation: "(" } } },
    ],
    ["a header mapping that is none", { gatewayResponses: { UNAUTHORIZED: { headers: { x: "*" } } } }],
  ])("is refused: %s", (_, config) => {
    const whole = { id: "api1", stage: "prod", routes: [], ...config } as RestApiConfig
    expect(() => createRestApi(whole, { now })).toThrow(ClaimgateError)
  })
})

it("answers over a socket as it does without one", async () => {
  const { api } = guarded(request(answering(policy("Allow", "*"))))
  const server = await api.listen(0)
  const response = await fetch(`http://127.0.0.1:${server.port}/prod/users/1`, {
    headers: { authorization: "a" },
  })
  expect([response.status, await response.text()]).toEqual([200, "backend"])
  expect(response.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/)
  await server.close()
})

it("an issuer may be slow to answer with something else than keys", async () => {
  const issuer = await startIssuer(now)
  issuer.answerWith(async () => createResponse(503, [], ""))
  const pools = [{ issuer: issuer.issuer, jwksUri: issuer.jwksUri }]
  const { send } = guarded({ kind: "COGNITO_USER_POOLS", pools })
  expect((await send("GET /prod/users/1", { Authorization: issuer.token() })).status).toBe(401)
  await issuer.close()
})
