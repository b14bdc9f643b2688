import { afterEach, describe, expect, it } from "vitest"
import { callOperation } from "./protocol.ts"
import {
  answerWith,
  CLIENTS,
  createTrigger,
  ISSUER,
  openToken,
  PASSWORD,
  POOL_ID,
  START,
  startPool,
  type Testbed,
} from "./testbed.ts"

let bed: Testbed
afterEach(() => bed.stop())

const NOW = START / 1000
const MACHINE_SECRET = CLIENTS.find(({ id }) => id === "machine")?.secret ?? ""
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`

async function ask(
  form: Record<string, string>,
  authorization: string | undefined = basic("machine", MACHINE_SECRET),
) {
  const response = await fetch(`${bed.origin}/oauth2/token`, {
    method: "POST",
    headers: authorization === "" ? {} : { authorization },
    body: new URLSearchParams(form),
  })
  const body: Readonly<Record<string, unknown>> = Object(await response.json())
  return { status: response.status, body, headers: response.headers }
}

const grant_type = "client_credentials"

describe("client credentials", () => {
  it("give a machine an access token with exactly Cognito's claims", async () => {
    bed = await startPool()
    const { status, body, headers } = await ask({ grant_type })
    expect(status).toBe(200)
    expect(headers.get("cache-control")).toBe("no-store")
    expect(body).toEqual({ access_token: expect.any(String), expires_in: 3_600, token_type: "Bearer" })
    expect(openToken(bed.pool, String(body.access_token)).claims).toEqual({
      sub: "machine",
      token_use: "access",
      scope: "https://api.example/read https://api.example/write",
      auth_time: NOW,
      iss: ISSUER,
      exp: NOW + 3_600,
      iat: NOW,
      version: 2,
      jti: expect.any(String),
      client_id: "machine",
    })
  })

  it("take the secret in the form too, and grant those of the scopes asked for that the client has", async () => {
    bed = await startPool()
    const form = { grant_type, client_id: "machine", client_secret: MACHINE_SECRET }
    const { body } = await ask({ ...form, scope: "https://api.example/read https://api.example/delete" }, "")
    expect(openToken(bed.pool, String(body.access_token)).claims.scope).toBe("https://api.example/read")
  })

  it.each<[string, Record<string, string>, string | undefined, string]>([
    ["a wrong secret", { grant_type }, basic("machine", "wrong"), "invalid_client"],
    ["an unknown client", { grant_type }, basic("nobody", "wrong"), "invalid_client"],
    ["no secret", { grant_type, client_id: "machine" }, "", "invalid_client"],
    ["no client", { grant_type }, "", "invalid_request"],
    ["credentials that are none", { grant_type }, "Bearer x", "invalid_client"],
    ["a browser's client", { grant_type, client_id: "web" }, "", "unauthorized_client"],
    ["no grant type", {}, undefined, "invalid_request"],
    ["a grant type that the pool has not", { grant_type: "password" }, undefined, "unsupported_grant_type"],
    ["only scopes that the client has not", { grant_type, scope: "admin" }, undefined, "invalid_scope"],
    ["metadata that is no JSON", { grant_type, aws_client_metadata: "{" }, undefined, "invalid_request"],
    [
      "metadata that is not of strings",
      { grant_type, aws_client_metadata: '{"a":1}' },
      undefined,
      "invalid_request",
    ],
  ])("are refused with %s", async (_what, form, authorization, error) => {
    bed = await startPool()
    const { status, body } = await ask(form, authorization)
    expect({ status, body }).toEqual({ status: 400, body: { error } })
  })

  it("are refused as JSON, or by another method", async () => {
    bed = await startPool()
    const address = `${bed.origin}/oauth2/token`
    const json = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ grant_type }),
    }
    expect(await (await fetch(address, json)).json()).toEqual({ error: "invalid_request" })
    expect((await fetch(address, { method: "PUT" })).status).toBe(405)
  })

  it("ask a trigger of version 3 alone, with the metadata of the form", async () => {
    const answer = (sent: Parameters<typeof answerWith>[0]) =>
      answerWith(sent, {
        claimsAndScopeOverrideDetails: {
          idTokenGeneration: { claimsToAddOrOverride: { for: "nobody" } },
          accessTokenGeneration: {
            claimsToAddOrOverride: { "custom:permissions": "machine's", sub: "somebody" },
            scopesToSuppress: ["https://api.example/write"],
          },
        },
      })
    const [second, third] = [createTrigger("V2_0", answer), createTrigger("V3_0", answer)]
    bed = await startPool({ preTokenGeneration: second })
    expect((await ask({ grant_type })).status).toBe(200)
    expect(second.events).toEqual([])
    await bed.stop()
    bed = await startPool({ preTokenGeneration: third })
    const { body } = await ask({ grant_type, aws_client_metadata: JSON.stringify({ job: "nightly" }) })
    const { claims } = openToken(bed.pool, String(body.access_token))
    expect(claims).toMatchObject({
      "custom:permissions": "machine's",
      scope: "https://api.example/read",
      sub: "machine",
    })
    expect(claims).not.toHaveProperty("for")
    expect(third.events).toMatchObject([
      {
        version: "3",
        triggerSource: "TokenGeneration_ClientCredentials",
        callerContext: { clientId: "machine" },
        request: {
          userAttributes: {},
          scopes: ["https://api.example/read", "https://api.example/write"],
          clientMetadata: { job: "nightly" },
        },
      },
    ])
  })

  it("fail when the trigger does", async () => {
    const trigger = createTrigger("V3_0", () => ({ ok: false, errorType: "Error", errorMessage: "no" }))
    bed = await startPool({ preTokenGeneration: trigger })
    expect(await ask({ grant_type })).toMatchObject({
      status: 400,
      body: { error: "invalid_request", error_description: "PreTokenGeneration failed with error no." },
    })
  })

  it("give a token that is none of a user", async () => {
    bed = await startPool()
    const AccessToken = String((await ask({ grant_type })).body.access_token)
    await expect(callOperation(bed.pool, "GetUser", { AccessToken })).rejects.toThrow(
      "Access Token does not have required scopes",
    )
  })
})

describe("a refresh at the token endpoint", () => {
  it("gives new tokens to the client that signed in, and to no other", async () => {
    bed = await startPool()
    const user = { UserPoolId: POOL_ID, Username: "alice" }
    await callOperation(bed.pool, "AdminCreateUser", { ...user, TemporaryPassword: PASSWORD })
    await callOperation(bed.pool, "AdminSetUserPassword", { ...user, Password: PASSWORD, Permanent: true })
    const AuthParameters = { USERNAME: "alice", PASSWORD }
    const signIn = { ClientId: "web", AuthFlow: "USER_PASSWORD_AUTH", AuthParameters }
    const { AuthenticationResult } = Object(await callOperation(bed.pool, "InitiateAuth", signIn))
    const form = { grant_type: "refresh_token", refresh_token: AuthenticationResult.RefreshToken }
    const { body } = await ask({ ...form, client_id: "web" }, "")
    expect(Object.keys(body)).toEqual(["id_token", "access_token", "expires_in", "token_type"])
    expect(openToken(bed.pool, String(body.access_token)).claims.username).toBe("alice")
    const server = CLIENTS.find(({ id }) => id === "server")?.secret ?? ""
    expect((await ask(form, basic("server", server))).body).toEqual({ error: "invalid_grant" })
    expect((await ask(form)).body).toEqual({ error: "unauthorized_client" })
    const empty = { grant_type: "refresh_token", client_id: "web" }
    expect((await ask(empty, "")).body).toEqual({ error: "invalid_request" })
  })
})
