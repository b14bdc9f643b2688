/** The real AWS SDK against an endpoint of this process's. */
import { createServer, type Server } from "node:http"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { createSignOut } from "./sign-out.ts"

let server: Server
let answer: { status: number; body: object }
let asked: { target: string | undefined; body: unknown }[]

beforeEach(async () => {
  asked = []
  answer = { status: 200, body: {} }
  server = createServer((request, response) => {
    let text = ""
    request.on("data", (chunk) => {
      text += chunk
    })
    request.on("end", () => {
      asked.push({ target: String(request.headers["x-amz-target"]), body: JSON.parse(text) })
      response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.1" })
      response.end(JSON.stringify(answer.body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  const port = typeof address === "object" ? address?.port : undefined
  vi.stubEnv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", `http://127.0.0.1:${port}`)
  vi.stubEnv("AWS_REGION", "eu-west-1")
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test")
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test")
})
afterEach(async () => {
  vi.unstubAllEnvs()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

test("asks the pool to end the subject's sessions", async () => {
  await createSignOut("eu-west-1_Tests0001")("ben")
  expect(asked).toEqual([
    {
      target: "AWSCognitoIdentityProviderService.AdminUserGlobalSignOut",
      body: { UserPoolId: "eu-west-1_Tests0001", Username: "ben" },
    },
  ])
})

test("says that there is no such user", async () => {
  answer = { status: 400, body: { __type: "UserNotFoundException", message: "User does not exist." } }
  await expect(createSignOut("eu-west-1_Tests0001")("ben")).rejects.toMatchObject({
    code: "not_found",
    message: "user `ben`: the user pool has none",
  })
})

test("is a failed dependency otherwise, with the fault's name and no more", async () => {
  answer = {
    status: 400,
    body: { __type: "NotAuthorizedException", message: "arn:aws:iam::1:role/x is not authorized" },
  }
  await expect(createSignOut("eu-west-1_Tests0001")("ben")).rejects.toMatchObject({
    code: "dependency_failed",
    message: "user pool: AdminUserGlobalSignOut: NotAuthorizedException",
  })
})
