import { mkdtemp, readFile, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { writeStackFile } from "./stack-file.ts"

const addresses = (port: number) => ({
  dynamo: `http://localhost:${port + 2}`,
  userPool: `http://localhost:${port + 1}`,
  doors: { hybrid: `http://localhost:${port}`, cached: `http://localhost:${port + 4}/local` },
  machineSecret: "made with the pool",
})
let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "claimgate-stack-file-"))
})
afterEach(() => rm(directory, { recursive: true, force: true }))
const read = async () => JSON.parse(await readFile(join(directory, ".claimgate/local.json"), "utf8"))

test("the file says where everything is while the stack runs, and is gone after that", async () => {
  const remove = await writeStackFile(addresses(4700), directory)
  expect(await read()).toMatchObject({
    stage: "local",
    resources: {
      App: { stage: "local" },
      Permissions: { name: "claimgate-local-PermissionsTable" },
      UserPool: { id: "eu-west-1_Local0001" },
      WebClient: { id: "localwebclient000000000001" },
      HybridApi: { url: "http://localhost:4700" },
    },
    endpoints: { dynamodb: "http://localhost:4702", cognito: "http://localhost:4701" },
  })
  await remove()
  await expect(read()).rejects.toThrow("ENOENT")
})

test("the file has the whole stage, for the environment of a command, and is for nobody else to read", async () => {
  await writeStackFile(addresses(4700), directory)
  const { resources, environment } = await read()
  const bound = Object.entries(environment).filter(([name]) => name.startsWith("SST_RESOURCE_"))
  const parsed = bound.map(([name, text]) => [name.replace("SST_RESOURCE_", ""), JSON.parse(String(text))])
  expect(Object.fromEntries(parsed)).toEqual(resources)
  expect(resources).toMatchObject({
    CachedApi: { type: "sst.aws.ApiGatewayV1", url: "http://localhost:4704/local" },
    MachineClient: { id: "localnightlyreportsjob0001", secret: "made with the pool" },
  })
  expect(resources).not.toHaveProperty("JwtApi")
  expect(environment).toMatchObject({
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL_DYNAMODB: "http://localhost:4702",
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "http://localhost:4701",
  })
  expect((await stat(join(directory, ".claimgate/local.json"))).mode & 0o777).toBe(0o600)
})

test("a stack that stops leaves the file of another one that was started later", async () => {
  const removeFirst = await writeStackFile(addresses(4700), directory)
  await writeStackFile(addresses(4800), directory)
  await removeFirst()
  expect(await read()).toMatchObject({ resources: { HybridApi: { url: "http://localhost:4800" } } })
})
