import { describe, expect, test } from "vitest"
import { createWorld, stackFile } from "../test/world.ts"
import { findTarget } from "./target.ts"

const nowhere = "/nonexistent"
const shell = (changes: Readonly<Record<string, unknown>> = {}) =>
  Object.fromEntries(
    Object.entries({
      App: { name: "claimgate", stage: "dev" },
      Permissions: { name: "claimgate-dev-table" },
      UserPool: { id: "eu-central-1_AbC123" },
      WebClient: { id: "web", secret: "not-read" },
      HybridApi: { url: "https://hybrid.example.com/" },
      ...changes,
    })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [
        `SST_RESOURCE_${name}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
  )

test("a deployed stage is what its shell says", async () => {
  expect(await findTarget("dev", { env: shell(), directory: nowhere })).toEqual({
    stage: "dev",
    api: "https://hybrid.example.com",
    table: "claimgate-dev-table",
    region: "eu-central-1",
    userPoolId: "eu-central-1_AbC123",
    clientId: "web",
    endpoints: undefined,
  })
})

test.each(["JwtApi", "CognitoApi", "CachedApi", "ClaimsApi", "ClaimsRestApi"])(
  "a stage without the default door is asked by another one: %s",
  async (name) => {
    const env = shell({ HybridApi: undefined, [name]: { url: "https://other.example.com/stage/" } })
    expect(await findTarget("dev", { env, directory: nowhere })).toMatchObject({
      api: "https://other.example.com/stage",
    })
  },
)

describe("a stage that is not the one of the shell, or no shell, is refused:", () => {
  test.each([
    ["another stage", "prod", shell(), "`prod`: expected `dev`"],
    ["no stage", undefined, shell(), "--stage: expected"],
    ["no shell", "dev", {}, "SST_RESOURCE_App"],
    ["no table", "dev", shell({ Permissions: undefined }), "SST_RESOURCE_Permissions"],
    ["no API", "dev", shell({ HybridApi: undefined }), "SST_RESOURCE_HybridApi"],
    ["not JSON", "dev", shell({ UserPool: "{" }), "SST_RESOURCE_UserPool"],
    ["a pool of nowhere", "dev", shell({ UserPool: { id: "x" } }), "SST_RESOURCE_UserPool"],
    ["`local`, in a shell", "local", shell(), "npm run local"],
  ])("%s", async (_, stage, env, message) => {
    await expect(findTarget(stage, { env, directory: nowhere })).rejects.toMatchObject({
      code: "malformed_configuration",
      message: expect.stringContaining(message),
    })
  })
})

describe("a local stack is where its file says,", () => {
  const endpoints = { dynamodb: "http://127.0.0.1:4702", cognito: "http://127.0.0.1:4701" }

  test("whatever the environment holds", async () => {
    const world = await createWorld(endpoints)
    expect(await findTarget("local", { env: shell(), directory: world.directory })).toMatchObject({
      stage: "local",
      api: "http://api.test",
      endpoints,
    })
    await world.remove()
  })

  test.each([
    ["not JSON", "{"],
    ["nothing", "null"],
    ["no addresses", JSON.stringify({ ...stackFile(endpoints), endpoints: {} })],
  ])("and nowhere where it says %s", async (_, text) => {
    const world = await createWorld(endpoints)
    await world.write(".claimgate/local.json", text)
    await expect(findTarget("local", { env: {}, directory: world.directory })).rejects.toThrow(
      "expected what",
    )
    await world.remove()
  })
})
