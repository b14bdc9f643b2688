import { Agent, request } from "node:http"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { BODY_LIMIT, createUserPoolServer } from "./server.ts"
import { ISSUER, POOL_ID, startPool, type Testbed } from "./testbed.ts"

let bed: Testbed
beforeAll(async () => {
  bed = await startPool()
})
afterAll(() => bed.stop())

const post = (operation: string, body: string, headers: Record<string, string> = {}) =>
  fetch(bed.origin, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
      ...headers,
    },
    body,
  })

describe("the server", () => {
  it("answers a refusal as the protocol carries it, to any origin", async () => {
    const response = await post("GetUser", JSON.stringify({ AccessToken: "x" }), {
      origin: "http://localhost:5173",
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      __type: "NotAuthorizedException",
      message: "Invalid Access Token",
    })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
      "content-type": "application/x-amz-json-1.1",
      "x-amzn-errortype": "NotAuthorizedException:",
      "x-amzn-errormessage": "Invalid Access Token",
      "x-amzn-requestid": expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  it("answers a browser's preflight", async () => {
    const response = await fetch(bed.origin, {
      method: "OPTIONS",
      headers: {
        origin: "http://localhost:5173",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-amz-target,x-amz-user-agent,cache-control",
      },
    })
    expect(response.status).toBe(200)
    expect(response.headers.get("access-control-allow-origin")).toBe("*")
    expect(response.headers.get("access-control-allow-methods")).toContain("POST")
    expect(response.headers.get("access-control-allow-headers")).toContain("x-amz-target")
  })

  it("publishes its keys: two of RSA, without their private parts", async () => {
    const response = await fetch(`${bed.origin}/${POOL_ID}/.well-known/jwks.json`)
    const { keys } = Object(await response.json())
    expect(keys).toHaveLength(2)
    for (const key of keys) {
      expect(Object.keys(key)).toEqual(["alg", "e", "kid", "kty", "n", "use"])
      expect(key).toMatchObject({ alg: "RS256", e: "AQAB", kty: "RSA", use: "sig" })
      expect(Buffer.from(key.n, "base64url")).toHaveLength(256)
    }
  })

  it("publishes where to find what", async () => {
    const response = await fetch(`${bed.origin}/${POOL_ID}/.well-known/openid-configuration`)
    expect(await response.json()).toMatchObject({
      issuer: ISSUER,
      jwks_uri: `${bed.origin}/${POOL_ID}/.well-known/jwks.json`,
      token_endpoint: `${bed.origin}/oauth2/token`,
      id_token_signing_alg_values_supported: ["RS256"],
    })
  })

  it.each([
    "/",
    "/eu-west-1_Other/.well-known/jwks.json",
    `/${POOL_ID}/.well-known/`,
    "/.well-known/jwks.json",
  ])("has nothing at %s", async (path) => {
    expect((await fetch(`${bed.origin}${path}`)).status).toBe(404)
  })

  it("refuses a body that is too long without reading it to its end", async () => {
    const response = await post("InitiateAuth", "x".repeat(BODY_LIMIT + 1))
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ __type: "RequestEntityTooLargeException" })
  })

  it("tells which port is taken", async () => {
    const second = createUserPoolServer(bed.pool)
    await expect(second.listen(Number(new URL(bed.origin).port))).rejects.toMatchObject({
      code: "EADDRINUSE",
    })
  })

  it("ends with connections that are kept alive, and with requests that never end", async () => {
    const { listen, close, server } = createUserPoolServer(bed.pool)
    const origin = await listen()
    const agent = new Agent({ keepAlive: true })
    const broken: Promise<unknown>[] = []
    await new Promise<void>((resolve) => {
      request(origin, { agent }, (response) => response.resume().on("end", resolve)).end()
    })
    const hanging = request(origin, { agent: new Agent(), method: "POST", headers: { "content-length": 10 } })
    broken.push(new Promise((resolve) => hanging.once("error", resolve)))
    await new Promise<void>((resolve) => {
      server.once("request", () => resolve())
      hanging.flushHeaders()
    })
    await close()
    await Promise.all(broken)
    await expect(fetch(origin)).rejects.toThrow()
    agent.destroy()
  })
})
