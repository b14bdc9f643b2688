import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { answerApi } from "./protocol.ts"
import { POOL_ID, startPool, type Testbed } from "./testbed.ts"

const SIGNED =
  "AWS4-HMAC-SHA256 Credential=local/20260105/eu-west-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00"
let bed: Testbed
beforeAll(async () => {
  bed = await startPool()
})
afterAll(() => bed.stop())

async function call(
  operation: string,
  body: unknown,
  authorization: string | undefined = SIGNED,
): Promise<string> {
  const target = `AWSCognitoIdentityProviderService.${operation}`
  const text = typeof body === "string" ? body : JSON.stringify(body)
  const response = await answerApi(bed.pool, {
    target,
    authorization: authorization || undefined,
    body: text,
  })
  return response.failure === undefined
    ? "answered"
    : `${response.status} ${response.failure.code}: ${response.failure.message}`
}

describe("a request", () => {
  it.each([
    undefined,
    "",
    "InitiateAuth",
    "AWSCognitoIdentityProviderService.",
    "AWSCognitoIdentityProviderService.toString",
    "DynamoDB_20120810.GetItem",
  ])("for `%s` is no operation", async (target) => {
    const response = await answerApi(bed.pool, { target, authorization: SIGNED, body: "{}" })
    expect(response).toMatchObject({ status: 400, body: { __type: "UnknownOperationException" } })
  })

  it.each(["", "{", "null", "[]", '"text"', "7"])("with the body `%s` can't be read", async (body) => {
    expect(await call("ListUsers", body)).toBe(
      "400 SerializationException: The request body is not a JSON object.",
    )
  })

  it.each<[string, string, object, string]>([
    [
      "a number for text",
      "InitiateAuth",
      { ClientId: 7, AuthFlow: "USER_PASSWORD_AUTH" },
      "NUMBER_VALUE can not be converted to a String",
    ],
    [
      "text for a number",
      "ListUsers",
      { UserPoolId: POOL_ID, Limit: "ten" },
      "STRING_VALUE can not be converted to an Integer",
    ],
    [
      "a number for one of some words",
      "InitiateAuth",
      { ClientId: "web", AuthFlow: 7 },
      "NUMBER_VALUE can not be converted to a String",
    ],
    [
      "an object for text",
      "SignUp",
      { ClientId: "web", Username: {}, Password: "x" },
      "START_OBJECT can not be converted to a String",
    ],
    [
      "text for a map",
      "InitiateAuth",
      { ClientId: "web", AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: "x" },
      "STRING_VALUE can not be converted to a Map",
    ],
    [
      "text for a list",
      "SignUp",
      { ClientId: "web", Username: "x", Password: "xx", UserAttributes: "x" },
      "STRING_VALUE can not be converted to a List",
    ],
    [
      "a number in a map",
      "InitiateAuth",
      { ClientId: "web", AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: 1 } },
      "NUMBER_VALUE can not be converted to a String",
    ],
  ])("with %s can't be read", async (_what, operation, body, message) => {
    expect(await call(operation, body)).toBe(`400 SerializationException: ${message}`)
  })

  const flows =
    "[USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"
  it.each<[string, string, object, string]>([
    [
      "an unknown flow",
      "InitiateAuth",
      { ClientId: "web", AuthFlow: "MAGIC" },
      `1 validation error detected: Value 'MAGIC' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: ${flows}`,
    ],
    [
      "no flow",
      "InitiateAuth",
      { ClientId: "web" },
      "1 validation error detected: Value null at 'authFlow' failed to satisfy constraint: Member must not be null",
    ],
    [
      "null for a flow",
      "InitiateAuth",
      { ClientId: "web", AuthFlow: null },
      "1 validation error detected: Value null at 'authFlow' failed to satisfy constraint: Member must not be null",
    ],
    [
      "two missing members",
      "InitiateAuth",
      {},
      "2 validation errors detected: Value at 'clientId' failed to satisfy constraint: Member must not be null; Value null at 'authFlow' failed to satisfy constraint: Member must not be null",
    ],
    [
      "a pool id that is none",
      "ListUsers",
      { UserPoolId: "pool" },
      "1 validation error detected: Value 'pool' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+",
    ],
    [
      "an empty username",
      "SignUp",
      { ClientId: "web", Username: "", Password: "Abcdef1!" },
      "2 validation errors detected: Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1; Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
    ],
    [
      "a password of one letter",
      "SignUp",
      { ClientId: "web", Username: "x", Password: "x" },
      "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$",
    ],
    [
      "a token that is none",
      "GetUser",
      { AccessToken: "§" },
      "1 validation error detected: Value at 'accessToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+",
    ],
  ])("with %s violates a constraint, and no secret is repeated", async (_what, operation, body, message) => {
    expect(await call(operation, body)).toBe(`400 InvalidParameterException: ${message}`)
  })

  it("ignores members that it does not know", async () => {
    expect(await call("ListUsers", { UserPoolId: POOL_ID, Extra: { deep: [1] } })).toBe("answered")
  })
})

describe("an operation of administrators", () => {
  it.each([
    ["AdminCreateUser", ""],
    ["AdminInitiateAuth", ""],
    ["ListUsers", ""],
    ["DescribeUserPoolClient", ""],
    ["ListUserPools", ""],
  ])("%s needs credentials, whatever the body", async (operation, authorization) => {
    expect(await call(operation, "{", authorization)).toBe(
      "400 MissingAuthenticationTokenException: Missing Authentication Token",
    )
  })

  it.each(["Bearer x", "Basic eA==", "AWS4-HMAC-SHA256 Credential=local"])(
    "is refused with `%s`",
    async (authorization) => {
      expect(await call("ListUsers", { UserPoolId: POOL_ID }, authorization)).toMatch(
        /^400 IncompleteSignatureException/,
      )
    },
  )

  it("is not what users do for themselves", async () => {
    for (const operation of ["InitiateAuth", "SignUp", "GetUser", "RevokeToken", "GetTokensFromRefreshToken"])
      expect(await call(operation, {}, "")).toMatch(/^400 InvalidParameterException/)
  })
})

describe("a fault inside the pool", () => {
  it("is an internal error without any detail", async () => {
    const broken = { ...bed.pool, users: Object.create(null) }
    const response = await answerApi(broken, {
      target: "AWSCognitoIdentityProviderService.ListUsers",
      authorization: SIGNED,
      body: JSON.stringify({ UserPoolId: POOL_ID }),
    })
    expect(response).toMatchObject({
      status: 500,
      body: { __type: "InternalErrorException", message: "An internal error occurred." },
    })
  })
})
