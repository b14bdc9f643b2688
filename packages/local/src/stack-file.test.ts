import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { writeStackFile } from "./stack-file.ts"

const addresses = (port: number) => ({
  dynamo: `http://localhost:${port + 2}`,
  userPool: `http://localhost:${port + 1}`,
  doors: { hybrid: `http://localhost:${port}` },
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

test("a stack that stops leaves the file of another one that was started later", async () => {
  const removeFirst = await writeStackFile(addresses(4700), directory)
  await writeStackFile(addresses(4800), directory)
  await removeFirst()
  expect(await read()).toMatchObject({ resources: { HybridApi: { url: "http://localhost:4800" } } })
})
