import { ClaimgateError } from "@claimgate/core"
import { describe, expect, it } from "vitest"
import { deploymentOf } from "./exchange.ts"
import { createGatewayResponder, type GatewayResponses } from "./gateway-response.ts"
import { createRequest, headerOf, textOf } from "./http-message.ts"
import { accessDenied, authorizerFailed, integrationLate, noMethod, unauthorized } from "./rest-errors.ts"
import { scriptedExchange } from "./scripted-exchange.ts"

const exchange = scriptedExchange({
  deployment: deploymentOf({ id: "api1", stageVariables: { mail: "help@example.com" } }, "prod"),
  request: createRequest("GET", "/prod/x?q=1", { headers: { Origin: "https://app.example" } }),
  query: "q=1",
  requestId: "7c2af7db",
})

describe("without configuration", () => {
  const answer = createGatewayResponder({})
  it.each([
    [unauthorized, 401, '{"message":"Unauthorized"}', "UnauthorizedException"],
    [
      accessDenied(false),
      403,
      '{"Message":"User is not authorized to access this resource"}',
      "AccessDeniedException",
    ],
    [
      accessDenied(true),
      403,
      '{"Message":"User is not authorized to access this resource with an explicit deny"}',
      "AccessDeniedException",
    ],
    [noMethod, 403, '{"message":"Missing Authentication Token"}', "MissingAuthenticationTokenException"],
    [authorizerFailed, 500, '{"message":null}', "AuthorizerConfigurationException"],
    [integrationLate, 504, '{"message":"Endpoint request timed out"}', "InternalServerErrorException"],
  ])("%o is AWS's own answer", (error, status, body, errorType) => {
    const response = answer(error, exchange)
    expect([response.status, textOf(response)]).toEqual([status, body])
    expect(headerOf(response, "x-amzn-ErrorType")).toBe(errorType)
    expect(headerOf(response, "content-type")).toBe("application/json")
  })
})

describe("with configuration", () => {
  const answer = createGatewayResponder({
    UNAUTHORIZED: {
      statusCode: 419,
      headers: {
        "Access-Control-Allow-Origin": "'*'",
        "x-origin": "method.request.header.origin",
        "x-q": "method.request.querystring.q",
        "x-missing": "method.request.header.x-missing",
        "x-id": "context.requestId",
      },
      body: '{"code":"$context.error.responseType","detail":$context.error.messageString,"at":"$context.stage","ask":"$stageVariables.mail","nothing":"$context.nothing"}',
    },
    DEFAULT_4XX: { headers: { "x-class": "'4'" } },
    DEFAULT_5XX: { statusCode: 555, body: '{"sorry":$context.error.messageString}' },
  } satisfies GatewayResponses)

  it("a header of the gateway's own is replaced, in whatever case, and never doubled", () => {
    const headers = { "Content-Type": "'application/problem+json'" }
    const response = createGatewayResponder({ UNAUTHORIZED: { headers } })(unauthorized, exchange)
    expect(headerOf(response, "content-type")).toBe("application/problem+json")
    expect(headerOf(response, "x-amzn-ErrorType")).toBe("UnauthorizedException")
  })

  it("an answer takes its own shape: status, headers and body", () => {
    const response = answer(unauthorized, exchange)
    expect(response.status).toBe(419)
    expect(JSON.parse(textOf(response))).toEqual({
      code: "UNAUTHORIZED",
      detail: "Unauthorized",
      at: "prod",
      ask: "help@example.com",
      nothing: "",
    })
    expect(headerOf(response, "access-control-allow-origin")).toBe("*")
    expect(headerOf(response, "x-origin")).toBe("https://app.example")
    expect(headerOf(response, "x-q")).toBe("1")
    expect(headerOf(response, "x-id")).toBe("7c2af7db")
    expect(headerOf(response, "x-missing")).toBeUndefined()
  })

  it("an answer without its own shape takes that of its class", () => {
    const denied = answer(accessDenied(false), exchange)
    expect([denied.status, headerOf(denied, "x-class")]).toEqual([403, "4"])
    expect(textOf(denied)).toContain('"Message"')
    const failed = answer(authorizerFailed, exchange)
    expect([failed.status, textOf(failed)]).toEqual([555, '{"sorry":null}'])
  })

  it.each(["*", "'open", "method.request.body", "context.nothing"])(
    "a header mapping such as %j is refused",
    (mapping) => {
      expect(() => createGatewayResponder({ DEFAULT_4XX: { headers: { x: mapping } } })).toThrow(
        ClaimgateError,
      )
    },
  )
})
