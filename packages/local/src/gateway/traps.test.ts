/**
 * The known traps of API Gateway's result cache, each sprung on purpose: the guard is off, and the model gives the
 * wrong answer that AWS would give. What keeps Claimgate's own configurations clear of them is tested against this
 * same model; these tests show that the model could tell.
 */
import { describe, expect, it } from "vitest"
import { createHttpApi } from "./http-api.ts"
import type { HttpApiLambdaAuthorizer } from "./http-api-authorizers.ts"
import { createRequest } from "./http-message.ts"
import { createRestApi } from "./rest-api.ts"
import { echo, scriptedFunction } from "./scripted-function.ts"

const now = () => Date.UTC(2026, 0, 1)
const token = "$request.header.Authorization"
const headers = { Authorization: "Bearer reader" }

/** Who holds this token may read users, and nothing else. */
const mayReadUsers = (method: string, path: string) => method === "GET" && path.startsWith("/users")

const simpleAuthorizer = () =>
  scriptedFunction("authorizer", (event: { requestContext: { http: { method: string; path: string } } }) => {
    const { method, path } = event.requestContext.http
    return { isAuthorized: mayReadUsers(method, path) }
  })

function httpApi(routeKeys: readonly string[], guard: Partial<HttpApiLambdaAuthorizer>) {
  const integration = echo("backend")
  const lambda = guard.function ?? simpleAuthorizer()
  const main = {
    kind: "lambda",
    function: lambda,
    identitySources: [token],
    response: "simple",
    ...guard,
  } as const
  const routes = routeKeys.map((routeKey) => ({ routeKey, authorizer: "main", integration }))
  const api = createHttpApi({ id: "api1", routes, authorizers: { main } }, { now })
  return async (method: string, target: string) =>
    (await api.handle(createRequest(method, target, { headers }))).status
}

function restApi(routeKeys: readonly string[], identitySources: readonly string[], policyFor: PolicyMaker) {
  const integration = echo("backend")
  const lambda = scriptedFunction("authorizer", policyFor)
  const main = { kind: "REQUEST", function: lambda, identitySources, ttlSeconds: 300 } as const
  const routes = routeKeys.map((routeKey) => ({ routeKey, authorizer: "main", integration }))
  const api = createRestApi({ id: "api1", stage: "prod", routes, authorizers: { main } }, { now })
  return async (method: string, target: string) =>
    (await api.handle(createRequest(method, target, { headers }))).status
}

interface RestEvent {
  readonly methodArn: string
  readonly httpMethod: string
  readonly path: string
}
type PolicyMaker = (event: RestEvent) => unknown

const policy = (Effect: "Allow" | "Deny", Resource: string) => ({
  principalId: "reader",
  policyDocument: { Version: "2012-10-17", Statement: [{ Action: "execute-api:Invoke", Effect, Resource }] },
})

describe("a simple response cached under the token alone", () => {
  const routes = ["GET /users", "DELETE /users/{id}"]

  it("lets a reader delete: the first answer holds for every route", async () => {
    const send = httpApi(routes, { ttlSeconds: 300 })
    expect(await send("GET", "/users")).toBe(200)
    expect(await send("DELETE", "/users/1")).toBe(200) // wrong: it should be 403
  })

  it("locks the reader out of what is theirs, where the refusal came first", async () => {
    const send = httpApi(routes, { ttlSeconds: 300 })
    expect(await send("DELETE", "/users/1")).toBe(403)
    expect(await send("GET", "/users")).toBe(403) // wrong: it should be 200
  })

  it.each([
    ["no cache", { ttlSeconds: 0 }],
    ["the route key in the cache key", { ttlSeconds: 300, identitySources: [token, "$context.routeKey"] }],
  ])("is disarmed by %s", async (_, guard) => {
    const send = httpApi(routes, guard)
    expect(await send("GET", "/users")).toBe(200)
    expect(await send("DELETE", "/users/1")).toBe(403)
  })
})

describe("one `ANY` or `{proxy+}` route under `$context.routeKey`", () => {
  const guard = { ttlSeconds: 300, identitySources: [token, "$context.routeKey"] }

  it.each([
    ["ANY /users", "DELETE", "/users"],
    ["ANY /{proxy+}", "DELETE", "/reports/1"],
    ["GET /{proxy+}", "GET", "/reports"],
    ["$default", "POST", "/reports"],
  ])(
    "%s lets a reader %s %s: the key is the same for everything behind it",
    async (routeKey, method, target) => {
      const send = httpApi([routeKey], guard)
      expect(await send("GET", "/users")).toBe(200)
      expect(await send(method, target)).toBe(200) // wrong: it should be 403
    },
  )

  it("is disarmed by method and path in the cache key", async () => {
    const identitySources = [token, "$context.httpMethod", "$context.path"]
    const send = httpApi(["ANY /{proxy+}"], { ttlSeconds: 300, identitySources })
    expect(await send("GET", "/users")).toBe(200)
    expect(await send("DELETE", "/reports/1")).toBe(403)
  })
})

describe("a policy for the exact ARN cached under the token", () => {
  const exactly: PolicyMaker = ({ methodArn, httpMethod, path }) =>
    policy(mayReadUsers(httpMethod, path) ? "Allow" : "Deny", methodArn)
  const routes = ["GET /users/{id}"]

  it("refuses the next request of the same token that it should allow", async () => {
    const send = restApi(routes, ["method.request.header.Authorization"], exactly)
    expect(await send("GET", "/prod/users/1")).toBe(200)
    expect(await send("GET", "/prod/users/2")).toBe(403) // wrong: it should be 200
  })

  it("does so on an HTTP API too", async () => {
    const lambda = scriptedFunction("authorizer", ({ routeArn }: { routeArn: string }) =>
      policy("Allow", routeArn),
    )
    const send = httpApi(routes, { function: lambda, response: "iam", ttlSeconds: 300 })
    expect(await send("GET", "/users/1")).toBe(200)
    expect(await send("GET", "/users/2")).toBe(403) // wrong: it should be 200
  })

  it("is disarmed by method and path in the cache key", async () => {
    const send = restApi(
      routes,
      ["method.request.header.Authorization", "context.httpMethod", "context.path"],
      exactly,
    )
    expect(await send("GET", "/prod/users/1")).toBe(200)
    expect(await send("GET", "/prod/users/2")).toBe(200)
  })
})

describe("`*` crossing `/`", () => {
  const base = "arn:aws:execute-api:eu-west-1:123456789012:api1/prod"
  const routes = ["GET /users/{id}", "GET /users/{id}/secrets"]

  it("opens what lies below a parameter to whoever may read the parameter's own route", async () => {
    const oneSegment: PolicyMaker = () => policy("Allow", `${base}/GET/users/*`)
    const send = restApi(routes, ["method.request.header.Authorization"], oneSegment)
    expect(await send("GET", "/prod/users/1")).toBe(200)
    expect(await send("GET", "/prod/users/1/secrets")).toBe(200) // wrong: it should be 403
  })

  it("does so with a `?` that was meant for one character of an id", async () => {
    const send = restApi(["GET /a/{id}", "GET /a/b/{id}"], ["method.request.header.Authorization"], () =>
      policy("Allow", `${base}/GET/a/???`),
    )
    expect(await send("GET", "/prod/a/b/1")).toBe(200) // wrong: `???` stood for an id of three characters
  })

  it("is disarmed by the resource path in the cache key: the policy then answers for one resource only", async () => {
    const byResource: PolicyMaker = ({ path }) =>
      policy(path.endsWith("/secrets") ? "Deny" : "Allow", `${base}/GET/users/*`)
    const send = restApi(
      routes,
      ["method.request.header.Authorization", "context.httpMethod", "context.resourcePath"],
      byResource,
    )
    expect(await send("GET", "/prod/users/1")).toBe(200)
    expect(await send("GET", "/prod/users/1/secrets")).toBe(403)
    expect(await send("GET", "/prod/users/2")).toBe(200)
  })
})
