import { createCatalog, encodeClaim, expand } from "@claimgate/core"
import { describe, expect, it } from "vitest"
import { createAuthorize, type DecisionLog } from "./authorize.ts"
import { type PolicyResource, parsePolicyResource } from "./policy.ts"
import { createRestAuthorizer, parseRestEvent } from "./rest.ts"
import { claimSource } from "./source.ts"
import type { Verified } from "./verify.ts"

const log = [
  "GET /",
  "GET /api/users",
  "GET /api/users/{id}",
  "DELETE /api/users/{id}",
  "GET /files/{path+}",
  "GET /api/users/{id}/files/{file}",
  "GET /api/me",
  "POST /api/new",
]
const catalog = createCatalog(log, [7, 8], { "GET /api/me": "signed-in" })
const older = createCatalog(log.slice(0, 7), [7])
const reads = encodeClaim(catalog, expand(catalog, ["GET:/", "GET:/**"]))

const api = "arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/"
const good = "Bearer good"

/** As API Gateway sends it to a REQUEST authorizer; `more` replaces fields, and `undefined` takes one away. */
function requestEvent(method: string, path: string, resource: string, more: Record<string, unknown> = {}) {
  return {
    type: "REQUEST",
    methodArn: `${api}${method}${path}`,
    resource,
    path,
    httpMethod: method,
    headers: { Authorization: good, Host: "abcdef1234.execute-api.eu-west-1.amazonaws.com" },
    multiValueHeaders: { Authorization: [good], Host: ["abcdef1234.execute-api.eu-west-1.amazonaws.com"] },
    queryStringParameters: {},
    pathParameters: {},
    stageVariables: {},
    requestContext: {
      path: `/prod${path}`,
      resourcePath: resource,
      httpMethod: method,
      requestId: "req-1",
      stage: "prod",
    },
    ...more,
  }
}

function tokenEvent(method: string, path: string, more: Record<string, unknown> = {}) {
  return { type: "TOKEN", methodArn: `${api}${method}${path}`, authorizationToken: good, ...more }
}

function authorizer(form: PolicyResource, permissions: string | undefined = reads) {
  const entries: DecisionLog[] = []
  const token = {
    subject: "ann",
    iat: 1_999_999_000,
    exp: 2_000_000_000,
    role: "reader",
    epoch: "0.1.1",
    permissions,
  }
  const authorize = createAuthorize({
    verify: async (authorization): Promise<Verified> =>
      authorization === good ? { ok: true, token } : { ok: false, because: "malformed" },
    catalog,
    source: claimSource(catalog),
    onDoubt: "refuse",
    log: (entry) => entries.push(entry),
    now: () => 0,
  })
  return { entries, call: createRestAuthorizer(authorize, form) }
}

const statement = (Effect: "Allow" | "Deny", Resource: string) => ({
  Version: "2012-10-17",
  Statement: [{ Action: "execute-api:Invoke", Effect, Resource }],
})

describe("a policy about the request's path", () => {
  const long = "x".repeat(600)
  const rows: readonly (readonly [
    what: string,
    method: string,
    path: string,
    effect: "Allow" | "Deny",
    resource: string,
  ])[] = [
    ["names its method and path", "GET", "/api/users/7", "Allow", "GET/api/users/7"],
    ["denies what the token does not hold", "DELETE", "/api/users/7", "Deny", "DELETE/api/users/7"],
    ["denies a route that is not there", "GET", "/nowhere", "Deny", "GET/nowhere"],
    ["denies a bad path", "GET", "/api/users/7/", "Deny", "GET/api/users/7/"],
    ["denies a dot segment", "GET", "/files/../api/users", "Deny", "GET/files/../api/users"],
    ["allows the root", "GET", "/", "Allow", "GET/"],
    ["keeps the percent-encoding", "GET", "/files/my%20plan", "Allow", "GET/files/my%20plan"],
    ["says `?` for a `*` in the path, which would be every path", "GET", "/files/*", "Allow", "GET/files/?"],
    ["says so for each of them", "GET", "/files/*/a*b", "Allow", "GET/files/?/a?b"],
    ["breaks up what IAM would take for a variable", "GET", "/files/$\u007bx}", "Deny", "GET/files/?{x}"],
    ["is a prefix where it is too long", "GET", `/files/${long}`, "Allow", `GET/files/${long}`],
  ]
  describe.each(["REQUEST", "TOKEN"])("for a %s event", (kind) => {
    it.each(rows)("%s: %s %s", async (_, method, path, effect, resource) => {
      const event = kind === "TOKEN" ? tokenEvent(method, path) : requestEvent(method, path, "/{proxy+}")
      const { call, entries } = authorizer("path")
      const { principalId, policyDocument } = await call(event)
      const whole = `${api}${resource}`
      const expected = whole.length > 512 ? `${whole.slice(0, 511)}*` : whole
      expect([principalId, policyDocument]).toEqual(["ann", statement(effect, expected)])
      expect(entries).toMatchObject([{ status: effect === "Allow" ? 200 : 403, method, subject: "ann" }])
    })
  })

  it("is by the path, whatever route of the catalog the gateway's resource happens to be", async () => {
    const narrow = encodeClaim(catalog, expand(catalog, ["GET:/files/{path+}"]))
    const { policyDocument } = await authorizer("path", narrow).call(
      requestEvent("GET", "/api/users", "/files/{path+}"),
    )
    expect(policyDocument).toEqual(statement("Deny", `${api}GET/api/users`))
  })
})

describe("a policy about the resource", () => {
  const rows: readonly (readonly [
    method: string,
    path: string,
    resource: string,
    effect: "Allow" | "Deny",
    pattern: string,
  ])[] = [
    ["GET", "/api/users", "/api/users", "Allow", "GET/api/users"],
    ["GET", "/api/users/7", "/api/users/{id}", "Allow", "GET/api/users/*"],
    ["GET", "/api/users/7", "/api/users/{name}", "Allow", "GET/api/users/*"],
    ["GET", "/api/users/7/files/9", "/api/users/{id}/files/{file}", "Allow", "GET/api/users/*/files/*"],
    ["GET", "/files/a/b", "/files/{path+}", "Allow", "GET/files/*"],
    ["DELETE", "/api/users/7", "/api/users/{id}", "Deny", "DELETE/api/users/*"],
    ["GET", "/", "/", "Allow", "GET/"],
  ]
  it.each(rows)(
    "has `*` for each parameter: %s %s is %s",
    async (method, path, resource, effect, pattern) => {
      const { call, entries } = authorizer("resource")
      const { policyDocument } = await call(requestEvent(method, path, resource))
      expect(policyDocument).toEqual(statement(effect, `${api}${pattern}`))
      expect(entries).toMatchObject([{ requestId: "req-1", status: effect === "Allow" ? 200 : 403, path }])
    },
  )

  const notKept: readonly (readonly [string, string, string, string])[] = [
    ["a trailing slash", "/api/users/7/", "/api/users/{id}", "bad_path"],
    ["a dot segment", "/api/users/..", "/api/users/{id}", "bad_path"],
    ["an encoded slash", "/api/users/a%2Fb", "/api/users/{id}", "bad_path"],
    ["a resource that is no catalog route", "/api/users/7", "/api/{proxy+}", "no_route"],
    ["a resource that this catalog does not have yet", "/files/a", "/files/{id}", "no_route"],
  ]
  it.each(notKept)(
    "is none for %s: a 401 is not kept for the other paths",
    async (_, path, resource, because) => {
      const { call, entries } = authorizer("resource")
      await expect(call(requestEvent("GET", path, resource))).rejects.toThrow(/^Unauthorized$/)
      expect(entries).toMatchObject([{ status: 401, decision: "refused", because, path }])
    },
  )
})

it("the whole caller context goes on as text", async () => {
  const { context } = await authorizer("path").call(requestEvent("GET", "/api/users/7", "/api/users/{id}"))
  expect(context).toEqual({
    subject: "ann",
    roles: "reader",
    epoch: "0.1.1",
    exp: "2000000000",
    decision: "allowed",
    route: "GET /api/users/{id}",
  })
})

it("a refusal carries no context", async () => {
  expect((await authorizer("path").call(tokenEvent("DELETE", "/api/users/7"))).context).toEqual({})
})

describe("a token that nobody can vouch for is a 401", () => {
  const rows: readonly (readonly [string, Record<string, unknown>])[] = [
    ["absent", { headers: {}, multiValueHeaders: {} }],
    ["absent, where the maps are null", { headers: null, multiValueHeaders: null }],
    ["another one", { multiValueHeaders: { Authorization: ["Bearer bad"] } }],
    ["one of two", { multiValueHeaders: { Authorization: [good, good] } }],
    [
      "one of two, each in its own case",
      { multiValueHeaders: { Authorization: [good], authorization: [good] } },
    ],
  ]
  it.each(rows)("%s", async (_, more) => {
    const event = requestEvent("GET", "/api/users", "/api/users", more)
    await expect(authorizer("path").call(event)).rejects.toThrow(/^Unauthorized$/)
  })

  it.each(["path", "resource"] as const)("and so is a claim older than the route, by %s", async (form) => {
    const event = requestEvent("POST", "/api/new", "/api/new")
    const { call, entries } = authorizer(form, encodeClaim(older, expand(older, ["*:/**"])))
    await expect(call(event)).rejects.toThrow(/^Unauthorized$/)
    expect(entries).toMatchObject([{ status: 401, because: "newer_route", route: "POST /api/new" }])
  })
})

it.each([
  ["in lower case", { multiValueHeaders: { authorization: [good] } }],
  ["in the single-value map alone", { multiValueHeaders: undefined, headers: { AUTHORIZATION: good } }],
])("the header is found %s", async (_, more) => {
  const event = requestEvent("GET", "/api/users", "/api/users", more)
  expect((await authorizer("path").call(event)).principalId).toBe("ann")
})

describe("what cannot be read is a failed call, never an answer", () => {
  const request = (more: Record<string, unknown>) => requestEvent("GET", "/api/users", "/api/users", more)
  const rows: readonly (readonly [string, unknown])[] = [
    ["nothing", undefined],
    ["no type", request({ type: undefined })],
    ["another type", request({ type: "COGNITO" })],
    ["no ARN", request({ methodArn: undefined })],
    [
      "an ARN of another service",
      request({ methodArn: "arn:aws:lambda:eu-west-1:123456789012:abc/prod/GET/x" }),
    ],
    ["an ARN without a stage", request({ methodArn: "arn:aws:execute-api:eu-west-1:123456789012:abc/GET" })],
    ["an ARN without a path", tokenEvent("GET", "")],
    [
      "an ARN whose stage has a wildcard",
      tokenEvent("", "", { methodArn: api.replace("prod", "*").concat("GET/") }),
    ],
    ["an ARN with a lower-case method", tokenEvent("get", "/api/users")],
    ["a method that is not the ARN's", request({ httpMethod: "DELETE" })],
    ["no method", request({ httpMethod: undefined })],
    ["no path", request({ path: undefined })],
    ["a path that is a number", request({ path: 7 })],
    ["no resource", request({ resource: undefined })],
    ["two resources", request({ resource: "/api/{proxy+}" })],
    ["no request context", request({ requestContext: undefined })],
    ["no request id", request({ requestContext: { resourcePath: "/api/users" } })],
    ["a header that is a number", request({ multiValueHeaders: { Authorization: [7] } })],
    ["headers that are text", request({ multiValueHeaders: "Authorization" })],
    ["a TOKEN event without a token", tokenEvent("GET", "/api/users", { authorizationToken: undefined })],
  ]
  it.each(rows)("%s", async (_, event) => {
    await expect(authorizer("path").call(event)).rejects.toMatchObject({ code: "malformed_input" })
  })

  it("a TOKEN event, where policies speak of a resource: it names none", async () => {
    const answer = authorizer("resource").call(tokenEvent("GET", "/api/users"))
    await expect(answer).rejects.toMatchObject({ code: "malformed_input" })
  })
})

describe("the id in the log", () => {
  it("of a TOKEN event is Lambda's own", async () => {
    const { call, entries } = authorizer("path")
    await call(tokenEvent("GET", "/api/users"), { awsRequestId: "invocation-1" })
    expect(entries).toMatchObject([{ requestId: "invocation-1", status: 200, route: "GET /api/users" }])
  })

  it.each([undefined, {}, { awsRequestId: 7 }])("is empty where there is none: %j", (invocation) => {
    expect(parseRestEvent(tokenEvent("GET", "/"), "path", invocation).requestId).toBe("")
  })
})

describe("POLICY_RESOURCE", () => {
  it.each(["path", "resource"] as const)("may be `%s`", (form) =>
    expect(parsePolicyResource(form)).toBe(form),
  )

  it.each([undefined, "", "Path", "*"])("may not be %j", (text) => {
    expect(() => parsePolicyResource(text)).toThrow(/^POLICY_RESOURCE: expected `path` or `resource`, got/)
  })
})
