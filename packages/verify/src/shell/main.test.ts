import { spawn } from "node:child_process"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, expect, it } from "vitest"
import { writeStackFile } from "../../../local/src/stack-file.ts"

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "claimgate-shell-"))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const tsx = fileURLToPath(import.meta.resolve("tsx"))
const main = fileURLToPath(new URL("./main.ts", import.meta.url))

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return new Promise<{ code: number | null; out: string; err: string }>((resolve, reject) => {
    const said = { out: "", err: "" }
    const child = spawn(process.execPath, ["--import", tsx, main, ...args], {
      cwd: directory,
      env: { PATH: process.env.PATH, ...env },
    })
    child.stdout.on("data", (data) => {
      said.out += data
    })
    child.stderr.on("data", (data) => {
      said.err += data
    })
    child.once("error", reject)
    child.once("close", (code) => resolve({ code, ...said }))
  })
}

const print = [process.execPath, "-p", "JSON.stringify(process.env)"]

it("runs a command bound to the stack of this directory, and to nothing else", async () => {
  await writeStackFile(
    {
      ...{ dynamo: "http://127.0.0.1:4702", userPool: "http://127.0.0.1:4701", machineSecret: "s" },
      doors: { hybrid: "http://127.0.0.1:4700", cached: "http://127.0.0.1:4704/local" },
    },
    directory,
  )
  const other = { SST_RESOURCE_JwtApi: "{}", AWS_PROFILE: "work", AWS_SESSION_TOKEN: "t", KEPT: "yes" }
  const { out, err } = await run(["--", ...print], other)
  expect(err).toBe("")
  const seen = JSON.parse(out)
  expect(seen).toMatchObject({
    KEPT: "yes",
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:4702",
    SST_RESOURCE_App: '{"name":"claimgate","stage":"local"}',
    SST_RESOURCE_CachedApi: '{"type":"sst.aws.ApiGatewayV1","url":"http://127.0.0.1:4704/local"}',
  })
  for (const name of ["SST_RESOURCE_JwtApi", "AWS_PROFILE", "AWS_SESSION_TOKEN"])
    expect(seen).not.toHaveProperty(name)
})

it("ends as the command does", async () => {
  await mkdir(join(directory, ".claimgate"))
  await writeFile(join(directory, ".claimgate/local.json"), '{"environment":{"A":"b"}}')
  expect(await run([process.execPath, "-e", "process.exit(7)"])).toEqual({ code: 7, out: "", err: "" })
})

it.each([
  { what: "no command", args: [], code: 2, says: "usage: npm run local:shell" },
  {
    what: "no stack",
    args: ["true"],
    code: 1,
    says: "expected `npm run local` to be running in this directory",
  },
])("says so where there is $what", async ({ args, code, says }) => {
  const ended = await run(args)
  expect(ended.code).toBe(code)
  expect(ended.err).toContain(says)
})
