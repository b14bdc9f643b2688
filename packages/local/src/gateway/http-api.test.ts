import { generateKeyPairSync } from "node:crypto"
import { ClaimgateError } from "@claimgate/core"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import type { LambdaFunction } from "../function.ts"
import { createHttpApi, type HttpApiConfig } from "./http-api.ts"
import type { HttpApiLambdaAuthorizer } from "./http-api-authorizers.ts"
import {
  createRequest,
  createResponse,
  headerOf,
  headerValues,
  type RequestParts,
  textOf,
} from "./http-message.ts"
import type { RequestLogEntry } from "./request-log.ts"
import { echo, never, scriptedFunction } from "./scripted-function.ts"
import { type ScriptedIssuer, startIssuer } from "./scripted-issuer.ts"

const start = Date.UTC(2026, 0, 1)
const clock = { time: start }
beforeEach(() => {
  clock.time = start
})
const now = () => clock.time

interface Guard {
  readonly ttlSeconds?: number
  readonly identitySources?: readonly string[]
  readonly response?: "simple" | "iam"
  readonly payload?: "1.0" | "2.0"
}

/** An API with two guarded routes and one open one, behind that authorizer. */
function guarded(lambda: LambdaFunction, guard: Guard = {}, more: Partial<HttpApiConfig> = {}) {
  const integration = echo("backend")
  const main: HttpApiLambdaAuthorizer = {
    kind: "lambda",
    function: lambda,
    identitySources: ["$request.header.Authorization"],
    response: "simple",
    ...guard,
  }
  const entries: RequestLogEntry[] = []
  const api = createHttpApi(
    {
      id: "api1",
      routes: [
        { routeKey: "GET /users/{id}", authorizer: "main", integration },
        { routeKey: "DELETE /users/{id}", authorizer: "main", integration },
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

const allow = (context?: unknown) => scriptedFunction("authorizer", () => ({ isAuthorized: true, context }))

describe("a request without an authorizer", () => {
  it("goes straight to the integration, and is answered by it", async () => {
    const { send, integration, entries } = guarded(allow())
    const response = await send("GET /health?a=1")
    expect([response.status, textOf(response)]).toEqual([200, "backend"])
    expect(integration.events).toMatchObject([{ routeKey: "GET /health", rawQueryString: "a=1" }])
    expect(entries).toMatchObject([
      { api: "api1", path: "/health", routeKey: "GET /health", status: 200, authorizer: "none", error: null },
    ])
    expect(headerOf(response, "apigw-requestid")).toBe(entries[0]?.requestId)
  })

  it.each([
    ["an unknown path", "GET /nothing"],
    ["an unknown method", "POST /health"],
    ["a trailing slash", "GET /health/"],
    ["another spelling", "GET /Health"],
    ["an encoded slash, which is a slash", "GET /users/a%2Fb"],
  ])("is a 404 for %s", async (_, line) => {
    const response = await guarded(allow()).send(line)
    expect([response.status, textOf(response)]).toEqual([404, '{"message":"Not Found"}'])
  })

  it.each([
    ["GET /users/my%20plan", "/users/my plan", "my plan"],
    ["GET /users/%61", "/users/a", "a"],
    ["GET /users/%E2%98%95", "/users/☕", "☕"],
    ["GET /users/me%3Fadmin=true", "/users/me", "me"],
    ["GET /users/..", "/users/..", ".."],
    ["GET /users/%2e%2e", "/users/..", ".."],
    ["GET /users/a\\b", "/users/a\\b", "a\\b"],
    ["GET /users/a#b", "/users/a#b", "a#b"],
    ["GET http://evil.example/users/1", "/users/1", "1"],
  ])("is seen decoded and otherwise untouched: %s", async (line, rawPath, id) => {
    const { send, integration } = guarded(allow())
    await send(line)
    expect(integration.events).toMatchObject([{ rawPath, pathParameters: { id } }])
  })

  it("has no path in another form of target", async () => {
    expect((await guarded(allow()).send("OPTIONS *")).status).toBe(400)
  })

  it("finds its routes below a stage that is not `$default`", async () => {
    const { send, integration } = guarded(allow(), {}, { stage: "dev" })
    expect((await send("GET /dev/health")).status).toBe(200)
    expect((await send("GET /health")).status).toBe(404)
    expect((await send("GET /development/health")).status).toBe(404)
    expect(integration.events).toMatchObject([{ rawPath: "/dev/health", requestContext: { stage: "dev" } }])
  })
})

describe("a Lambda authorizer", () => {
  it("is asked with payload 2.0, and its context reaches the integration as it is", async () => {
    const lambda = allow({ text: "a", number: 1, list: ["a"], map: { a: "b" } })
    const { send, integration, entries } = guarded(lambda)
    const response = await send("GET /users/1")
    expect(response.status).toBe(200)
    expect(lambda.events).toMatchObject([
      {
        version: "2.0",
        type: "REQUEST",
        routeArn: "arn:aws:execute-api:eu-west-1:123456789012:api1/$default/GET/users/1",
        identitySource: ["Bearer a"],
        routeKey: "GET /users/{id}",
      },
    ])
    expect(integration.events).toMatchObject([
      {
        requestContext: {
          authorizer: { lambda: { text: "a", number: 1, list: ["a"], map: { a: "b" } } },
        },
      },
    ])
    expect(entries).toMatchObject([{ authorizer: "called", cache: "off" }])
    expect(headerOf(response, "x-claimgate-authorizer")).toBe("called")
  })

  it("is not asked where an identity source is missing or empty: 401", async () => {
    const lambda = allow()
    const { send, entries } = guarded(lambda)
    for (const headers of [{}, { Authorization: "" }]) {
      const response = await send("GET /users/1", headers)
      expect([response.status, textOf(response)]).toEqual([401, '{"message":"Unauthorized"}'])
    }
    expect(lambda.events).toEqual([])
    expect(entries.map(({ authorizer }) => authorizer)).toEqual(["refused", "refused"])
  })

  it("is asked whatever is sent where it has no identity source", async () => {
    const lambda = allow()
    await guarded(lambda, { identitySources: [] }).send("GET /users/1", {})
    expect(lambda.events).toMatchObject([{ identitySource: [] }])
  })

  const throws = (message: string) => () => {
    throw new Error(message)
  }
  it.each([
    ["says no", () => ({ isAuthorized: false }), 403, "Forbidden"],
    ["throws exactly `Unauthorized`", throws("Unauthorized"), 401, "Unauthorized"],
    ["throws something else", throws("unauthorized"), 500, "Internal Server Error"],
    ["throws more than `Unauthorized`", throws("Unauthorized: expired"), 500, "Internal Server Error"],
    ["takes too long", never, 500, "Internal Server Error"],
    ["answers nothing", () => undefined, 500, "Internal Server Error"],
    ["answers text", () => "yes", 500, "Internal Server Error"],
    ["answers true", () => true, 500, "Internal Server Error"],
    ["answers a list", () => [{ isAuthorized: true }], 500, "Internal Server Error"],
    ["says yes in text", () => ({ isAuthorized: "true" }), 500, "Internal Server Error"],
    ["says yes as 1", () => ({ isAuthorized: 1 }), 500, "Internal Server Error"],
    [
      "has a context that is text",
      () => ({ isAuthorized: true, context: "x" }),
      500,
      "Internal Server Error",
    ],
    [
      "answers with a policy where simple answers are configured",
      () => ({
        principalId: "a",
        policyDocument: { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
      }),
      500,
      "Internal Server Error",
    ],
  ])("keeps the integration from being called where it %s", async (_, script, status, message) => {
    const { send, integration } = guarded(
      scriptedFunction("authorizer", script),
      {},
      { limits: { authorizerMilliseconds: 20 } },
    )
    const response = await send("GET /users/1")
    expect([response.status, JSON.parse(textOf(response))]).toEqual([status, { message }])
    expect(integration.events).toEqual([])
  })

  it("keeps the integration from being called where it cannot be called itself", async () => {
    const broken: LambdaFunction = { name: "broken", invoke: () => Promise.reject(new Error("no")) }
    expect((await guarded(broken).send("GET /users/1")).status).toBe(500)
  })
})

describe("a Lambda authorizer that answers with policies", () => {
  const policyFor = (Effect: string, Resource: string) =>
    scriptedFunction("authorizer", () => ({
      principalId: "ada",
      policyDocument: {
        Version: "2012-10-17",
        Statement: [{ Action: "execute-api:Invoke", Effect, Resource }],
      },
      context: { roles: "editor" },
    }))
  const arn = "arn:aws:execute-api:eu-west-1:123456789012:api1/$default"

  it.each([
    ["Allow", `${arn}/GET/users/1`, 200],
    ["Allow", `${arn}/GET/users/2`, 403],
    ["Allow", `${arn}/DELETE/*`, 403],
    ["Deny", `${arn}/*`, 403],
    ["Maybe", `${arn}/*`, 500],
    ["Allow", "x".repeat(513), 500],
  ])("%s %s: %d", async (effect, resource, status) => {
    const { send } = guarded(policyFor(effect, resource), { response: "iam" })
    expect((await send("GET /users/1")).status).toBe(status)
  })

  it("leaves its context to the integration in the same place", async () => {
    const { send, integration } = guarded(policyFor("Allow", "*"), { response: "iam" })
    await send("GET /users/1")
    expect(integration.events).toMatchObject([
      { requestContext: { authorizer: { lambda: { roles: "editor" } } } },
    ])
  })

  it("without a principal is malformed", async () => {
    const lambda = scriptedFunction("authorizer", () => ({
      policyDocument: { Statement: [{ Action: "*", Effect: "Allow", Resource: "*" }] },
    }))
    expect((await guarded(lambda, { response: "iam" }).send("GET /users/1")).status).toBe(500)
  })

  it("can ask for payload 1.0", async () => {
    const lambda = policyFor("Allow", "*")
    await guarded(lambda, { response: "iam", payload: "1.0" }).send("GET /users/1")
    expect(lambda.events).toMatchObject([{ version: "1.0", methodArn: `${arn}/GET/users/1` }])
  })
})

describe("the result cache", () => {
  const both = ["$request.header.Authorization", "$context.routeKey"]

  it("spares the authorizer for as long as its answer lives", async () => {
    const lambda = allow({ roles: "editor" })
    const { send, integration } = guarded(lambda, { ttlSeconds: 60, identitySources: both })
    const cached = async () => headerOf(await send("GET /users/1"), "x-claimgate-cache")
    expect([await cached(), await cached()]).toEqual(["miss", "hit"])
    clock.time += 59_999
    expect(await cached()).toBe("hit")
    clock.time += 1
    expect(await cached()).toBe("miss")
    expect(lambda.events).toHaveLength(2)
    expect(integration.events[1]).toMatchObject({
      requestContext: { authorizer: { lambda: { roles: "editor" } } },
    })
  })

  it("keeps apart tokens, and routes where they are part of the key", async () => {
    const lambda = allow()
    const { send } = guarded(lambda, { ttlSeconds: 60, identitySources: both })
    await send("GET /users/1")
    await send("GET /users/2")
    expect(lambda.events).toHaveLength(1)
    await send("DELETE /users/1")
    await send("GET /users/1", { Authorization: "Bearer b" })
    expect(lambda.events).toHaveLength(3)
  })

  it("keeps denials too", async () => {
    const lambda = scriptedFunction("authorizer", () => ({ isAuthorized: false }))
    const { send, entries } = guarded(lambda, { ttlSeconds: 60 })
    expect([(await send("GET /users/1")).status, (await send("GET /users/1")).status]).toEqual([403, 403])
    expect(lambda.events).toHaveLength(1)
    expect(entries.map(({ authorizer }) => authorizer)).toEqual(["called", "cached"])
  })

  it.each([
    ["a failure", "down"],
    ["`Unauthorized`", "Unauthorized"],
    ["a malformed answer", undefined],
  ])("never keeps %s", async (_, message) => {
    let broken = true
    const lambda = scriptedFunction("authorizer", () => {
      if (!broken) return { isAuthorized: true }
      if (message === undefined) return { isAuthorized: "true" }
      throw new Error(message)
    })
    const { send } = guarded(lambda, { ttlSeconds: 60 })
    expect((await send("GET /users/1")).status).not.toBe(200)
    broken = false
    expect((await send("GET /users/1")).status).toBe(200)
  })

  it("never keeps a policy that is none", async () => {
    const lambda = scriptedFunction("authorizer", () => ({ principalId: "a", policyDocument: {} }))
    const { send } = guarded(lambda, { ttlSeconds: 60, response: "iam" })
    expect((await send("GET /users/1")).status).toBe(500)
    expect((await send("GET /users/1")).status).toBe(500)
    expect(lambda.events).toHaveLength(2)
  })

  it("reads a kept policy again for every request", async () => {
    const lambda = scriptedFunction("authorizer", ({ routeArn }: { routeArn: string }) => ({
      principalId: "ada",
      policyDocument: { Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: routeArn }] },
    }))
    const { send } = guarded(lambda, { ttlSeconds: 60, response: "iam" })
    expect((await send("GET /users/1")).status).toBe(200)
    expect((await send("DELETE /users/1")).status).toBe(403)
    expect(lambda.events).toHaveLength(1)
  })

  it("can be emptied", async () => {
    const lambda = allow()
    const { api, send } = guarded(lambda, { ttlSeconds: 60 })
    await send("GET /users/1")
    api.resetAuthorizersCache()
    await send("GET /users/1")
    expect(lambda.events).toHaveLength(2)
  })
})

describe("an integration", () => {
  const openTo = (script: () => unknown, more: Partial<HttpApiConfig> = {}) => {
    const integration = scriptedFunction("backend", script)
    const api = createHttpApi({ id: "api1", routes: [{ routeKey: "GET /x", integration }], ...more }, { now })
    return api.handle(createRequest("GET", "/x"))
  }

  it.each([
    [
      "throws",
      () => {
        throw new Error("secret reason")
      },
      500,
      "Internal Server Error",
    ],
    ["gives a malformed answer", () => ({ statusCode: "ok" }), 500, "Internal Server Error"],
    ["takes too long", never, 503, "Service Unavailable"],
  ])("that %s is not shown to the client", async (_, script, status, message) => {
    const response = await openTo(script, { limits: { integrationMilliseconds: 20 } })
    expect([response.status, JSON.parse(textOf(response))]).toEqual([status, { message }])
  })

  it("answers without trace headers where they are turned off", async () => {
    const response = await openTo(() => ({ statusCode: 200 }), { trace: false })
    expect(response.headers.some(([name]) => name.startsWith("x-claimgate"))).toBe(false)
  })
})

describe("limits", () => {
  it("let 10,240 bytes of request line and header values pass, and not one more", async () => {
    const { send } = guarded(allow())
    const room = 10_240 - "GET /health HTTP/1.1".length
    expect((await send("GET /health", { a: "x".repeat(room) })).status).toBe(200)
    const response = await send("GET /health", { a: "x".repeat(room - 1), b: "xx" })
    expect([response.status, textOf(response)]).toEqual([
      431,
      '{"message":"Request Header Fields Too Large"}',
    ])
  })

  it("count a long target", async () => {
    expect((await guarded(allow()).send(`GET /health?${"x".repeat(10_240)}`, {})).status).toBe(431)
  })

  it("refuse a body of more than 10 MB", async () => {
    const { api } = guarded(allow(), {}, { limits: { payloadBytes: 10 } })
    const response = await api.handle(createRequest("GET", "/health", { body: "x".repeat(11) }))
    expect([response.status, textOf(response)]).toEqual([413, '{"message":"Request Entity Too Large"}'])
  })
})

describe("CORS", () => {
  const cors = { allowOrigins: ["https://app.example"], allowMethods: ["GET"] }
  const asked = { Origin: "https://app.example", "Access-Control-Request-Method": "GET" }

  it("answers a preflight by itself, without the authorizer, where routes are by method", async () => {
    const lambda = allow()
    const { send, integration } = guarded(lambda, {}, { cors })
    const response = await send("OPTIONS /users/1", asked)
    expect([response.status, headerOf(response, "access-control-allow-origin")]).toEqual([204, asked.Origin])
    expect([lambda.events, integration.events]).toEqual([[], []])
  })

  it("asks the authorizer first where `$default` or `ANY` takes the preflight", async () => {
    for (const routeKey of ["$default", "ANY /{proxy+}"]) {
      const routes = [{ routeKey, authorizer: "main", integration: echo("backend") }]
      const { send } = guarded(allow(), {}, { cors, routes })
      expect((await send("OPTIONS /users/1", asked)).status).toBe(401)
      expect((await send("OPTIONS /users/1", { ...asked, Authorization: "a" })).status).toBe(204)
    }
  })

  it("puts its headers on the integration's answers, not on its own refusals", async () => {
    const { send } = guarded(allow(), {}, { cors })
    const origin = { Origin: "https://app.example" }
    const answered = await send("GET /users/1", { ...origin, Authorization: "a" })
    expect(headerOf(answered, "access-control-allow-origin")).toBe("https://app.example")
    for (const line of ["GET /users/1", "GET /nothing"])
      expect(headerOf(await send(line, origin), "access-control-allow-origin")).toBeUndefined()
  })
})

describe("the JWT authorizer", () => {
  let issuer: ScriptedIssuer
  beforeAll(async () => {
    issuer = await startIssuer(now)
  })
  afterAll(() => issuer.close())

  function behindJwt(from: ScriptedIssuer = issuer) {
    const integration = echo("backend")
    const entries: RequestLogEntry[] = []
    const api = createHttpApi(
      {
        id: "api1",
        routes: [
          { routeKey: "GET /users", authorizer: "jwt", integration },
          {
            routeKey: "GET /reports",
            authorizer: "jwt",
            integration,
            scopes: ["reports/read", "reports/write"],
          },
        ],
        limits: { keysMilliseconds: 1000 },
        authorizers: {
          jwt: { kind: "jwt", issuer: from.issuer, audiences: ["app"], jwksUri: from.jwksUri },
        },
      },
      { now, log: (entry) => entries.push(entry) },
    )
    const send = (target: string, authorization?: string) =>
      api.handle(
        createRequest(
          "GET",
          target,
          authorization === undefined ? {} : { headers: { Authorization: authorization } },
        ),
      )
    return { send, integration, entries }
  }

  it("hands the claims on as text, in AWS's own way with lists and numbers", async () => {
    const { send, integration, entries } = behindJwt()
    const token = issuer.token({
      "cognito:groups": ["admin", "user"],
      "custom:role": "editor",
      address: { country: "JP" },
      active: true,
      nickname: null,
      scope: "reports/read",
    })
    expect((await send("/users", `Bearer ${token}`)).status).toBe(200)
    const seconds = Math.floor(clock.time / 1000)
    expect(integration.events).toMatchObject([{ requestContext: { authorizer: { jwt: { scopes: null } } } }])
    const [event] = integration.events as [{ requestContext: { authorizer: { jwt: { claims: unknown } } } }]
    expect(event.requestContext.authorizer.jwt.claims).toEqual({
      "cognito:groups": "[admin user]",
      "custom:role": "editor",
      active: "true",
      address: '{"country":"JP"}',
      client_id: "app",
      exp: String(seconds + 300),
      iat: String(seconds),
      iss: issuer.issuer,
      scope: "reports/read",
      sub: "ada",
      token_use: "access",
    })
    expect(entries).toMatchObject([{ authorizer: "gateway", cache: "off" }])
  })

  it.each([
    ["the token alone", (token: string) => token],
    ["the token after its scheme", (token: string) => `Bearer ${token}`],
  ])("takes %s", async (_, write) => {
    expect((await behindJwt().send("/users", write(issuer.token()))).status).toBe(200)
  })

  it.each([
    ["an ID token by its audience", { aud: "app", client_id: undefined }],
    ["one of several audiences", { aud: ["other", "app"] }],
    ["a token of exactly now", { iat: Math.floor(clock.time / 1000) }],
    ["a token without `exp`, as it looks at what is there only", { exp: undefined }],
  ])("takes %s", async (_, claims) => {
    expect((await behindJwt().send("/users", issuer.token(claims))).status).toBe(200)
  })

  it("asks for a token where there is none", async () => {
    const response = await behindJwt().send("/users")
    expect([response.status, textOf(response)]).toEqual([401, '{"message":"Unauthorized"}'])
    expect(headerOf(response, "www-authenticate")).toBe("Bearer")
  })

  const audience = "the token does not have a valid audience"
  it.each([
    ["another client", () => issuer.token({ client_id: "other" }), audience],
    ["the right client and another audience", () => issuer.token({ aud: "other" }), audience],
    ["neither client nor audience", () => issuer.token({ client_id: undefined }), audience],
    ["another issuer", () => issuer.token({ iss: "https://evil.example" }), "issuer"],
    [
      "a time that is over, to the second",
      () => issuer.token({ exp: Math.floor(clock.time / 1000) }),
      "expired",
    ],
    ["an `exp` that is text", () => issuer.token({ exp: "9999999999" }), "exp"],
    [
      "a time that has not come",
      () => issuer.token({ nbf: Math.floor(clock.time / 1000) + 1 }),
      "not valid yet",
    ],
    [
      "an issue in the future",
      () => issuer.token({ iat: Math.floor(clock.time / 1000) + 1 }),
      "in the future",
    ],
    [
      "no algorithm",
      () => `${issuer.token({}, { alg: "none" }).split(".").slice(0, 2).join(".")}.`,
      "signing",
    ],
    ["a secret's algorithm", () => issuer.token({}, { alg: "HS256" }), "signing"],
    ["an algorithm by an inherited name", () => issuer.token({}, { alg: "constructor" }), "signing"],
    ["a key that is not published", () => issuer.token({}, { kid: "key-2" }), "key"],
    ["no key named", () => issuer.token({}, { kid: undefined }), "key"],
    [
      "another key's signature",
      () => issuer.token({}, {}, generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey),
      "signature",
    ],
    [
      "a changed payload",
      () => issuer.token().replace(/\.(.)/, (_, first) => `.${first === "e" ? "f" : "e"}`),
      "",
    ],
    ["two parts", () => "a.b", "malformed"],
    ["four parts", () => `${issuer.token()}.x`, "malformed"],
    ["a payload that is a list", () => issuer.token().replace(/\..*\./, ".W10."), "malformed"],
    ["another alphabet", () => `${issuer.token()}+/`, "malformed"],
  ])("refuses a token with %s", async (_, token, because) => {
    const { send, integration } = behindJwt()
    const response = await send("/users", `Bearer ${token()}`)
    expect([response.status, textOf(response)]).toEqual([401, '{"message":"Unauthorized"}'])
    expect(headerOf(response, "www-authenticate")).toMatch(
      /^Bearer scope="" error="invalid_token" error_description="[^"]+"$/,
    )
    expect(headerOf(response, "www-authenticate")).toContain(because)
    expect(integration.events).toEqual([])
  })

  it.each([
    ["none", {}],
    ["others", { scope: "reports/delete reports" }],
    [
      "the right ones in `scope` and others in `scp`, which goes first",
      { scope: "reports/read", scp: ["x"] },
    ],
  ])("refuses with 403 on a route with scopes a token that has %s", async (_, claims) => {
    const response = await behindJwt().send("/reports", issuer.token(claims))
    expect([response.status, textOf(response)]).toEqual([403, '{"message":"Forbidden"}'])
    expect(headerOf(response, "www-authenticate")).toContain('error="insufficient_scope"')
  })

  it("shows the integration all scopes of the token where the route asks for one", async () => {
    const { send, integration } = behindJwt()
    expect((await send("/reports", issuer.token({ scope: "openid reports/read" }))).status).toBe(200)
    expect(integration.events).toMatchObject([
      { requestContext: { authorizer: { jwt: { scopes: ["openid", "reports/read"] } } } },
    ])
  })

  it("fetches keys once for many requests, again after two hours, and not for unknown ones", async () => {
    const fresh = await startIssuer(now)
    const { send } = behindJwt(fresh)
    await Promise.all(Array.from({ length: 10 }, () => send("/users", fresh.token())))
    await send("/users", fresh.token({}, { kid: "key-2" }))
    expect(fresh.fetches()).toBe(1)
    clock.time += 2 * 60 * 60 * 1000
    expect((await send("/users", fresh.token())).status).toBe(200)
    expect(fresh.fetches()).toBe(2)
    await fresh.close()
  })

  it.each([
    ["answers an error", async () => createResponse(500, [], "{}")],
    ["answers a page", async () => createResponse(200, [], "<html>")],
    ["answers no keys", async () => createResponse(200, [], "{}")],
    ["answers too much", async () => createResponse(200, [], `{"keys":[]${" ".repeat(150_000)}}`)],
    ["does not answer", never],
  ])("refuses while the issuer %s, and recovers by itself", async (_, broken) => {
    const fresh = await startIssuer(now)
    const whole = await fetch(fresh.jwksUri).then((response) => response.text())
    fresh.answerWith(broken)
    const { send } = behindJwt(fresh)
    const refusal = await send("/users", fresh.token())
    expect(refusal.status).toBe(401)
    expect(headerOf(refusal, "www-authenticate")).toContain("could not be read")
    fresh.answerWith(async () => createResponse(200, [], whole))
    expect((await send("/users", fresh.token())).status).toBe(200)
    await fresh.close()
  })
})

describe("a configuration that AWS would not take", () => {
  const integration = echo("backend")
  const lambda = allow()
  const authorizer = { kind: "lambda", function: lambda, identitySources: [], response: "simple" } as const
  const route = { routeKey: "GET /x", integration, authorizer: "main" }
  it.each([
    ["an authorizer that is not there", { routes: [route] }],
    [
      "an authorizer by an inherited name",
      { routes: [{ ...route, authorizer: "toString" }], authorizers: {} },
    ],
    [
      "a cache with nothing to key on",
      { routes: [], authorizers: { main: { ...authorizer, ttlSeconds: 1 } } },
    ],
    [
      "a cache for too long",
      {
        routes: [],
        authorizers: { main: { ...authorizer, identitySources: ["$context.stage"], ttlSeconds: 3601 } },
      },
    ],
    [
      "simple answers with payload 1.0",
      { routes: [], authorizers: { main: { ...authorizer, payload: "1.0" } } },
    ],
    [
      "an identity source of a REST API",
      { routes: [], authorizers: { main: { ...authorizer, identitySources: ["context.stage"] } } },
    ],
    [
      "two routes of the same shape",
      {
        routes: [
          { ...route, authorizer: undefined },
          { ...route, authorizer: undefined },
        ],
      },
    ],
  ])("is refused: %s", (_, config) => {
    expect(() => createHttpApi({ id: "api1", ...config } as HttpApiConfig, { now })).toThrow(ClaimgateError)
  })
})

describe("over a socket", () => {
  it("answers as it does without one, and is gone when it is closed", async () => {
    const { api } = guarded(allow())
    const server = await api.listen(0)
    const response = await fetch(`http://127.0.0.1:${server.port}/users/1`, {
      headers: { authorization: "Bearer a" },
    })
    expect([response.status, await response.text()]).toEqual([200, "backend"])
    expect(response.headers.get("x-claimgate-authorizer")).toBe("called")
    await server.close()
    await expect(fetch(`http://127.0.0.1:${server.port}/health`)).rejects.toThrow()
  })

  it("answers oversized headers itself", async () => {
    const { api } = guarded(allow())
    const server = await api.listen(0)
    const response = await fetch(`http://127.0.0.1:${server.port}/health`, {
      headers: { a: "x".repeat(20_000) },
    })
    expect([response.status, await response.json()]).toEqual([
      431,
      { message: "Request Header Fields Too Large" },
    ])
    await server.close()
  })
})

it("a log that throws changes nothing", async () => {
  const api = createHttpApi(
    { id: "api1", routes: [{ routeKey: "GET /x", integration: echo("backend") }] },
    {
      now,
      log: () => {
        throw new Error("disk full")
      },
    },
  )
  const response = await api.handle(createRequest("GET", "/x"))
  expect([response.status, headerValues(response.headers, "x-claimgate-authorizer")]).toEqual([200, ["none"]])
})
